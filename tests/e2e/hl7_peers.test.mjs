// Other people's HL7 v2 programs against the community adapter: an MLLP client over mutual TLS, another
// one that knows plain TCP alone (through a tunnel of its own), a receiver of what goes out to the
// site, and a reader of all that the adapter writes.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
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

// The same library on the other side: their connection, reading and acknowledgement, behind TLS of our own.
test('@medplum/hl7 receives what goes out to the site, once, and its answer counts', async () => {
  const { Hl7Connection } = require('@medplum/hl7');
  const came = [];
  const site = createTlsServer({ ...credentials(locality.certificates, org.community), requestCert: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    const connection = new Hl7Connection(socket);
    connection.addEventListener('message', (event) => {
      came.push(event.message);
      connection.send(event.message.buildAck());
    });
  });
  await new Promise((done) => site.listen(locality.ports.communitySystem, '127.0.0.1', done));
  try {
    const bundle = fhir.proposal({
      reference: `CATH-${randomUUID().slice(0, 8)}`, from: org.practice, to: org.provider, delegator: gp, person,
      task: tasks.catheter, at: new Date(), reviewOn: new Date(Date.now() + 30 * 86400e3).toISOString().slice(0, 10),
    });
    const answer = await locality.practiceSystem.send(bundle);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    for (const end = Date.now() + 20000; came.length === 0 && Date.now() < end;) await sleep(100);
    assert.equal(came.length, 1, 'it came once');
    const [message] = came;
    assert.equal(message.getSegment('MSH').getField(9).toString(), 'MDM^T02^MDM_T02');
    assert.equal(message.getSegment('PID').getField(3).getComponent(1), person.nhsNumber);
    const text = message.getAllSegments('OBX').map((s) => s.getField(5).toString()).join('\n');
    assert.match(text, /may not be handed over/);
    written.push(message.toString());
    const states = () => JSON.parse(locality.fosse(org.audit, 'trace', '--sender', org.practice, '--message-id', bundle.id, '--purpose', 'peers', '--json'))
      .entries[0].deliveries.filter((d) => d.note.recipient === org.community).map((d) => d.state);
    for (const end = Date.now() + 20000; !states().includes('delivered') && Date.now() < end;) await sleep(200);
    assert.deepEqual(states(), ['delivered']);
    assert.equal(came.length, 1, 'and not again');
  } finally {
    site.close();
  }
  shows('e2e', '@medplum/hl7 receives', ['ctl-13', 'ctl-16', 'haz-21']);
});

test('python3-hl7 reads all that the adapter wrote', () => {
  const script = `
import json, sys, hl7
for text in json.load(sys.stdin):
    message = hl7.parse(text.replace("\\n", "\\r"))
    kind = str(message.segment("MSH")[9])
    if kind.startswith("ACK"):
        assert str(message.segment("MSA")[1])[1] in "AER", "MSA-1"
        assert str(message.segment("MSA")[2]), "MSA-2"
    else:
        assert kind == "MDM^T02^MDM_T02", "MSH-9"
        assert all(str(line[5]) for line in message.segments("OBX")), "OBX-5"
print("read")
`;
  const ran = spawnSync('/usr/bin/python3', ['-c', script], { input: JSON.stringify(written), encoding: 'utf8' });
  assert.equal(ran.stdout.trim(), 'read', ran.stderr);
  assert.ok(written.length >= 20);
});
