// A service of MESH's shape on this machine: mailboxes over mutual TLS, every call signed with a nonce
// of its own, messages in chunks, acknowledgement, tracking, and a report to the sender of what nobody
// collected in five days. In memory; `passDays` moves its clock.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { credentials, serve } from './https.mjs';

const fiveDays = 5 * 86400000;
const json = (status, body) => ({ status, headers: { 'Content-Type': 'application/vnd.mesh.v2+json' }, body: JSON.stringify(body) });
const empty = (status) => ({ status });

export const meshHmac = (key, mailbox, nonce, count, password, time) =>
  createHmac('sha256', key).update(`${mailbox}:${nonce}:${count}:${password}:${time}`).digest('hex');

export class MeshService {
  // `mailboxes` are { id: password }.
  constructor({ certificates, participant, port, sharedKey, mailboxes }) {
    Object.assign(this, { port, sharedKey, mailboxes });
    this.tls = credentials(certificates, participant);
    this.messages = [];  // In the order they came.
    this.used = new Set();
    this.ahead = 0;
    this.refused = 0;  // Calls that were not who they said.
  }

  async start() {
    this.server = await serve(this.tls, this.port, (request, text, bytes) => this.answer(request, bytes));
  }

  stop() {
    this.server?.closeAllConnections?.();
    this.server?.close();
  }

  now() {
    return Date.now() + this.ahead;
  }

  // Moves the clock, and reports what was not collected in time.
  passDays(days) {
    this.ahead += days * 86400000;
    for (const message of this.messages.filter((m) => m.status === 'accepted' && m.type === 'DATA' && this.now() - m.at > fiveDays)) {
      message.status = 'undeliverable';
      this.add({
        from: '', to: message.from, workflow: message.workflow, localId: message.localId, type: 'REPORT', chunks: [Buffer.alloc(0)], total: 1,
        more: { 'mex-statuscode': '14', 'mex-statusevent': 'TRANSFER', 'mex-statusdescription': 'Not collected', 'mex-linkedmsgid': message.id },
      });
    }
  }

  add(message) {
    const id = `2026112622000000${String(this.messages.length + 1).padStart(6, '0')}_${message.type}`;
    this.messages.push({ id, at: this.now(), status: 'accepted', ...message });
    return id;
  }

  // The mailbox that a call is from; undefined: nobody.
  caller(request, mailbox) {
    const [scheme, value] = (request.headers.authorization ?? '').split(' ');
    const [claimed, nonce, count, time, given] = (value ?? '').split(':');
    if (scheme !== 'NHSMESH' || claimed !== mailbox || !this.mailboxes[mailbox] || !given) return undefined;
    const once = `${nonce}:${count}`;
    const minute = Date.parse(`${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)}T${time.slice(8, 10)}:${time.slice(10, 12)}:00Z`);
    if (this.used.has(once) || !(Math.abs(Date.now() - minute) < 2 * 3600000)) return undefined;
    this.used.add(once);
    const right = meshHmac(this.sharedKey, mailbox, nonce, count, this.mailboxes[mailbox], time);
    return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right)) ? mailbox : undefined;
  }

  answer(request, bytes) {
    const url = new URL(request.url, 'https://mesh');
    const [, root, mailbox, box, id, part, last] = url.pathname.split('/');
    if (root !== 'messageexchange') return empty(404);
    if (!this.caller(request, mailbox)) {
      this.refused += 1;
      return empty(403);
    }
    if (!box && request.method === 'POST') return json(200, { mailboxId: mailbox });
    if (box === 'outbox' && id === 'tracking') return this.track(mailbox, url.searchParams.get('localID'));
    if (box === 'outbox' && request.method === 'POST') return id ? this.takeChunk(mailbox, id, Number(part), bytes) : this.take(mailbox, request.headers, bytes);
    if (box === 'inbox' && !id) return json(200, { messages: this.waiting(mailbox).map((m) => m.id) });
    if (box === 'inbox' && request.method === 'PUT' && part === 'status' && last === 'acknowledged') return this.acknowledge(mailbox, id);
    if (box === 'inbox' && request.method === 'GET') return this.give(mailbox, id, Number(part ?? 1));
    return empty(404);
  }

  waiting(mailbox) {
    return this.messages.filter((m) => m.to === mailbox && m.status === 'accepted' && m.chunks.filter(Boolean).length === m.total);
  }

  take(from, headers, bytes) {
    const to = headers['mex-to'];
    const [, total] = (headers['mex-chunk-range'] ?? '1:1').split(':').map(Number);
    if (headers['mex-from'] !== from || !this.mailboxes[to] || !headers['mex-workflowid']) return json(417, { errorCode: '12' });
    const id = this.add({
      from, to, workflow: headers['mex-workflowid'], localId: headers['mex-localid'] ?? '', type: 'DATA', chunks: [bytes], total,
      encoding: headers['content-encoding'],
    });
    return json(202, { message_id: id });
  }

  takeChunk(from, id, part, bytes) {
    const message = this.messages.find((m) => m.id === id && m.from === from);
    if (!message || !(part > 1 && part <= message.total)) return empty(404);
    message.chunks[part - 1] = bytes;
    return empty(202);
  }

  give(mailbox, id, part) {
    const message = this.messages.find((m) => m.id === id && m.to === mailbox);
    if (!message || !message.chunks[part - 1]) return empty(404);
    if (message.status !== 'accepted') return empty(410);
    return {
      status: part < message.total ? 206 : 200,
      headers: {
        'Content-Type': 'application/octet-stream',
        'mex-from': message.from, 'mex-to': message.to, 'mex-workflowid': message.workflow, 'mex-localid': message.localId,
        'mex-messagetype': message.type, 'mex-chunk-range': `${part}:${message.total}`,
        ...(message.encoding && { 'content-encoding': message.encoding }), ...message.more,
      },
      body: message.chunks[part - 1],
    };
  }

  acknowledge(mailbox, id) {
    const message = this.messages.find((m) => m.id === id && m.to === mailbox);
    if (!message) return empty(404);
    message.status = 'acknowledged';
    return empty(200);
  }

  track(mailbox, localId) {
    const message = this.messages.filter((m) => m.from === mailbox && m.localId === localId).at(-1);
    return message ? json(200, { message_id: message.id, local_id: localId, status: message.status }) : json(404, {});
  }
}
