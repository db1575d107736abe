// Clients that share no code with ours: @grpc/grpc-js (pure JavaScript) and buf curl (Go), over
// mutual TLS against the real gateway.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { join, resolve } from 'node:path';
import { Locality } from '../partners/locality.mjs';
import { organisations as org, person } from '../partners/people.mjs';
import { shows } from '../support/report.mjs';

const root = resolve('.');
const tools = createRequire(join(root, 'tools/package.json'));
const grpc = tools('@grpc/grpc-js');
const loader = tools('@grpc/proto-loader');

const locality = new Locality({ root, folder: join(root, 'var/clients'), base: 7600 });
const contract = grpc.loadPackageDefinition(
  loader.loadSync(['exchange', 'audit', 'care_records'].map((name) => `fosse/v1/${name}.proto`), { includeDirs: ['protos'], longs: String, enums: String, defaults: false }),
).fosse.v1;

before(async () => {
  locality.prepare();
  await locality.gateway.start();
});
after(() => locality.stop());

const pem = (name) => readFileSync(join(locality.certificates, name));
const address = () => `127.0.0.1:${locality.ports.gateway}`;

function client(Service, participant) {
  const credentials = participant
    ? grpc.credentials.createSsl(pem('ca.pem'), pem(`${participant}.key`), pem(`${participant}.pem`))
    : grpc.credentials.createSsl(pem('ca.pem'));
  return new Service(address(), credentials);
}

const call = (stub, method, request) => new Promise((done, fail) => {
  stub[method](request, { deadline: new Date(Date.now() + 10000) }, (error, response) => (error ? fail(error) : done(response)));
});

const now = () => ({ seconds: String(Math.floor(Date.now() / 1000)), nanos: 0 });

// A person comes onto the community nursing caseload.
const episodeOpened = (sender, id) => ({
  messageId: id, locality: 'QK1', sender, sentAt: now(),
  subject: { person: { nhsNumber: person.nhsNumber, dateOfBirth: person.dateOfBirth, familyName: person.familyName } },
  episodeChange: {
    episodeReference: `EP-${id}`, kind: 'EPISODE_CHANGE_KIND_OPENED', service: 'community-nursing',
    organisation: org.community, occurredAt: now(), registeredPractice: org.practice,
  },
});

test('grpc-js submits and reads its trace', async () => {
  const id = randomUUID();
  const exchange = client(contract.ExchangeService, org.community);
  const { receipt } = await call(exchange, 'submit', { envelope: episodeOpened(org.community, id) });
  assert.equal(receipt.messageId, id);
  assert.equal(receipt.overseer, org.community);
  const audit = client(contract.AuditService, org.community);
  const trace = await call(audit, 'getTrace', { message: { sender: org.community, messageId: id }, purpose: 'test' });
  assert.equal(trace.entries[0].leaf.index ?? '0', receipt.entryIndex ?? '0');
  assert.equal(trace.entries[0].detail.receipt.messageId, id);
  shows('clients', 'grpc-js submits and reads its trace', ['ctl-01', 'aud-02']);
});

test('grpc-js without a certificate is refused', async () => {
  await assert.rejects(call(client(contract.ExchangeService, null), 'submit', { envelope: episodeOpened(org.community, randomUUID()) }),
    (error) => error.code === grpc.status.UNAVAILABLE);
  // With one, the same call at the same address is served.
  await call(client(contract.ExchangeService, org.community), 'submit', { envelope: episodeOpened(org.community, randomUUID()) });
  shows('clients', 'grpc-js without a certificate is refused', ['ctl-01', 'flt-24']);
});

test('grpc-js is refused for a sender it may not speak for', async () => {
  await assert.rejects(call(client(contract.ExchangeService, org.strangers), 'submit', { envelope: episodeOpened(org.community, randomUUID()) }),
    (error) => error.code === grpc.status.PERMISSION_DENIED);
  shows('clients', 'grpc-js is refused for a sender it may not speak for', ['ctl-01', 'haz-32']);
});

// buf curl speaks gRPC with Go's own HTTP/2.
function bufCurl(method, request, participant) {
  const args = ['curl', '--protocol', 'grpc', '--schema', 'build/fosse.binpb',
    '--cacert', join(locality.certificates, 'ca.pem'), '-d', '@-'];
  if (participant) args.push('--cert', join(locality.certificates, `${participant}.pem`), '--key', join(locality.certificates, `${participant}.key`));
  return new Promise((done) => {
    const child = execFile(join(root, 'tools/node_modules/.bin/buf'), [...args, `https://${address()}/fosse.v1.${method}`],
      { env: { ...process.env, BUF_CACHE_DIR: join(root, 'build/buf') } },
      (error, out, err) => done({ code: error ? error.code : 0, out, err }));
    child.stdin.end(JSON.stringify(request));
  });
}

