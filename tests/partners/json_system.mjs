// A council system, a provider's system or a training office: JSON over HTTPS, and a work list that
// it collects.

import { credentials, send } from './https.mjs';

export class JsonSystem {
  constructor({ certificates, participant, door }) {
    this.participant = participant;
    this.tls = credentials(certificates, participant);
    this.door = door;
    this.taken = [];  // Work list items collected so far.
  }

  async send(message) {
    const answer = await send(this.tls, {
      url: `${this.door}/messages`,
      headers: { 'Content-Type': 'application/json' },
      body: typeof message === 'string' ? message : JSON.stringify(message),
    });
    return { ...answer, body: JSON.parse(answer.body) };
  }

  // Collects what waits, and says so; gives the new items.
  async collect() {
    const answer = await send(this.tls, { method: 'GET', url: `${this.door}/worklist` });
    const items = JSON.parse(answer.body).items;
    for (const item of items) {
      await send(this.tls, { url: `${this.door}/worklist/${item.id}/taken`, body: '' });
    }
    this.taken.push(...items);
    return items;
  }
}
