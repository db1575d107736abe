// Other people's FHIR programs against the practices' adapter: a client that reads the capability, sends,
// searches and pages, and two validators of all that the adapter writes.

import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { credentials, send } from '../partners/https.mjs';
import * as fhir from '../partners/fhir_messages.mjs';
import { Locality } from '../partners/locality.mjs';
import { gp, nurse, organisations as org, person, tasks } from '../partners/people.mjs';
import { day } from '../partners/play.mjs';
import { Story } from '../partners/story.mjs';
import { accepted, faultsOf } from '../support/fhir_validators.mjs';
import { shows } from '../support/report.mjs';

const require = createRequire(join(resolve('.'), 'tools/package.json'));
// The client takes a certificate through an agent, which Node's own fetch does not know.
for (const name of ['fetch', 'Headers', 'Request', 'Response']) delete globalThis[name];
const Client = require('fhir-kit-client');
const base = Number(process.env.FOSSE_BASE_PORT) || 7650;
const folder = join(resolve('.'), 'var/fhir-peers');
const tokenUrl = `https://localhost:${base + 10}/oauth2/token`;
const jwks = join(folder, 'practice.jwks');
const at = new Locality({ root: resolve('.'), folder, base, gpConfig: [
  `bearer { token_url: "${tokenUrl}" clients { issuer: "practice-app" participant: "${org.practice}" jwks_file: "${jwks}" } }`] });
const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const door = (port) => `https://localhost:${port}/FHIR/R4`;
const clientOf = (participant, port = at.ports.gp) => new Client({
  baseUrl: door(port), requestOptions: credentials(at.certificates, participant),
});
const ids = () => ({ 'X-Request-Id': randomUUID(), 'X-Correlation-Id': randomUUID() });
const options = () => ({ headers: ids() });
const everything = [];  // What the adapter answered.
const keep = (resource) => { everything.push(structuredClone(resource)); return resource; };
const outcomeOf = (bundle) => bundle.entry.map((e) => e.resource).find((r) => r.resourceType === 'OperationOutcome');
const proposal = (task, reference) => fhir.proposal({ reference, from: org.practice, to: org.provider, delegator: gp, person, task, at: new Date(), reviewOn: day(30) });
let story;
let client;

// A person with a task that runs, and oversight offered to the practice.
before(async () => {
  at.prepare();
  mkdirSync(folder, { recursive: true });
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'k-1', use: 'sig', alg: 'RS512' }] }));
  await at.start();
  story = new Story(at, 'fhir peers');
  await story.beginsUnderCommunityNursing();
  assert.deepEqual(story.faults, []);
  client = clientOf(org.practice);
});
after(() => at.stop());

test('fhir-kit-client reads what the door can do', async () => {
  const capability = keep(await client.capabilityStatement());
  assert.equal(capability.fhirVersion, '4.0.1');
  const types = capability.rest[0].resource.map((r) => r.type);
  for (const type of types) {
    const found = keep(await client.search({ resourceType: type, searchParams: { _count: 1 }, options: options() }));
    assert.equal(found.type, 'searchset', `${type} is searched as the statement says`);
  }
  assert.ok(types.includes('Task'));
  shows('e2e', 'fhir-kit-client reads', ['haz-21']);
});

test('it sends a message Bundle, and a Task by itself', async () => {
  const bundle = await client.operation({ name: 'process-message', input: proposal(tasks.eyeDrops, 'PEER-1'), options: options() });
  assert.equal(keep(bundle).entry[0].resource.response.code, 'ok');
  const alone = fhir.alone(proposal(tasks.unlisted, 'PEER-2'));
  const first = keep(await client.create({ resourceType: 'Task', body: alone, options: options() }));
  assert.equal(outcomeOf(first).extension.find((e) => e.url.endsWith('/outcome')).valueCode, 'refer');
  shows('e2e', 'fhir-kit-client sends', ['haz-21']);
});

