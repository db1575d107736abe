// The council's door described by itself, in other people's hands: two validators of the description, and a
// client made of it that makes use of every operation. Every answer is held against the description.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { message } from '../partners/council_messages.mjs';
import { credentials, send } from '../partners/https.mjs';
import { Locality } from '../partners/locality.mjs';
import { organisations as org, person, trainedWorker } from '../partners/people.mjs';
import { Story } from '../partners/story.mjs';
import { shows } from '../support/report.mjs';

const require = createRequire(join(resolve('.'), 'tools/package.json'));
const SwaggerParser = require('@apidevtools/swagger-parser');
const { OpenAPIClientAxios } = require('openapi-client-axios');
const Ajv = require('ajv/dist/2020').default;
const formats = require('ajv-formats');
const base = Number(process.env.FOSSE_BASE_PORT) || 7950;
const at = new Locality({ root: resolve('.'), folder: join(resolve('.'), 'var/openapi'), base, providerPage: true });
const door = `https://localhost:${base + 30}`;
const mine = (participant) => credentials(at.certificates, participant);
const manager = { register: 'local', identifier: 'rm-01', name: 'Registered manager' };
let description;
let ajv;
let story;
const done = new Set();  // operationId and status, as they were seen.

// A client of one participant, made of the description.
async function clientOf(participant) {
  const api = new OpenAPIClientAxios({
    definition: structuredClone(description), quick: true,
    axiosConfigDefaults: { baseURL: door, httpsAgent: new Agent({ ...mine(participant), keepAlive: false }), validateStatus: () => true },
  });
  const client = await api.init();
  return Object.fromEntries(api.getOperations().map(({ operationId }) => [operationId, async (...given) => {
    const answer = await client[operationId](...given);
    holds(operationId, answer);
    return answer;
  }]));
}

const operations = () => Object.values(description.paths).flatMap((path) => Object.values(path));

// The status is one that the operation lists, with its media type, and the body is of its schema.
function holds(operationId, { status, headers, data }) {
  const listed = operations().find((operation) => operation.operationId === operationId).responses[status];
  assert.ok(listed, `${operationId} lists ${status}`);
  done.add(`${operationId} ${status}`);
  if (!listed.content) return;
  const [media, { schema }] = Object.entries(listed.content)[0];
  assert.ok(headers['content-type'].startsWith(media), `${operationId} ${status}: ${headers['content-type']}`);
  const valid = ajv.compile({ ...schema, components: description.components });
  assert.ok(valid(data), `${operationId} ${status}: ${JSON.stringify(valid.errors)}`);
}

const about = (type, more, id = randomUUID()) => message(type, { id, at: new Date(), person, actingPerson: manager, ...more });

before(async () => {
  at.prepare();
  await at.start();
  story = new Story(at, 'openapi');
  await story.onCaseload();
  story.decided(await story.byFhir(at.communitySystem, 'community nurse', 'proposes the blood sugar test', story.bloodSugar()), 'PROPOSE', 'PERMIT');
  assert.deepEqual(story.faults, []);
  description = JSON.parse((await send(mine(org.provider), { method: 'GET', url: `${door}/openapi.json` })).body);
  ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
});
after(() => at.stop());

test('two validators hold the description to be OpenAPI', async () => {
  const { Validator } = await import(require.resolve('@seriousme/openapi-schema-validator'));
  const found = await new Validator().validate(structuredClone(description));
  assert.deepEqual(found.errors ?? [], []);
  assert.equal(found.valid, true);
  await SwaggerParser.validate(structuredClone(description));
  // And it is the one that the program prints without a network.
  assert.deepEqual(JSON.parse(execFileSync(at.bin('fosse-council'), ['openapi'])), description);
  shows('e2e', 'validators of OpenAPI', ['haz-21']);
});

test('every example is of the schema that it stands for', () => {
  const { schema, examples } = description.paths['/messages'].post.requestBody.content['application/json'];
  const valid = ajv.compile({ ...schema, components: description.components });
  assert.ok(Object.keys(examples).length > 15);
  for (const [type, { value }] of Object.entries(examples)) assert.ok(valid(value), `${type}: ${JSON.stringify(valid.errors)}`);
});

