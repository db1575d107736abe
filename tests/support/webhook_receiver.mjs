// A system that takes webhooks, as its makers would write it: HTTPS, and the library `standardwebhooks`, which
// nobody here wrote, to verify each call. What it answers is set by each test.

import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const { Webhook } = createRequire(join(resolve('.'), 'tools/package.json'))('standardwebhooks');

export class WebhookReceiver {
  constructor({ tls, port, secret }) {
    Object.assign(this, { tls, port, secret });
    this.calls = [];      // Every call, in order: { id, timestamp, at, verified, item, headers, body }.
    this.answers = [];    // What the next calls get: { status, headers, body, delayMs, before }; then 204.
    this.refuses = undefined;  // A status for calls that do not verify.
  }

  start() {
    // It asks for no client certificate: the signature says who sends.
    this.server = createServer({ cert: this.tls.cert, key: this.tls.key }, (request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => this.take(request, Buffer.concat(parts).toString('utf8'), response));
    });
    return new Promise((done, fail) => {
      this.server.once('error', fail);
      this.server.listen(this.port, '127.0.0.1', done);
    });
  }

  stop() {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  take(request, body, response) {
    const call = { id: request.headers['webhook-id'], timestamp: Number(request.headers['webhook-timestamp']), at: Date.now(), url: request.url, headers: request.headers, body };
    try {
      call.item = new Webhook(this.secret).verify(body, request.headers);
      call.verified = true;
    } catch (error) {
      call.verified = false;
      call.why = error.message;
    }
    this.calls.push(call);
    const answer = call.verified || !this.refuses ? this.answers.shift() ?? { status: 204 } : { status: this.refuses };
    call.answered = answer.status;
    answer.before?.(call);
    if (answer.status === undefined) return;  // None ever comes.
    setTimeout(() => {
      response.writeHead(answer.status, answer.headers ?? {});
      response.end(answer.body ?? '');
    }, answer.delayMs ?? 0);
  }

  // Takes out what came so far.
  flush() {
    return this.calls.splice(0);
  }
}