test('an X-Request-Id that comes again is a duplicate with its first outcome', async () => {
  const body = proposal(tasks.prompt, 'PEER-3');
  const headers = ids();
  const post = (input, more) => client.operation({ name: 'process-message', input, options: { headers: { ...headers, ...more } } });
  const first = keep(await post(body));
  const other = { ...structuredClone(body), id: randomUUID() };
  for (const again of [body, other]) {
    const error = await post(again).then(() => assert.fail('not refused'), (e) => e);
    assert.equal(error.response.status, 409);
    const outcome = keep(error.response.data);
    assert.equal(outcome.issue[0].code, 'duplicate');
    assert.deepEqual(outcome.extension, outcomeOf(first).extension, 'the first trace index and outcome');
    assert.deepEqual(outcome.issue.slice(1), outcomeOf(first).issue);
  }
  // The message itself, asked again: what became of it.
  assert.deepEqual(keep(await post(body, { 'X-Request-Id': randomUUID() })), first);
  // What was refused may be mended under the same id.
  const refused = randomUUID();
  await assert.rejects(post({ resourceType: 'Bundle', type: 'message' }, { 'X-Request-Id': refused }));
  const mended = fhir.registrationChange({ from: org.practice, clinician: gp, person, at: new Date(), registeredOn: day(0) });
  keep(await post(mended, { 'X-Request-Id': refused }));
  shows('e2e', 'a repeated X-Request-Id', ['ctl-10']);
});

test('a community system tells of episodes by themselves', async () => {
  const community = clientOf(org.community, at.ports.communityFhir);
  const tells = (more) => community.create({ resourceType: 'EpisodeOfCare', options: options(), body: fhir.episode({
    from: org.community, practice: org.practice, clinician: nurse, person, at: new Date(), ...more }) }).then(keep);
  await tells({ reference: 'EP-PEER', service: 'community-therapy' });
  await tells({ reference: 'EP-PEER', service: 'community-therapy', versionId: '2', status: 'cancelled' });
  await story.offers(at.communitySystem, org.practice, 'PEER-OFFER');
  const open = story.record().episodes.filter((e) => !e.closedAt);
  assert.equal(open.length, 1);
  await tells({ reference: open[0].reference, versionId: '2', status: 'finished', period: { start: open[0].openedAt, end: new Date().toISOString() } });
  assert.ok(story.record().episodes.every((e) => e.closedAt));
  shows('e2e', 'episodes by themselves', ['b-5.5']);
});

test('an offer is answered by the Task that came, accepted and one version on', async () => {
  const { focus, bundle } = await story.arrives(at.practiceSystem, 'oversight-offer');
  keep(bundle);
  const answer = fhir.alone(fhir.oversightResponse({ offered: focus, from: org.practice, to: org.community, clinician: gp, person, at: new Date() }), '2');
  answer.code = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] };
  const receipt = keep(await client.create({ resourceType: 'Task', body: answer, options: options() }));
  const standing = receipt.entry.map((e) => e.resource).find((r) => r.resourceType === 'Task');
  assert.equal(standing.input.find((i) => i.type.coding[0].code === 'overseer').valueIdentifier.value, org.practice);
  assert.equal(story.overseer(), org.practice);
  shows('e2e', 'fhir-kit-client accepts', ['ctl-16']);
});

test('it searches and pages', async () => {
  const found = [];
  let page = keep(await client.search({ resourceType: 'Task', searchParams: { _count: 1 }, options: options() }));
  for (let pages = 0; page && pages < 20; pages += 1) {
    found.push(...(page.entry ?? []).map((e) => e.resource));
    page = await client.nextPage({ bundle: page, options: options() });
    if (page) keep(page);
  }
  const references = found.map((t) => t.identifier.find((i) => i.system === fhir.codes.delegation)?.value);
  assert.deepEqual(new Set(references), new Set([story.case.reference, 'PEER-1', 'PEER-2', 'PEER-3']));
  assert.equal(references.length, 4, 'each once');
  assert.ok(found.every((t) => t.for.identifier.value === person.nhsNumber));

  const running = keep(await client.search({ resourceType: 'Task', searchParams: { status: 'in-progress' }, options: options() }));
  assert.deepEqual(running.entry.map((e) => e.resource.identifier[0].value), [story.case.reference]);
  const named = { 'patient.identifier': `https://fhir.nhs.uk/Id/nhs-number|${person.nhsNumber}`, 'patient.birthdate': person.dateOfBirth, 'patient.family': person.familyName };
  const posted = keep(await client.search({ resourceType: 'Task', searchParams: named, options: { ...options(), postSearch: true } }));
  assert.ok(posted.entry.length >= 3);
  assert.ok(!JSON.stringify(posted.link).includes(person.nhsNumber));
  const nobody = { ...named, 'patient.family': 'Nobody' };
  assert.equal(keep(await client.search({ resourceType: 'Task', searchParams: nobody, options: { ...options(), postSearch: true } })).entry, undefined);
  shows('e2e', 'fhir-kit-client searches', ['ctl-04']);
});

