// Starts, watches, kills and restarts the programs of the sample locality.

import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { openSync, closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export class Program {
  constructor(name, path, args, { log, port }) {
    Object.assign(this, { name, path, args, log, port });
  }

  async start() {
    const log = openSync(this.log, 'a', 0o600);
    this.child = spawn(this.path, this.args, { stdio: ['ignore', log, log] });
    closeSync(log);
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => {
      this.ended = { code, signal };
      resolve(this.ended);
    }));
    this.ended = undefined;
    await this.answers();
  }

  // Waits until its port takes connections.
  async answers() {
    for (let tries = 0; tries < 600; ++tries) {
      if (this.ended) throw new Error(`${this.name} ended at start; see ${this.log}`);
      if (await takesConnections(this.port)) return;
      await sleep(50);
    }
    throw new Error(`${this.name} did not open its port; see ${this.log}`);
  }

  async stop(signal = 'SIGTERM') {
    if (!this.child || this.ended) return;
    this.child.kill(signal);
    // Not a timer that a test that has ended would wait for.
    await Promise.race([this.exited, sleep(25000, undefined, { ref: false })]);
    if (!this.ended) this.child.kill('SIGKILL');
  }
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
