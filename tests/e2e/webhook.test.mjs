// Webhooks of the councils' adapter, out of a gateway and an adapter that run, to a receiver that verifies them by
// somebody else's library. It fails in every way that receivers do; keys change places; the adapter is killed between
// sending and hearing. Each item arrives, in order for its person, under one id however often it comes.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hunt } from '../partners/canaries.mjs';
import { credentials, send } from '../partners/https.mjs';
import { Locality } from '../partners/locality.mjs';
import { neighbour, organisations as org, person, tasks } from '../partners/people.mjs';
import { until } from '../partners/play.mjs';
import { Case, Story } from '../partners/story.mjs';
import { shows } from '../support/report.mjs';
import { WebhookReceiver } from '../support/webhook_receiver.mjs';

const base = Number(process.env.FOSSE_BASE_PORT) || 8400;
const folder = join(resolve('.'), 'var/webhook');
const keys = join(folder, 'keys');
const keyFile = (name) => join(keys, name);
const hook = (participant, port, key, more) => `webhooks { participant: "${participant}" url: "https://127.0.0.1:${port}/hooks" key_file: "${keyFile(key)}" private_addresses: true breaker_longest_rest_ms: 500 ${more} }`;
const ports = { provider: base + 44, council: base + 45, elsewhere: base + 46 };
const at = new Locality({
  root: resolve('.'), folder, base,
  councilConfig: [
    hook(org.provider, ports.provider, 'provider', 'content: "item" timeout_ms: 700'),
    hook(org.council, ports.council, 'council', 'content: "reference"'),
  ],
});
// Not waited for in one piece: the receiver that it calls is in this process.
const council = (...args) => new Promise((done) => {
  execFile(at.bin('fosse-council'), ['webhook', ...args], (error, stdout, stderr) => done({ status: error ? error.code : 0, stdout, stderr }));
});
const config = () => join(at.state, 'council.txtpb');
let story;
let provider;
let theirs;
let theCouncil;

before(async () => {
  rmSync(keys, { recursive: true, force: true });
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  for (const name of ['provider', 'council', 'next', 'elsewhere']) execFileSync(at.bin('fosse-council'), ['webhook', 'key', keyFile(name)]);
  at.prepare();
  const receiver = (participant, port, key) => new WebhookReceiver({ tls: credentials(at.certificates, participant), port, secret: readFileSync(keyFile(key), 'utf8').trim() });
  provider = receiver(org.provider, ports.provider, 'provider');
  theCouncil = receiver(org.council, ports.council, 'council');
  await provider.start();
  await theCouncil.start();
  await at.start();
  story = new Story(at, 'webhooks');
  theirs = new Case(at, { who: neighbour });
  await story.onCaseload();
  await story.onCaseload(theirs, { practice: org.otherPractice, episode: 'EP-3301' });
  assert.deepEqual(story.faults, []);
});
after(async () => {
  await at.stop();
  provider.stop();
  theCouncil.stop();
});

// Community nursing asks the provider, for a person; gives the reference by which the item is known.
let asked = 0;
async function asks(who = person, { particulars = [['follow-up-defined', { valueBoolean: true }]], ...members } = {}) {
  const of = { person: who, reference: `WH-${++asked}-` };
  const all = [['in-plan-of-care', { valueBoolean: true }], ...particulars];
  // A slot of its own: each is another task.
  const { status, body } = await at.communitySystem.send(story.bloodSugar(of, { particulars: all, slot: `slot-${asked}`, ...members }));
  assert.equal(status, 200, JSON.stringify(body));
  assert.match(JSON.stringify(body), /"proposed"/);
  return of.reference;
}
const asksTheCouncil = () => asks(person, {
  to: org.council, task: tasks.eyeDrops,
  particulars: [['operation-phase', { valueCode: 'not-operative' }], ['incidental-or-ancillary', { valueBoolean: true }],
    ['nature-expected', { valueBoolean: true }], ['care-act-answered-by', { valueString: 'Council legal services' }]],
});