test('it searches the trail, and who handed over to whom', async () => {
  const all = async (resourceType, searchParams = {}) => {
    const found = [];
    let page = keep(await client.search({ resourceType, searchParams: { _count: 10, ...searchParams }, options: options() }));
    for (let pages = 0; page && pages < 50; pages += 1) {
      found.push(...(page.entry ?? []).map((e) => e.resource));
      page = await client.nextPage({ bundle: page, options: options() });
      if (page) keep(page);
    }
    return found;
  };
  const events = await all('AuditEvent');
  const kinds = events.map((e) => e.subtype[0].code);
  for (const kind of ['delegation-proposal', 'oversight-response', 'oversight-offer', 'access-recorded']) assert.ok(kinds.includes(kind), kind);
  const accepted = events.find((e) => e.subtype[0].code === 'oversight-response');
  assert.ok(accepted.agent.some((a) => a.who.identifier.value === gp.number));
  assert.ok(accepted.entity.at(-1).detail.some((d) => d.type === 'rule' && d.valueString.startsWith('B-5.5d ')));
  assert.deepEqual(await all('AuditEvent', { date: `lt${day(-1)}` }), []);

  const handovers = await all('Provenance');
  assert.deepEqual(handovers.map((p) => p.activity.coding[0].code), ['oversight-offer', 'oversight-accepted']);
  assert.equal(handovers[0].agent[1].who.identifier.value, org.practice, 'offered to');
  assert.equal(handovers[1].agent[1].who.identifier.value, org.practice, 'custodian');
  const named = { 'patient.identifier': `https://fhir.nhs.uk/Id/nhs-number|${person.nhsNumber}`, 'patient.birthdate': person.dateOfBirth, 'patient.family': person.familyName };
  const posted = keep(await client.search({ resourceType: 'AuditEvent', searchParams: named, options: { ...options(), postSearch: true } }));
  assert.ok(posted.entry.some((e) => e.resource.entity.at(-1).detail.some((d) => d.type === 'detail' && d.valueString === 'withheld')), 'of others, that they are');
  shows('e2e', 'fhir-kit-client searches the trail', ['aud-01', 'ctl-04']);
});

test('it tells of risk, agreement and absence', async () => {
  const tell = async (code, parts, more) => keep(await client.operation({ name: 'process-message', options: options(),
    input: fhir.report({ from: org.practice, clinician: gp, person, at: new Date(), code, parts, ...more }) }));
  const delegation = ['delegation', { valueIdentifier: { system: fhir.codes.delegation, value: story.case.reference } }];
  await tell('risk-change', [delegation, ['risk-level', { valueCode: 'high' }], ['risk-summary', { valueString: 'Two falls this week.' }]]);
  await tell('consent-changed', [delegation, ['consent', { valueCode: 'given' }], ['consent-record', { valueString: 'record-7' }]]);
  const away = [['place', { valueCode: 'hospital' }], ['from', { valueInstant: new Date().toISOString() }]];
  await tell('person-away', away, { status: 'in-progress' });
  story.is('paused');
  await tell('person-away', away);
  assert.deepEqual(story.faults, []);
  assert.equal(story.delegation().risk?.level ?? story.delegation().proposal.risk.level, 'RISK_LEVEL_HIGH');
});