test('buf curl submits and reads its trace', async () => {
  const id = randomUUID();
  const envelope = { ...episodeOpened(org.community, id), sentAt: new Date().toISOString() };
  envelope.episodeChange.occurredAt = new Date().toISOString();
  const submitted = await bufCurl('ExchangeService/Submit', { envelope }, org.community);
  assert.equal(submitted.code, 0, submitted.err);
  assert.equal(JSON.parse(submitted.out).receipt.messageId, id);
  const traced = await bufCurl('AuditService/GetTrace', { message: { sender: org.community, messageId: id }, purpose: 'test' }, org.community);
  assert.equal(traced.code, 0, traced.err);
  assert.equal(JSON.parse(traced.out).entries[0].detail.receipt.messageId, id);
  shows('clients', 'buf curl submits and reads its trace', ['ctl-01']);
});

test('buf curl without a certificate, or for another sender, is refused', async () => {
  const envelope = { ...episodeOpened(org.community, randomUUID()), sentAt: new Date().toISOString() };
  envelope.episodeChange.occurredAt = new Date().toISOString();
  assert.notEqual((await bufCurl('ExchangeService/Submit', { envelope }, null)).code, 0);
  const refused = await bufCurl('ExchangeService/Submit', { envelope }, org.strangers);
  assert.notEqual(refused.code, 0);
  assert.match(refused.err, /permission_denied/);
  shows('clients', 'buf curl without a certificate, or for another sender, is refused', ['ctl-01', 'flt-24', 'haz-32']);
});

test('an unrelated organisation learns nothing', async () => {
  const known = { nhsNumber: person.nhsNumber, dateOfBirth: person.dateOfBirth, familyName: person.familyName };
  const nobody = { nhsNumber: '9990000042', dateOfBirth: '1950-01-01', familyName: 'Nobody' };
  const mistaken = { ...known, dateOfBirth: '1941-03-10' };
  const records = client(contract.CareRecordsService, org.strangers);
  const exchange = client(contract.ExchangeService, org.strangers);
  const audit = client(contract.AuditService, org.strangers);
  const proposal = (who) => ({
    messageId: randomUUID(), locality: 'QK1', sender: org.strangers, sentAt: now(), subject: { person: who },
    actingPerson: { practitioner: { register: 'REGISTER_GMC', identifier: '7654321', name: 'A stranger' } },
    delegationProposal: {
      reference: 'R-1', direction: 'DELEGATION_DIRECTION_HEALTH_TO_SOCIAL_CARE', delegating: org.strangers, delegatedTo: org.provider,
      task: { code: { code: 'generic-7-blood-sugar' }, setting: 'CARE_SETTING_OWN_HOME', slot: 'morning' },
    },
  });
  const asks = {
    GetPerson: (who) => call(records, 'getPerson', { person: who, purpose: 'test' }),
    ListDelegations: (who) => call(records, 'listDelegations', { person: who, purpose: 'test' }),
    Search: (who) => call(audit, 'search', { person: who, purpose: 'test' }),
    Check: (who) => call(exchange, 'check', { envelope: proposal(who) }),
    Submit: (who) => call(exchange, 'submit', { envelope: proposal(who) }),
    // Somebody else's proposal, word for word under its own id: a duplicate where the person exists.
    Duplicate: (who) => call(exchange, 'submit', { envelope: { ...proposal(who), messageId: 'the-same' } }),
  };
  const shape = (error) => JSON.stringify([error.code, error.details, error.metadata.toJSON()['grpc-status-details-bin']?.map(String)]);
  for (const [name, ask] of Object.entries(asks)) {
    const answers = [];
    for (const who of [known, nobody, mistaken]) {
      await assert.rejects(ask(who), (error) => {
        assert.equal(error.code, grpc.status.NOT_FOUND, `${name}: ${error.message}`);
        return answers.push(shape(error)) > 0;
      });
    }
    assert.equal(new Set(answers).size, 1, `${name} tells them apart`);
  }
  shows('clients', 'an unrelated organisation learns nothing', ['ctl-04']);
});