const callsOf = (reference, receiver = provider) => receiver.calls.filter((call) => call.body.includes(`"${reference}"`));
// Waits until that item was taken by a receiver; gives all of its calls.
const arrives = (reference, receiver = provider) => until(`the item of ${reference}`, () => callsOf(reference, receiver).some((call) => call.answered === 204) && callsOf(reference, receiver));
const listed = async (system) => JSON.parse((await send(system.tls, { method: 'GET', url: `${system.door}/worklist` })).body).items;
const emptied = (system) => until('the work list to be empty', async () => (await listed(system)).length === 0);
// As the provider sees its own mailbox at the gateway.
const refused = () => at.fosse(org.provider, 'dead-letters', '--purpose', 'webhooks', '--json');
// A final state counts as told two seconds after it was; a replay before that is a repeat.
const replays = async (id) => {
  await sleep(2500);
  at.fosse(org.provider, 'replay', id, '--reason', 'the receiver is right again');
};

test('an item arrives once, verified, as the work list has it', async () => {
  const calls = await arrives(await asks());
  assert.equal(calls.length, 1);
  const [call] = calls;
  assert.ok(call.verified, call.why);
  assert.equal(call.url, '/hooks');
  assert.equal(call.headers['content-type'], 'application/json');
  assert.equal(call.item.id, call.id);
  assert.equal(call.item.kind, 'proposal');
  assert.equal(call.item.person.nhsNumber, person.nhsNumber);
  assert.equal(call.item.message.type, 'delegation-proposal');
  await emptied(at.provider);
  shows('webhook', 'an item arrives once', ['ctl-16']);
});

test('a receiver that fails gets the same id again, and nothing of that person before it', async () => {
  provider.answers.push({ status: 500 }, { status: undefined }, { status: 503, headers: { 'Retry-After': '2' } });
  const first = await asks();
  const second = await asks();
  const calls = await arrives(first);
  await arrives(second);
  assert.deepEqual(calls.map((call) => call.answered), [500, undefined, 503, 204]);
  assert.equal(new Set(calls.map((call) => call.id)).size, 1);
  assert.equal(new Set(calls.map((call) => call.body)).size, 1);
  assert.ok(calls.every((call) => call.verified));
  assert.ok(calls[3].at - calls[2].at >= 1900, 'Retry-After was not awaited');
  assert.ok(calls[3].timestamp > calls[0].timestamp, 'each try has a timestamp of its own');
  assert.equal(callsOf(second).length, 1);
  assert.ok(callsOf(second)[0].at >= calls[3].at, 'the order of a person was broken');
  shows('webhook', 'retries', ['ctl-14', 'haz-06']);
});

test('a slow answer in time, and a long one, are an answer', async () => {
  provider.answers.push({ status: 200, delayMs: 400 }, { status: 200, body: 'x'.repeat(4 << 20) });
  const first = await asks();
  const second = await asks();
  await until('both', () => callsOf(first).length > 0 && callsOf(second).length > 0);
  await emptied(at.provider);
  assert.equal(callsOf(first).length + callsOf(second).length, 2);
});

test('a redirect is not followed', async () => {
  const elsewhere = new WebhookReceiver({ tls: credentials(at.certificates, org.provider), port: ports.elsewhere, secret: provider.secret });
  await elsewhere.start();
  provider.answers.push({ status: 307, headers: { Location: `https://127.0.0.1:${ports.elsewhere}/hooks` } });
  const calls = await arrives(await asks());
  elsewhere.stop();
  assert.deepEqual(calls.map((call) => call.answered), [307, 204]);
  assert.deepEqual(elsewhere.calls, []);
  shows('webhook', 'a redirect is not followed', ['haz-31']);
});

