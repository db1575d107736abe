// Other people's HL7 v2 programs against the community adapter: an MLLP client over mutual TLS, another
// one that knows plain TCP alone (through a tunnel of its own), a receiver of what goes out to the
// site, and a reader of all that the adapter writes.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createServer as createTlsServer } from 'node:tls';
import { credentials } from '../partners/https.mjs';
import * as hl7 from '../partners/hl7_messages.mjs';
import { Locality } from '../partners/locality.mjs';
import * as fhir from '../partners/fhir_messages.mjs';
import { gp, nurse, organisations as org, person, tasks } from '../partners/people.mjs';
import { shows } from '../support/report.mjs';
import { messagesOf, readers } from './hl7_readers.mjs';

const require = createRequire(join(resolve('.'), 'tools/package.json'));
const locality = new Locality({ root: resolve('.'), folder: join(resolve('.'), 'var/peers'), base: 7600, overHl7: true });
const tls = () => ({ host: '127.0.0.1', servername: 'localhost', ...credentials(locality.certificates, org.community) });
const fields = (more = {}) => ({ controlId: `P${randomUUID().slice(0, 18)}`, person, from: org.community, practice: org.practice, nurse, episode: 'EP-1', at: new Date(), ...more });
const written = [];  // What the adapter answered.

before(async () => {
  locality.prepare();
  await locality.start();
});
after(() => locality.stop());

test('node-hl7-client sends over mutual TLS and gets its acknowledgement', async () => {
  const { Client, Message } = require('node-hl7-client');
  const sent = hl7.referralAccepted(fields());
  const client = new Client({ host: '127.0.0.1', tls: tls() });
  const answer = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), 15000);
    const outbound = client.createOutbound({ port: locality.ports.mllp }, async (response) => {
      clearTimeout(timer);
      await outbound.close();
      resolve(response.getMessage());
    });
    outbound.on('client.error', reject);
    outbound.on('error', reject);
    outbound.sendMessage(new Message({ text: sent })).catch(reject);
  });
  written.push(answer.toString());
  // Its parser takes the end of the last segment for one more segment, without a name.
  const read = new Message({ text: answer.toString().trimEnd() });
  assert.match(read.get('MSA.1').toString(), /^[AC]A$/);
  assert.equal(read.get('MSA.2').toString(), sent.split('|')[9]);
  shows('e2e', 'node-hl7-client', ['ctl-01']);
});

test('@medplum/hl7 sends, is answered in order, and is told where its fault is', async () => {
  const { Hl7Message } = require('@medplum/core');
  const { Hl7Client } = require('@medplum/hl7');
  const tunnel = createServer((plain) => {
    const secure = connect({ port: locality.ports.mllp, ...tls() });
    plain.pipe(secure).pipe(plain);
    for (const socket of [plain, secure]) socket.on('error', () => { plain.destroy(); secure.destroy(); });
  });
  await new Promise((done) => tunnel.listen(0, '127.0.0.1', done));
  const client = new Hl7Client({ host: '127.0.0.1', port: tunnel.address().port, keepAlive: true });
  const ask = async (text) => {
    const answer = await client.sendAndWait(Hl7Message.parse(text));
    written.push(answer.toString());
    return answer;
  };
  try {
    for (let n = 0; n < 20; ++n) {
      const text = hl7.personUpdated(fields());
      const answer = await ask(text);
      assert.match(answer.getSegment('MSA').getField(1).toString(), /^[AC]A$/);
      assert.equal(answer.getSegment('MSA').getField(2).toString(), text.split('|')[9]);
    }
    const wrong = await ask(hl7.personUpdated(fields({ person: { ...person, nhsNumber: '9990000017' } })));
    assert.match(wrong.getSegment('MSA').getField(1).toString(), /^[AC]E$/);
    assert.match(wrong.toString(), /ERR\|.*PID.*102/);
    assert.ok(!wrong.toString().includes('9990000017'), 'the value is not told');
  } finally {
    client.close();
    tunnel.close();
  }
  shows('e2e', '@medplum/hl7', ['haz-01', 'haz-21']);
});

// What goes out to the site comes to a receiver that others wrote, once, and its answer counts. `listen` calls
// its argument with each message's text and gives what closes it.
async function receives(name, listen) {
  const came = [];
  const close = await listen((text) => came.push(text));
  try {
    const bundle = fhir.proposal({
      reference: `CATH-${randomUUID().slice(0, 8)}`, from: org.practice, to: org.provider, delegator: gp, person,
      task: tasks.catheter, at: new Date(), reviewOn: new Date(Date.now() + 30 * 86400e3).toISOString().slice(0, 10),
    });
    const answer = await locality.practiceSystem.send(bundle);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    for (const end = Date.now() + 20000; came.length === 0 && Date.now() < end;) await sleep(100);
    assert.equal(came.length, 1, 'it came once');
    written.push(came[0]);
    const { Hl7Message } = require('@medplum/core');
    const message = Hl7Message.parse(came[0]);
    assert.equal(message.getSegment('MSH').getField(9).toString(), 'MDM^T02^MDM_T02');
    assert.equal(message.getSegment('PID').getField(3).getComponent(1), person.nhsNumber);
    assert.match(message.getAllSegments('OBX').map((s) => s.getField(5).toString()).join('\n'), /may not be handed over/);
    const states = () => JSON.parse(locality.fosse(org.audit, 'trace', '--sender', org.practice, '--message-id', bundle.id, '--purpose', 'peers', '--json'))
      .entries[0].deliveries.filter((d) => d.note.recipient === org.community).map((d) => d.state);
    for (const end = Date.now() + 20000; !states().includes('delivered') && Date.now() < end;) await sleep(200);
    assert.deepEqual(states(), ['delivered']);
    assert.equal(came.length, 1, 'and not again');
  } finally {
    await close();
  }
  shows('e2e', `${name} receives`, ['ctl-13', 'ctl-16', 'haz-21']);
}

