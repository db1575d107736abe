// A practice or community system that speaks FHIR R4 messages: sends Bundles to its adapter, takes
// Bundles from it. It answers 200 as soon as it has stored one; nobody has read it then.

import { randomUUID } from 'node:crypto';
import { credentials, send, serve } from './https.mjs';

export class FhirSystem {
  // `door` is the adapter's base address, `port` where this system listens.
  constructor({ certificates, participant, door, port }) {
    this.participant = participant;
    this.door = door;
    this.port = port;
    this.tls = credentials(certificates, participant);
    this.inbox = [];   // Bundles, in the order they came.
    this.repeats = 0;  // Bundles that came again.
    this.conversations = new Map();  // Bundle id → X-Correlation-Id: a retry keeps it.
  }

  async start() {
    this.server = await serve(this.tls, this.port, (request, body) => {
      const bundle = JSON.parse(body);
      if (this.inbox.some((known) => known.id === bundle.id)) {
        this.repeats += 1;
      } else {
        this.inbox.push(bundle);
      }
      return { status: 200, headers: { 'Content-Type': 'application/fhir+json' }, body: '{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}' };
    });
  }

  stop() {
    this.server?.closeAllConnections?.();
    this.server?.close();
  }

  // The answer to a Bundle: { status, body }.
  async send(bundle, { requestId = randomUUID(), timeoutMs } = {}) {
    if (!this.conversations.has(bundle.id)) this.conversations.set(bundle.id, randomUUID());
    const correlationId = this.conversations.get(bundle.id);
    const answer = await send(this.tls, {
      url: `${this.door}/$process-message`,
      headers: {
        'Content-Type': 'application/fhir+json',
        'X-Request-Id': requestId,
        'X-Correlation-Id': correlationId,
      },
      body: typeof bundle === 'string' ? bundle : JSON.stringify(bundle),
      timeoutMs,
    });
    return { ...answer, body: JSON.parse(answer.body) };
  }

  // The focus resources that came, with their kind.
  received() {
    return this.inbox.map((bundle) => {
      const header = bundle.entry[0].resource;
      const focus = bundle.entry.find((entry) => entry.fullUrl === header.focus[0].reference).resource;
      return { bundle, focus, kind: focus.code?.coding?.[0]?.code };
    });
  }
}