test('one key takes the place of another, and no call is lost', async () => {
  const old = provider.secret;
  const next = readFileSync(keyFile('next'), 'utf8').trim();
  const pair = keyFile('pair');
  const half = execFileSync(at.bin('fosse-council'), ['webhook', 'key', '--ed25519', pair], { encoding: 'utf8' }).trim();
  appendFileSync(keyFile('provider'), `${next}\n${readFileSync(pair, 'utf8')}`);
  const [byOld] = await arrives(await asks());
  assert.ok(byOld.verified, byOld.why);
  provider.secret = next;
  const [byNext] = await arrives(await asks());
  assert.ok(byNext.verified, byNext.why);
  // The third signature is for whoever holds the public half alone.
  const signatures = byNext.headers['webhook-signature'].split(' ');
  assert.deepEqual(signatures.map((signature) => signature.split(',')[0]), ['v1', 'v1', 'v1a']);
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(half.replace('whpk_', ''), 'base64').toString('base64url') } });
  assert.ok(verify(null, Buffer.from(`${byNext.id}.${byNext.timestamp}.${byNext.body}`), key, Buffer.from(signatures[2].slice(4), 'base64')));
  writeFileSync(keyFile('provider'), `${next}\n`);
  const [alone] = await arrives(await asks());
  assert.equal(alone.headers['webhook-signature'].split(' ').length, 1);
  assert.ok(alone.verified);
  provider.secret = old;
  provider.refuses = 401;
  const first = await asks();
  const [call] = await until('the call', () => callsOf(first).length > 0 && callsOf(first));
  assert.equal(call.answered, 401, 'the key that was taken away verifies nothing more');
  await until('the refusal at the gateway', () => refused().includes(call.id));
  provider.secret = next;
  provider.refuses = undefined;
  await replays(call.id);
  const again = await arrives(first);
  assert.deepEqual(again.map((c) => [c.id, c.answered]), [[call.id, 401], [call.id, 204]]);
  shows('webhook', 'a refusal is told, and replayed', ['ctl-14']);
});

test('killed between sending and hearing: at least once, the same id, none lost', async () => {
  provider.flush();
  const dies = { status: undefined, before: () => at.council.child.kill('SIGKILL') };
  provider.answers.push(dies, { status: 204 }, dies);
  const asking = [];
  for (const who of [person, neighbour, person, neighbour]) asking.push(await asks(who));
  for (let killed = 0; killed < 2; ++killed) {
    await until('the adapter to die', () => at.council.ended?.signal === 'SIGKILL');
    await at.council.start();
  }
  // It also dies once it has heard, and before it has kept that.
  writeFileSync(join(at.faultsOf.council, 'webhook_after_answer'), '');
  asking.push(await asks());
  await until('the adapter to die', () => at.council.ended?.signal === 'SIGKILL');
  await at.council.start();
  for (const reference of asking) {
    const calls = await arrives(reference);
    assert.equal(new Set(calls.map((call) => call.id)).size, 1);
    assert.equal(new Set(calls.map((call) => call.body)).size, 1);
    assert.ok(calls.every((call) => call.verified));
  }
  await emptied(at.provider);
  assert.equal(new Set(provider.calls.map((call) => call.id)).size, asking.length, 'each item has an id of its own');
  assert.ok(provider.calls.length > asking.length, 'a kill had its item come again');
  // What each person's items came in, first times only.
  const first = (who) => [...new Set(provider.calls.filter((call) => call.item.person.nhsNumber === who.nhsNumber).map((call) => call.id))];
  const order = (who) => first(who).map((id) => asking.findIndex((reference) => callsOf(reference)[0].id === id));
  assert.deepEqual(order(person), [0, 2, 4]);
  assert.deepEqual(order(neighbour), [1, 3]);
  shows('webhook', 'killed between sending and hearing', ['haz-38', 'haz-03']);
});

