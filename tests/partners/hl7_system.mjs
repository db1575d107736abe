// A community system's HL7 v2 side: MLLP over mutual TLS, one connection kept open.

import { connect } from 'node:tls';
import { credentials } from './https.mjs';

export class Hl7System {
  constructor({ certificates, participant, port }) {
    this.tls = credentials(certificates, participant);
    this.port = port;
  }

  connect() {
    return new Promise((resolve, reject) => {
      this.socket = connect({ host: '127.0.0.1', port: this.port, servername: 'localhost', ...this.tls }, resolve);
      this.socket.once('error', reject);
    });
  }

  stop() {
    this.socket?.destroy();
  }

  // Sends one message; resolves with the acknowledgement: { code, text }.
  async send(message) {
    if (!this.socket || this.socket.destroyed) await this.connect();
    this.socket.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(message, 'utf8'), Buffer.from([0x1c, 0x0d])]));
    return new Promise((resolve, reject) => {
      let held = Buffer.alloc(0);
      const timer = setTimeout(() => finish(reject, new Error('no acknowledgement in time')), 20000);
      const finish = (settle, value) => {
        clearTimeout(timer);
        this.socket.off('data', onData);
        this.socket.off('close', onClose);
        settle(value);
      };
      const onClose = () => finish(reject, new Error('connection closed before the acknowledgement'));
      const onData = (part) => {
        held = Buffer.concat([held, part]);
        const end = held.indexOf(Buffer.from([0x1c, 0x0d]));
        if (end < 0) return;
        const text = held.subarray(1, end).toString('utf8');
        finish(resolve, { code: /\rMSA\|(\w\w)/.exec(text)?.[1], text });
      };
      this.socket.on('data', onData);
      this.socket.on('close', onClose);
    });
  }
}