test('a client made of it sends messages, again and wrongly', async () => {
  const client = await clientOf(org.provider);
  const answer = about('delegation-response', { delegation: { reference: story.case.reference }, answer: 'accepted',
    subjectToTraining: true, timeFeasible: true, resourcesFeasible: true, capabilityFeasible: true, costFeasible: true,
    withinInsurance: true, withinRegistration: true, providerConfident: true });
  const first = await client.submitMessage(null, answer);
  assert.equal(first.status, 200);
  assert.equal(first.data.outcome, 'permit');
  const again = await client.submitMessage(null, answer);
  assert.deepEqual(again.data, first.data);
  assert.equal((await client.submitMessage(null, { ...answer, note: 'changed' })).status, 409);
  // Refused by the reader, and by the gateway; both say where.
  const wrong = await client.submitMessage(null, about('worker-assignment', { delegation: { reference: 'x' }, worker: { reference: trainedWorker.reference, mood: 'good' } }));
  assert.equal(wrong.status, 400);
  assert.deepEqual([wrong.data.errors[0].pointer, wrong.data.errors[0].reason], ['#/worker/mood', 'FIELD_UNKNOWN']);
  const number = await client.submitMessage(null, { ...answer, id: randomUUID(), person: { ...answer.person, nhsNumber: '9990000019' } });
  assert.equal(number.status, 400);
  assert.equal(number.data.errors[0].pointer, '#/person/nhsNumber');
  assert.equal((await client.submitMessage(null, { ...answer, id: randomUUID(), person: { ...answer.person, familyName: 'Somebody' } })).status, 404);
  assert.equal((await client.submitMessage(null, about('delegation-change', { delegation: { reference: 'none' }, kind: 'suspend', reason: 'x' }))).status, 404);
  assert.equal((await client.submitMessage(null, { ...answer, id: randomUUID() })).status, 200);
  assert.equal((await client.submitMessage(null, JSON.stringify(answer), { headers: { 'Content-Type': 'text/plain' } })).status, 415);
  assert.equal((await client.submitMessage(null, { ...answer, id: randomUUID(), note: 'x'.repeat(1 << 20) })).status, 413);
  const training = await clientOf(org.training);
  assert.equal((await training.submitMessage(null, { ...answer, id: randomUUID() })).status, 403);
  shows('e2e', 'a client made of the description', ['ctl-10', 'haz-07', 'haz-21']);
});

test('it reads the work list and takes an item', async () => {
  const client = await clientOf(org.provider);
  const list = await client.listWorkList();
  assert.ok(list.data.items.length > 0);
  const item = list.data.items[0];
  const table = await client.downloadWorkList();
  assert.equal(table.status, 200);
  assert.ok(table.data.includes(item.id));
  assert.equal((await client.takeItem({ id: item.id })).status, 200);
  assert.ok(!(await client.listWorkList()).data.items.some(({ id }) => id === item.id));
  assert.equal((await client.takeItem({ id: 'no-such-item' })).status, 404);
  // Another organisation's is not there.
  const other = await clientOf(org.training);
  assert.equal((await other.takeItem({ id: list.data.items.at(-1).id })).status, 404);
});

test('who waits for training, and who was found competent, come as tables', async () => {
  const provider = await clientOf(org.provider);
  const asked = { id: randomUUID(), type: 'training-request', sentAt: new Date().toISOString(), reference: '=TNA-1', trainingProvider: org.training,
    workers: [{ employer: org.provider, reference: 'hc-130', name: 'Ottoline Grey' }], tasks: [{ code: 'generic-2-eye-ear-drops' }] };
  assert.equal((await provider.submitMessage(null, asked)).status, 200);
  await story.checked('finds a worker competent');
  for (const who of [org.provider, org.training]) {
    const queue = await (await clientOf(who)).downloadTrainingQueue();
    assert.equal(queue.status, 200);
    assert.match(queue.data, /^Asked by,.*\r\n(.*\r\n)*.*hc-130,.*,generic-2-eye-ear-drops,.*,'=TNA-1\r\n/);
    const register = await (await clientOf(who)).downloadTrainingRegister();
    assert.equal(register.status, 200);
    assert.match(register.data, new RegExp(`,${trainedWorker.reference},.*,in-force,`));
  }
  // The council asked for nobody and employs none of them.
  const council = await clientOf(org.council);
  for (const table of [await council.downloadTrainingQueue(), await council.downloadTrainingRegister()]) {
    assert.equal(table.data.trim().split('\r\n').length, 1);
  }
  shows('openapi', 'the training register', ['hwb25-14', 'b-4.6']);
});

test('it makes a link where the caller vouches, and reads the description once', async () => {
  const council = await clientOf(org.council);
  assert.equal((await council.makeLink(null, { participant: org.provider, name: 'Solveig Underhill', reference: 'pa-7' })).status, 403);
  assert.equal((await council.makeLink(null, { participant: org.provider })).status, 400);
  const whole = await council.getOpenApi();
  assert.equal(whole.status, 200);
  const known = await council.getOpenApi({ 'If-None-Match': whole.headers.etag });
  assert.equal(known.status, 304);
  assert.deepEqual(operations().map((operation) => operation.operationId).filter((id) => ![...done].some((seen) => seen.startsWith(`${id} `))), []);
});

test('strangers, wrong paths and methods are told', async () => {
  const ask = (participant, method, path) => send(mine(participant), { method, url: `${door}${path}` });
  const problem = (answer, status, reason) => {
    assert.equal(answer.status, status);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.equal(JSON.parse(answer.body).errors[0].reason, reason);
  };
  problem(await ask(org.practice, 'GET', '/worklist'), 403, 'CLIENT_UNKNOWN');
  problem(await ask(org.provider, 'GET', '/nowhere'), 404, 'PATH_UNKNOWN');
  const wrong = await ask(org.provider, 'DELETE', '/messages');
  problem(wrong, 405, 'METHOD_UNSUPPORTED');
  assert.equal(wrong.headers.allow, 'POST');
  await assert.rejects(send({ ca: mine(org.provider).ca }, { method: 'GET', url: `${door}/openapi.json` }));
});
