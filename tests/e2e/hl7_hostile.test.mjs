// Senders that mean ill, or are broken, at the MLLP door: the adapter's memory stays flat, and others are
// served meanwhile.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { credentials } from '../partners/https.mjs';
import * as hl7 from '../partners/hl7_messages.mjs';
import { Locality } from '../partners/locality.mjs';
import { nurse, organisations as org, person } from '../partners/people.mjs';
import { shows } from '../support/report.mjs';

const MiB = 1 << 20;
const locality = new Locality({ root: resolve('.'), folder: join(resolve('.'), 'var/hostile'), base: 7900 });

before(async () => {
  locality.prepare();
  await locality.start();
  await served();
});
after(() => locality.stop());

const open = () => new Promise((done, fail) => {
  const socket = connect({ host: '127.0.0.1', port: locality.ports.mllp, servername: 'localhost', ...credentials(locality.certificates, org.community) }, () => done(socket));
  socket.once('error', fail);
});
const status = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${locality.community.child.pid}/status`, 'utf8'))[1]) * 1024;
const resident = () => status('VmRSS');

// A message of somebody else's, kept by the gateway; how long that took.
async function served() {
  const begun = performance.now();
  const text = hl7.referralAccepted({ controlId: `H${randomUUID().slice(0, 18)}`, person, from: org.community, practice: org.practice, nurse, episode: 'EP-1', at: new Date() });
  assert.match((await locality.communityHl7.send(text)).code, /^[AC]A$/);
  return performance.now() - begun;
}

// Writes until `bytes` are written or the other side has had enough; as fast as it takes them.
async function pour(socket, bytes) {
  const part = Buffer.alloc(MiB, 'A'.charCodeAt(0));
  let written = 0;
  while (written < bytes && !socket.destroyed && socket.writable) {
    if (!socket.write(part)) {
      await new Promise((go) => {
        const on = () => { socket.off('drain', on).off('close', on); go(); };
        socket.on('drain', on).on('close', on);
      });
    }
    written += part.length;
  }
  return written;
}

function listen(socket) {
  const heard = { text: '' };
  socket.on('data', (part) => { heard.text += part.toString('latin1'); });
  socket.on('error', () => {});
  return heard;
}

const header = 'MSH|^~\\&|COMMUNITY|RT5|FOSSE|QK1|20260301101501+0000||ADT^A31^ADT_A05|BIG|P|2.4|||AL|NE\rPID|1||';

test('a frame of 1 GiB is refused once, takes no memory, and the next message on its connection is served', async () => {
  const start = resident();
  const socket = await open();
  const heard = listen(socket);
  socket.write(`\x0b${header}`);
  let most = 0;
  const watch = setInterval(() => { most = Math.max(most, resident()); }, 50);
  const written = await pour(socket, 1024 * MiB);
  clearInterval(watch);
  const waited = await served();
  assert.ok(waited < 10000, `others waited ${waited} ms`);
  assert.equal(heard.text.match(/MSA\|C[RE]\|BIG/g)?.length, 1, heard.text.slice(0, 300));
  assert.match(heard.text, /MESSAGE_TOO_LARGE|at most 1 MiB/);
  // A machine that takes longer than a frame may last has been cut off; both are right.
  if (!socket.destroyed) {
    assert.equal(written, 1024 * MiB);
    const text = hl7.personUpdated({ controlId: 'AFTER', person, from: org.community, practice: org.practice, at: new Date() });
    socket.write(`\x1c\r\x0b${text}\x1c\r`);
    for (const end = Date.now() + 20000; !heard.text.includes('|AFTER') && !socket.destroyed && Date.now() < end;) await sleep(50);
    assert.match(heard.text, /MSA\|CA\|AFTER/);
  }
  socket.destroy();
  assert.ok(most - start < 48 * MiB, `grew by ${((most - start) / MiB).toFixed(0)} MiB`);
  shows('e2e', 'a frame of 1 GiB', ['ctl-30', 'ctl-32']);
});

test('dripping senders and frames that never end are cut off in time, and others are served meanwhile', async () => {
  const start = resident();
  const sockets = await Promise.all(Array.from({ length: 60 }, open));
  const heard = sockets.map(listen);
  const closed = sockets.map(() => 0);
  const begun = performance.now();
  sockets.forEach((socket, n) => {
    socket.on('close', () => { closed[n] = performance.now() - begun; });
    socket.write('\x0b');
  });
  // Half drip a byte at a time; half send what they can and never end.
  const drip = setInterval(() => {
    sockets.forEach((socket, n) => { if (socket.writable) socket.write(n % 2 === 0 ? 'M' : Buffer.alloc(4096, 'A'.charCodeAt(0))); });
  }, 100);
  const waits = [];
  while (performance.now() - begun < 28000) {
    waits.push(await served());
    await sleep(1000);
  }
  const middle = resident();
  for (const end = Date.now() + 45000; closed.includes(0) && Date.now() < end;) await sleep(250);
  clearInterval(drip);
  for (const socket of sockets) socket.destroy();
  assert.ok(!closed.includes(0), 'each is cut off');
  assert.ok(Math.min(...closed) > 25000 && Math.max(...closed) < 75000, `${Math.min(...closed)} to ${Math.max(...closed)} ms`);
  assert.ok(Math.max(...waits) < 5000, `others waited ${Math.max(...waits)} ms`);
  assert.ok(heard.every(({ text }) => !text.includes('MSA|CA')), 'nothing was taken');
  // What a connection may hold of a frame is 1 MiB.
  assert.ok(middle - start < 60 * MiB + 40 * MiB, `grew by ${((middle - start) / MiB).toFixed(0)} MiB`);
  shows('e2e', 'dripping senders', ['ctl-30', 'haz-21']);
});

test('a thousand idle connections cost little, again and again, and delay nobody', async () => {
  const limit = /Max open files\s+(\d+)/.exec(readFileSync(`/proc/${locality.community.child.pid}/limits`, 'utf8'))[1];
  assert.ok(Number(limit) >= 2000, `the program may open ${limit} files`);
  const seen = [];
  for (let round = 0; round < 4; ++round) {
    const sockets = [];
    while (sockets.length < 1000) sockets.push(...await Promise.all(Array.from({ length: 50 }, open)));
    for (const socket of sockets) socket.on('error', () => {});
    const waited = await served();
    assert.ok(waited < 5000, `others waited ${waited} ms`);
    assert.equal(sockets.filter((socket) => socket.destroyed).length, 0);
    seen.push(resident());
    for (const socket of sockets) socket.destroy();
    await sleep(1000);
  }
  assert.ok(seen[0] < 400 * MiB, `${(seen[0] / MiB).toFixed(0)} MiB`);
  assert.ok(seen[3] - seen[1] < 24 * MiB, `${seen.map((bytes) => (bytes / MiB).toFixed(0)).join(', ')} MiB`);
  assert.equal(locality.community.ended, undefined);
  shows('e2e', 'a thousand idle connections', ['ctl-30']);
});