// The library of the client above on the other side: it knows plain TCP alone, so TLS is of our own.
test('@medplum/hl7 receives what goes out to the site', () => receives('@medplum/hl7', async (got) => {
  const { Hl7Connection } = require('@medplum/hl7');
  const site = createTlsServer({ ...credentials(locality.certificates, org.community), requestCert: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    const connection = new Hl7Connection(socket);
    connection.addEventListener('message', (event) => {
      got(event.message.toString());
      connection.send(event.message.buildAck());
    });
  });
  await new Promise((done) => site.listen(locality.ports.communitySystem, '127.0.0.1', done));
  return () => new Promise((done) => site.close(done));
}));

test('node-hl7-server receives what goes out to the site, over mutual TLS', () => receives('node-hl7-server', async (got) => {
  const { Message } = require('node-hl7-client');
  const { Server } = require('node-hl7-server');
  const server = new Server({ bindAddress: '127.0.0.1', tls: { ...credentials(locality.certificates, org.community), requestCert: true } });
  const inbound = server.createInbound({ port: locality.ports.communitySystem }, async (request, response) => {
    const text = request.getMessage().toString();
    got(text);
    // As above; else it answers AE with a random MSA-2, which rightly counts for nothing.
    response._message = new Message({ text: text.trimEnd() });
    await response.sendResponse('CA');
  });
  await new Promise((done, failed) => { inbound.once('listen', done); inbound.once('error', failed); });
  return () => inbound.close();
}));

// All that the adapter wrote here, all kinds of delivery (tests/adapters/community/written.hl7s) and the
// acknowledgements of all modes: each part says to other readers what it says to ours.
test('python3-hl7 and @medplum/core read all that the adapter writes as it was meant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fosse-written-'));
  try {
    const asked = [];
    for (const version of ['2.3', '2.4', '2.5.1']) {
      for (const [accept, application] of [['', ''], ['AL', 'NE'], ['AL', 'AL'], ['ER', 'ER']]) {
        for (const event of ['ADT^A03', 'ADT^Z99', 'ORU^R99']) {
          asked.push(`MSH|^~\\&|PAS^1&2|RT5|FOSSE|QK1|20260301101501||${event}|A-${asked.length}|P|${version}|||${accept}|${application}\rPID|1||9990000017^^^NHS||A^B||194103\rPV1|1|C||||||||NUR\r`);
        }
      }
    }
    const file = join(folder, 'asked.hl7');
    writeFileSync(file, asked.join(''));
    const profile = join(folder, 'site.txtpb');
    writeFileSync(profile, 'organisation: "RT5"\nevents { event: "ADT^A03" meaning: "CASELOAD_DISCHARGE" service: "community-nursing" }\n');
    const ran = spawnSync('build/bin/fosse-community', ['translate', '--site', profile, file], { encoding: 'utf8' });
    assert.equal(ran.status, 3, ran.stderr);
    const answers = JSON.parse(`[${ran.stdout.replaceAll('\n}\n{', '\n},\n{')}]`).flatMap((m) => m.acknowledgements).map((lines) => lines.join('\r') + '\r');
    assert.equal(answers.length, 36, 'two of original mode and enhanced mode each, and errors where they are asked for');
    const all = [...written, ...answers, ...messagesOf(readFileSync('tests/adapters/community/written.hl7s'))];
    assert.ok(all.length >= 70);
    writeFileSync(file, all.map((text) => `${text.replace(/[\r\n]+/g, '\r').trimEnd()}\r`).join(''));
    const listed = spawnSync('build/bin/fosse-community', ['fields', file], { encoding: 'utf8', maxBuffer: 64 << 20 });
    assert.equal(listed.status, 0, listed.stdout.slice(0, 500));
    const ours = listed.stdout.trim().split('\n').map((line) => JSON.parse(line).fields);
    const sent = messagesOf(readFileSync(file));
    assert.equal(ours.length, all.length);
    for (const [name, read] of Object.entries(readers)) {
      read(sent).forEach((theirs, n) => {
        assert.ok(Array.isArray(theirs), `${name} cannot read ${n}`);
        for (const part of theirs) part.says = part.says?.replaceAll('\r', '\n');  // Its line break, for \.br\.
        assert.deepEqual(theirs, ours[n].map(({ at, sent: bytes, says }) => (name === 'python3-hl7' ? { at, sent: bytes, says } : { at, sent: bytes, says: undefined })), `${name} ${n}`);
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  shows('e2e', 'python3-hl7', ['haz-21', 'ctl-16']);
});