test('a reference names nobody; the item lies in the work list until it is taken', async () => {
  await asksTheCouncil();
  const call = await until('the reference', () => theCouncil.calls[0]);
  assert.ok(call.verified, call.why);
  assert.deepEqual(Object.keys(call.item).filter((name) => name !== 'actBy'), ['id', 'kind', 'urgency', 'traceIndex', 'committedAt']);
  writeFileSync(join(at.state, 'reference'), call.body);
  await at.council.stop('SIGKILL');
  await at.council.start();
  const items = await until('the item', async () => (await listed(at.councilSystem)).length > 0 && listed(at.councilSystem));
  assert.deepEqual(items.map((item) => item.id), theCouncil.calls.map((c) => c.id).filter((id, n, ids) => ids.indexOf(id) === n));
  await sleep(1000);
  assert.equal(theCouncil.calls.length, items.length, 'told twice');
  await at.councilSystem.collect();
  await emptied(at.councilSystem);
  shows('webhook', 'a reference names nobody', ['haz-31', 'ctl-16']);
});

test('a receiver that is gone gets nothing more until somebody says so', async () => {
  provider.flush();
  provider.answers.push({ status: 410 });
  const first = await asks();
  await until('the call', () => provider.calls.length > 0);
  const second = await asks();
  await until('both refused', () => [first, second].every((reference) => refused().includes(`"${reference}"`)));
  assert.equal(provider.calls.length, 1);
  assert.equal((await council('enable', '--config', config(), '--recipient', org.provider)).status, 0);
  await replays(provider.calls[0].id);
  await arrives(first);
  assert.equal(callsOf(second).length, 0, 'what was refused meanwhile waits for its own replay');
  assert.equal((await arrives(await asks())).length, 1);
});

test('what an integrator uses', async () => {
  provider.flush();
  const sent = await council('test', '--config', config(), '--recipient', org.provider);
  assert.equal(sent.status, 0, sent.stderr);
  const [call] = provider.calls;
  assert.ok(call.verified);
  assert.equal(call.item.kind, 'test');
  assert.equal(sent.stdout, `${call.id}: http-204\n`);
  const body = join(at.state, 'body');
  const verifies = (...more) => council('verify', '--secret-file', keyFile('provider'), '--id', call.id, '--timestamp', String(call.timestamp), '--signature', call.headers['webhook-signature'], body, ...more);
  writeFileSync(body, call.body);
  assert.equal((await verifies()).status, 0);
  writeFileSync(body, `${call.body}\n`);
  const not = await verifies();
  assert.equal(not.status, 5);
  assert.match(not.stderr, /^WEBHOOK_SIGNATURE_INVALID: /);
  provider.answers.push({ status: 422 });
  assert.equal((await council('test', '--config', config(), '--recipient', org.provider)).status, 5);
});

test('a config that cannot work stops the start, and names the field', async () => {
  const faulty = join(at.state, 'faulty.txtpb');
  const starts = (from, to) => {
    writeFileSync(faulty, readFileSync(config(), 'utf8').replace(from, to).replaceAll('council.outbox', 'faulty.outbox').replaceAll('council.key', 'faulty.key'), { mode: 0o600 });
    return spawnSync(at.bin('fosse-council'), ['--config', faulty], { encoding: 'utf8', timeout: 5000 });
  };
  for (const [from, to, field] of [['private_addresses: true', '', 'url'], ['content: "item"', '', 'content'], [keyFile('provider'), keyFile('none'), 'key_file'], ['timeout_ms: 700', 'timeout_ms: 70000', 'timeout_ms']]) {
    const ended = starts(from, to);
    assert.equal(ended.status, 3, ended.stderr);
    assert.match(ended.stderr, new RegExp(`WEBHOOK_CONFIG_INVALID: webhooks\\[0\\]\\.${field}: `));
  }
});

test('logs and state name nobody, and no key', async () => {
  const secrets = ['provider', 'council', 'next'].map((name) => readFileSync(keyFile(name), 'utf8').trim());
  assert.deepEqual(hunt(at.logs), []);
  assert.deepEqual(hunt(at.logs, secrets), []);
  rmSync(join(at.state, 'body'), { force: true });
  assert.deepEqual(hunt(at.state), []);
  shows('webhook', 'logs and state name nobody', ['ctl-26']);
});
