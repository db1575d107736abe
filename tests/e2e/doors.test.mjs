// Bad input at every native door gets the stated error and changes nothing; idle sockets delay
// nobody. The whole sample locality runs, partners speak their native formats.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { join, resolve } from 'node:path';
import { connect } from 'node:tls';
import { credentials, send } from '../partners/https.mjs';
import * as fhir from '../partners/fhir_messages.mjs';
import * as hl7 from '../partners/hl7_messages.mjs';
import { message as json } from '../partners/council_messages.mjs';
import { Locality } from '../partners/locality.mjs';
import { nurse, organisations as org, person, tasks } from '../partners/people.mjs';
import { shows } from '../support/report.mjs';

const locality = new Locality({ root: resolve('.'), folder: join(resolve('.'), 'var/doors'), base: 7700 });
const badNumber = { ...person, nhsNumber: '9990000017' };

before(async () => {
  locality.prepare();
  await locality.start();
  // One person on the caseload, so that good messages have somebody to be about.
  const ack = await locality.communityHl7.send(referral('D0'));
  assert.match(ack.code, /^[AC]A$/);
});
after(() => locality.stop());

const referral = (controlId, who = person) => hl7.referralAccepted({ controlId, person: who, from: org.community, practice: org.practice, nurse, episode: 'EP-1', at: new Date() });
const proposal = (overrides = {}) => fhir.proposal({ reference: `R-${randomUUID()}`, from: org.community, to: org.provider, delegator: nurse, person, task: tasks.bloodSugar, at: new Date(), reviewOn: new Date(Date.now() + 90 * 86400e3).toISOString().slice(0, 10), ...overrides });
const concern = (overrides = {}) => json('concern', { id: randomUUID(), at: new Date(), person, reference: randomUUID(), kind: 'clinical', summary: 'Something.', noticedAt: new Date().toISOString(), ...overrides });

const size = () => {
  const text = JSON.parse(locality.fosse(org.audit, 'checkpoint', '--json')).checkpoint;
  return Number(text.split('\n')[1]);
};

// Runs what must not change anything.
async function unchanged(run) {
  const before = size();
  await run();
  assert.equal(size(), before, 'the trail grew');
}

test('council: bad input', async () => {
  await unchanged(async () => {
    const bad = async (body, status, at, reason) => {
      const answer = await locality.provider.send(body);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.ok(answer.body.errors.some((e) => (at === undefined || e.at === at || e.field === at) && e.reason === reason), JSON.stringify(answer.body));
      assert.ok(!JSON.stringify(answer.body).includes(person.familyName));
    };
    await bad('{"id":"1"', 400, '', 'JSON_INVALID');
    await bad('[]', 400, '', 'JSON_INVALID');
    await bad(concern({ type: 'unknown-kind' }), 400, '/type', 'FIELD_INVALID');
    await bad(concern({ kind: 'gossip' }), 400, '/kind', 'FIELD_INVALID');
    await bad(concern({ summary: 7 }), 400, '/summary', 'FIELD_INVALID');
    await bad(concern({ sumary: 'x' }), 400, '/sumary', 'FIELD_UNKNOWN');
    await bad(concern({ person: { ...concern().person, nhsNumber: badNumber.nhsNumber } }), 400, undefined, 'FIELD_INVALID');
    await bad('{"a":1,"a":2}', 400, '', 'MEMBER_TWICE');
    const large = await locality.provider.send(concern({ summary: 'x'.repeat(2 << 20) })).catch((error) => error);
    assert.ok(large instanceof Error || large.status === 413);
    for (const headers of [{ 'Content-Type': 'text/plain' }, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }]) {
      const answer = await send(locality.provider.tls, { url: `${locality.provider.door}/messages`, headers, body: JSON.stringify(concern()) });
      assert.equal(answer.status, 415, answer.body);
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.equal(JSON.parse(answer.body).errors[0].reason, 'MEDIA_TYPE_UNSUPPORTED');
    }
  });
  shows('doors', 'council: bad input', ['flt-27', 'flt-29']);
});

test('council: an id used for other content', async () => {
  const first = concern();
  assert.equal((await locality.communitySystem.send(proposal())).status, 200);
  const taken = await locality.councilSystem.send(first);
  // The council has no relationship yet: refused without trace, so the id is still free.
  assert.equal(taken.status, 404);
});