test('another practice finds none of it', async () => {
  const other = clientOf(org.strangers);
  const events = keep(await other.search({ resourceType: 'AuditEvent', searchParams: {}, options: options() })).entry ?? [];
  assert.ok(events.every((e) => e.resource.agent[0].who.identifier.value === org.strangers), 'its own reads alone');
  assert.equal(keep(await other.search({ resourceType: 'Provenance', searchParams: {}, options: options() })).entry, undefined);
  assert.equal(keep(await other.search({ resourceType: 'Task', searchParams: {}, options: options() })).entry, undefined);
  shows('e2e', 'another practice finds none', ['ctl-04']);
});

test('a client without a certificate comes in by a signed JWT', async () => {
  const ca = readFileSync(join(at.certificates, 'ca.pem'));
  const bare = new Client({ baseUrl: door(at.ports.gp), requestOptions: { ca } });
  const search = () => bare.search({ resourceType: 'Task', searchParams: {}, options: options() });
  const refused = await search().then(() => assert.fail('not refused'), (e) => e);
  assert.equal(refused.response.status, 401);
  keep(refused.response.data);

  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = (claims) => {
    const text = `${part({ alg: 'RS512', typ: 'JWT', kid: 'k-1' })}.${part(claims)}`;
    return `${text}.${createSign('RSA-SHA512').update(text).sign(key.privateKey, 'base64url')}`;
  };
  const claims = { iss: 'practice-app', sub: 'practice-app', aud: tokenUrl, jti: randomUUID(), exp: Math.floor(Date.now() / 1000) + 300 };
  const exchange = (assertion) => send({ ca }, {
    url: tokenUrl, headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }).toString() });
  const given = await exchange(jwt(claims));
  assert.equal(given.status, 200, given.body);
  assert.equal((await exchange(jwt(claims))).status, 401, 'the same jti again');
  assert.equal((await exchange(jwt({ ...claims, jti: randomUUID(), aud: 'https://elsewhere.example' }))).status, 401);
  bare.bearerToken = JSON.parse(given.body).access_token;
  assert.ok(keep(await search()).entry.length > 0, 'the practice sees its tasks');
  shows('e2e', 'a signed JWT', ['ctl-01']);
});

test('it is told where its fault is', async () => {
  const refused = async (run) => {
    const error = await run().then(() => assert.fail('not refused'), (e) => e);
    return keep(error.response.data);
  };
  const wrong = await refused(() => client.create({ resourceType: 'CarePlan', body: { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: {} }, options: options() }));
  assert.equal(wrong.issue[0].expression[0], 'CarePlan');
  const search = await refused(() => client.search({ resourceType: 'Task', searchParams: { 'patient.family': person.familyName }, options: options() }));
  assert.equal(search.issue[0].location[0], 'http.patient.family');
  const header = await refused(() => client.search({ resourceType: 'Task', searchParams: {} }));
  assert.equal(header.issue[0].code, 'required');
  await refused(() => client.operation({ name: 'process-message', input: { resourceType: 'Bundle', type: 'message' }, options: options() }));
});

test('two validators accept all that was written, and find a fault where there is one', () => {
  for (const { bundle } of [...at.practiceSystem.received(), ...at.communitySystem.received()]) keep(bundle);
  const kinds = new Set(everything.flatMap((r) => [r.resourceType, ...(r.entry ?? []).map((e) => e.resource.resourceType)]));
  for (const kind of ['CapabilityStatement', 'Bundle', 'Task', 'OperationOutcome', 'MessageHeader', 'Patient', 'AuditEvent', 'Provenance']) assert.ok(kinds.has(kind), kind);
  assert.ok(everything.length > 15, `${everything.length} resources`);
  for (const resource of everything) accepted(resource, JSON.stringify(resource).slice(0, 200));
  assert.ok(faultsOf({ resourceType: 'Task', intent: 'order' }).length >= 2, 'both see that the status is missing');
  assert.ok(faultsOf({ resourceType: 'Task', status: 'requested', intent: 'order', colour: 'red' }).length >= 1);
  shows('e2e', 'two validators', ['haz-21']);
});