test('fhir: bad input at both doors', async () => {
  for (const system of [locality.practiceSystem, locality.communitySystem]) {
    await unchanged(async () => {
      const bad = async (body, status, code) => {
        const answer = await system.send(body);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        assert.equal(answer.body.resourceType, 'OperationOutcome');
        if (code) assert.ok(answer.body.issue.some((i) => i.code === code), JSON.stringify(answer.body));
        assert.ok(!JSON.stringify(answer.body).includes(person.familyName));
      };
      const own = (change) => {
        const bundle = proposal({ from: system.participant });
        change(bundle);
        return bundle;
      };
      await bad('{"resourceType":', 400);
      await bad('{"resourceType":"Patient"}', 400);
      await bad(own((b) => { b.entry[0].resource.eventCoding.code = 'gossip'; }), 400, 'invariant');
      await bad(own((b) => { b.entry.find((e) => e.resource.resourceType === 'Patient').resource.identifier[0].value = badNumber.nhsNumber; }), 400);
      await bad(own((b) => { b.entry[1].resource.input.push({ type: { coding: [{ system: fhir.codes.parameter, code: 'no-such' }] }, valueCode: 'x' }); }), 400);
      await bad(own((b) => { b.entry[1].resource.input[0].valueCode = 'sideways'; }), 400);
      const missing = await send(system.tls, { url: `${system.door}/$process-message`, headers: { 'Content-Type': 'application/fhir+json' }, body: JSON.stringify(proposal()) });
      assert.equal(missing.status, 400);
      const coded = await send(system.tls, { url: `${system.door}/$process-message`, headers: { 'Content-Type': 'application/fhir+json', 'Content-Encoding': 'gzip', 'X-Request-Id': randomUUID(), 'X-Correlation-Id': randomUUID() }, body: JSON.stringify(proposal()) });
      assert.equal(coded.status, 415);
      const large = await system.send(own((b) => { b.entry[1].resource.description = 'x'.repeat(2 << 20); })).catch((error) => error);
      assert.ok(large instanceof Error || large.status === 413);
    });
  }
  shows('doors', 'fhir: bad input at both doors', ['flt-27', 'flt-29', 'haz-21']);
});

test('fhir: an id used for other content', async () => {
  const bundle = proposal();
  assert.equal((await locality.communitySystem.send(bundle)).status, 200);
  const other = structuredClone(bundle);
  other.timestamp = new Date(Date.now() + 5000).toISOString();
  const answer = await locality.communitySystem.send(other);
  assert.equal(answer.status, 409);
  assert.match(JSON.stringify(answer.body), /MESSAGE_ID_REUSED/);
  shows('doors', 'fhir: an id used for other content', ['flt-20', 'ctl-10']);
});

test('mllp: bad input', async () => {
  await unchanged(async () => {
    const bad = async (text, codes) => {
      const ack = await locality.communityHl7.send(text);
      assert.ok(codes.includes(ack.code), `${ack.code}: ${ack.text}`);
      assert.ok(!ack.text.includes(person.familyName));
    };
    const errors = ['AE', 'AR', 'CE', 'CR'];
    await bad('PID|1||9990000018', errors);
    await bad(referral('D1', badNumber), errors);
    await bad(referral('D2').replace('REF^I12', 'ZZZ^Z99'), errors);
    await bad(referral('D3').replace(/\|19410309\|/, '|19411309|'), errors);
    await bad(referral('D4').slice(0, 40), errors);
  });
  shows('doors', 'mllp: bad input', ['flt-27', 'flt-29', 'haz-01']);
});

test('doors refuse a client that they do not know', async () => {
  const tls = credentials(locality.certificates, org.audit);
  for (const [url, body] of [[`https://127.0.0.1:${locality.ports.gp}/$process-message`, proposal()], [`https://127.0.0.1:${locality.ports.council}/messages`, concern()]]) {
    const answer = await send(tls, { url, headers: { 'Content-Type': 'application/json', 'X-Request-Id': randomUUID(), 'X-Correlation-Id': randomUUID() }, body: JSON.stringify(body) });
    assert.equal(answer.status, 403);
  }
  const { cert, key, ...nobody } = tls;
  await assert.rejects(send(nobody, { url: `https://127.0.0.1:${locality.ports.gp}/metadata`, method: 'GET' }));
  shows('doors', 'doors refuse a client that they do not know', ['ctl-01', 'haz-32']);
});

test('64 idle sockets at each door delay nobody', async () => {
  const tls = credentials(locality.certificates, org.community);
  const open = (port) => new Promise((done, fail) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...tls }, () => done(socket));
    socket.once('error', fail);
  });
  const sockets = [];
  for (const port of [locality.ports.gp, locality.ports.mllp, locality.ports.communityFhir, locality.ports.council]) {
    for (let n = 0; n < 64; ++n) sockets.push(await open(port));
  }
  // Each door answers while they are open; a starved one would run into the client's timeout.
  assert.equal((await locality.communitySystem.send(proposal())).status, 200);
  assert.equal((await locality.practiceSystem.send('{}')).status, 400);
  assert.equal((await locality.provider.send('{}')).status, 400);
  assert.match((await locality.communityHl7.send(referral('D9'))).code, /^[AC]A$/);
  for (const socket of sockets) socket.destroy();
  shows('doors', '64 idle sockets at each door delay nobody', ['ctl-30']);
});
