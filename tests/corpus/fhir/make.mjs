// Makes the Bundles of this folder from the partners' own builders, with fixed ids and times:
//   node tests/corpus/fhir/make.mjs
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fhir from '../../partners/fhir_messages.mjs';
import { gp, nurse, organisations as org, person, tasks } from '../../partners/people.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const at = new Date('2026-11-02T09:30:00Z');
const { codes } = fhir;

// The same UUIDs each time, in the order in which they appear.
function fixed(text, name) {
  const seen = new Map();
  return text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (uuid) => {
    if (!seen.has(uuid)) seen.set(uuid, seen.size + 1);
    const n = seen.get(uuid).toString(16).padStart(4, '0');
    return `${Buffer.from(name.padEnd(4)).toString('hex').slice(0, 8)}-0000-4000-8000-00000000${n}`;
  });
}

function save(name, bundle) {
  writeFileSync(join(folder, `${name}.json`), `${fixed(JSON.stringify(bundle, null, 2), name)}\n`);
}

const parameter = (code, value) => ({
  type: { coding: [{ system: codes.parameter, code }] }, ...value,
});
const focusOf = (bundle) => bundle.entry[1].resource;
const headerOf = (bundle) => bundle.entry[0].resource;

const base = { from: org.community, to: org.provider, delegator: nurse, person, at };
const proposal = () => fhir.proposal({
  ...base, reference: 'dlg-1', task: tasks.bloodSugar, reviewOn: '2027-02-01',
  particulars: [['in-plan-of-care', { valueBoolean: true }],
                ['follow-up-defined', { valueBoolean: true }]],
});
save('proposal', proposal());
save('proposal-no-reviewer', fhir.proposal({
  ...base, reference: 'dlg-1', task: tasks.bloodSugar, clinicalReviewer: '' }));
save('proposal-unlisted', fhir.proposal({
  ...base, reference: 'dlg-3', task: tasks.unlisted, mdt: false }));

const offer = () => fhir.oversightOffer({
  reference: 'offer-1', from: org.community, to: org.practice, author: nurse, person,
  delegation: 'dlg-1', at, nextReviewOn: '2027-01-04' });
save('oversight-offer', offer());
const withdrawn = offer();
focusOf(withdrawn).status = 'cancelled';
headerOf(withdrawn).reason.coding[0].code = 'update';
save('oversight-withdrawn', withdrawn);

const answer = (status, why) => fhir.oversightResponse({
  offered: { identifier: [{ system: codes.offer, value: 'O-0123456789' }] }, from: org.practice,
  to: org.community, clinician: gp, person, at, status, why });
save('oversight-accepted', answer('accepted'));
save('oversight-rejected', answer('rejected', 'No capacity until March.'));
save('oversight-question', answer('on-hold', 'Who reviews the diary?'));

const back = offer();
const handBack = focusOf(back);
handBack.code = { coding: [{ system: codes.message, code: 'oversight-hand-back' }] };
handBack.input = [handBack.input[0], parameter('reason', { valueString: 'Readings unstable.' })];
save('oversight-hand-back', back);

const advice = () => fhir.advice({
  from: org.community, to: org.provider, clinician: nurse, person, concern: 'concern-1',
  delegation: 'dlg-1', text: 'Repeat the test in an hour.', at });
save('advice', advice());

const concern = advice();
Object.assign(focusOf(concern), {
  identifier: [{ system: codes.concern, value: 'concern-2' }], priority: 'stat',
  category: [{ coding: [{ system: codes.message, code: 'concern' }] }],
  reasonCode: [{ coding: [{ system: 'https://fosse.example/CodeSystem/concern-kind', code: 'clinical' }] }],
  payload: [{ contentString: 'Readings rising for three days.' }],
});
delete focusOf(concern).inResponseTo;
save('concern', concern);

save('clinical-review', fhir.clinicalReview({
  from: org.community, to: org.provider, clinician: nurse, person, delegation: 'dlg-1',
  closes: 'concern-1', nextReviewOn: '2027-01-04', at }));

function aboutDelegation(status, code, event, more) {
  const bundle = answer(status);
  headerOf(bundle).eventCoding.code = event;
  Object.assign(focusOf(bundle), {
    identifier: [{ system: codes.delegation, value: 'dlg-1' }],
    code: { coding: [{ system: codes.message, code }] }, output: undefined, ...more,
  });
  return bundle;
}
save('delegation-accepted', aboutDelegation('accepted', 'delegation-proposal', 'servicerequest-response', {
  output: [parameter('subject-to-training', { valueBoolean: true }),
           parameter('within-insurance', { valueBoolean: true })] }));
save('delegation-declined', aboutDelegation('rejected', 'delegation-proposal', 'servicerequest-response', {
  output: [parameter('decline-reason', { valueCode: 'capacity' })],
  statusReason: { text: 'No visit is free in the morning.' } }));
save('delegation-change', aboutDelegation('cancelled', 'delegation-change', 'servicerequest-request', {
  input: [parameter('kind', { valueCode: 'end' }), parameter('need-has-ended', { valueBoolean: true })],
  statusReason: { text: 'The need has gone.' } }));

save('cover-confirmed', fhir.coverAnswer({
  from: org.community, to: org.provider, clinician: nurse, person, at, delegation: 'dlg-1', status: 'in-progress', visits: 3 }));
save('registration-change', fhir.registrationChange({
  from: org.practice, clinician: gp, person, at, registeredOn: '2026-11-01' }));
save('shared-care-referral', fhir.sharedCareReferral({
  from: org.community, to: org.panel, clinician: nurse, person, at, reference: 'sc-1', delegation: 'dlg-1',
  step: 'team-met', why: 'The team does not agree.', parts: [
    ['mdt-outcome', { valueCode: 'no-consensus' }], ['mdt-decided-on', { valueDate: '2026-10-30' }],
    ['mdt-member', { valueString: 'Community nurse' }], ['mdt-member', { valueString: 'Social worker' }],
    ['person-took-part', { valueBoolean: true }], ['raised-by-worker', { valueString: 'nurse-17' }]] }));

const tells = (code, parts, more) => fhir.report({ from: org.practice, clinician: gp, person, at, code, parts, ...more });
const ofDelegation = ['delegation', { valueIdentifier: { system: codes.delegation, value: 'dlg-1' } }];
save('risk-change', tells('risk-change', [ofDelegation, ['risk-level', { valueCode: 'high' }],
  ['risk-summary', { valueString: 'Two falls this week.' }], ['review-by', { valueDate: '2026-11-09' }]]));
save('consent-changed', tells('consent-changed', [ofDelegation, ['consent', { valueCode: 'declined' }],
  ['consent-record', { valueString: 'record-7' }]]));
save('delegator-changed', tells('delegator-changed', [ofDelegation, ['delegator', true],
  ['accepted', { valueBoolean: true }], ['reason', { valueString: 'A colleague has left.' }]]));
const away = [['place', { valueCode: 'hospital' }], ['from', { valueInstant: '2026-11-01T20:00:00+00:00' }]];
save('person-away', tells('person-away', away, { status: 'in-progress' }));
save('person-back', tells('person-away', away));

// A practice that has care workers of its own, and what any side reports.
const named = (bundle, ...identifiers) => {
  focusOf(bundle).identifier = identifiers.map(([system, value]) => ({ system, value }));
  return bundle;
};
const own = (value) => ['https://practice.example/Id/report', value];
const ofTask = [codes.delegation, 'dlg-1'];
const aWorker = { valueReference: { type: 'Practitioner', identifier: {
  system: 'https://fosse.example/Id/worker', value: 'hca-3',
  assigner: { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: org.practice } } },
  display: 'Bronwen Achterberg' } };
const aTask = { valueCodeableConcept: { coding: [{ system: 'https://fosse.example/CodeSystem/delegated-task', code: tasks.bloodSugar.code }] } };
const then = { valueInstant: '2026-11-01T08:00:00+00:00' };
const yes = { valueBoolean: true };
save('worker-assignment', named(tells('worker-assignment', [['worker', aWorker], ['worker-agrees', yes],
  ['worker-confident', yes], ['provider-confident', yes], ['visits-confirmed', yes], ['contingency-confirmed', yes],
  ['agreed-start', { valueInstant: '2026-11-04T08:00:00+00:00' }]]), ofTask));
save('start-confirmed', named(tells('start-confirmed', [['worker', aWorker], ['started-at', then]]), ofTask));
save('task-performed', named(tells('task-performed', [['worker', aWorker], ['performed-at', then],
  ['observation', { valueString: '6.1 mmol/L' }]]), ofTask));
save('task-performed-ad-hoc', tells('task-performed', [['task', aTask], ['setting', { valueCode: 'own-home' }],
  ['worker', aWorker], ['performed-at', then], ['ad-hoc', yes]]));
save('task-not-done', named(tells('task-not-done', [['due-at', then], ['not-done-reason', { valueCode: 'person-declined' }],
  ['note', { valueString: 'Asked twice.' }]], { status: 'failed' }), ofTask));
save('cover-order', named(tells('cover-order', [['cover-by', { valueIdentifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: org.community } }],
  ['from', { valueInstant: '2026-11-04T08:00:00+00:00' }], ['reason', { valueString: 'The worker is ill.' }]], { status: 'requested' }), own('cover-1'), ofTask));
save('dispute', named(tells('dispute', [['jointly-funded', yes], ['summary', { valueString: 'Who pays for the strips.' }]], { status: 'requested' }), own('dispute-1'), ofTask));
save('dispute-settled', named(tells('dispute', [['jointly-funded', yes], ['summary', { valueString: 'Health pays.' }]]), own('dispute-1'), ofTask));
save('clinical-override', named(tells('clinical-override', [['rule', { valueString: 'activate-visits-not-confirmed' }],
  ['reason', { valueString: 'Seen at home today.' }], ['until', { valueDate: '2026-11-09' }]]), ofTask));
save('break-glass', tells('break-glass', [['reason-code', { valueCode: 'unwell' }], ['reason', { valueString: 'Found unwell at home.' }],
  ['minutes', { valueUnsignedInt: 30 }]], { status: 'requested' }));
save('person-update', tells('person-update', [['update', { valueCode: 'merge' }], ['occurred-at', then],
  ['other-nhs-number', { valueCode: '9990000026' }], ['other-date-of-birth', { valueDate: person.dateOfBirth }],
  ['other-family-name', { valueString: person.familyName }]]));
// About no person cared for.
const aboutNobody = (bundle) => {
  delete focusOf(bundle).for;
  return { ...bundle, entry: bundle.entry.filter(({ resource }) => resource.resourceType !== 'Patient') };
};
save('training-request', aboutNobody(named(tells('training-request', [
  ['training-provider', { valueIdentifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: org.training } }],
  ['worker', aWorker], ['task', aTask], ['preferred-mode', { valueCode: 'classroom' }]], { status: 'requested' }), own('training-1'))));
save('issue-report', aboutNobody(named(tells('issue-report', [['clause', { valueCode: 'B-3.4' }],
  ['summary', { valueString: 'The form asks twice for insurance.' }]], { status: 'requested' }), own('issue-1'))));
const challenge = aboutNobody(named(tells('competency-challenge', [['competency-reference', { valueString: 'chk-7' }],
  ['task', aTask], ['reason', { valueString: 'The session was cut short.' }], ['raised-by-worker', yes]], { status: 'requested' }), own('challenge-1')));
focusOf(challenge).for = aWorker.valueReference;
save('competency-challenge', challenge);

// Resources by themselves.
save('alone-proposal', fhir.alone(proposal()));
save('alone-oversight-offer', fhir.alone(offer()));
save('alone-oversight-accepted', fhir.alone(answer('accepted'), '2'));
// A system that knows only the national code of the task: the identifier says what is answered.
save('alone-oversight-rejected', {
  ...fhir.alone(answer('rejected', 'No capacity until March.'), '2'),
  code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] } });
save('alone-delegation-accepted', fhir.alone(aboutDelegation('accepted', 'delegation-proposal', 'servicerequest-response', {
  output: [parameter('subject-to-training', { valueBoolean: true })] }), '2'));
save('alone-concern', fhir.alone(concern));
save('alone-advice', { ...fhir.alone(advice()), identifier: [{ system: 'https://practice.example/Id/note', value: 'note-17' }] });
const episode = { reference: 'EP-1', from: org.community, practice: org.practice, clinician: nurse, person, at };
save('alone-episode-opened', fhir.episode(episode));
save('alone-episode-planned', fhir.episode({ ...episode, versionId: '2',
  period: { start: at.toISOString(), end: '2026-12-01' } }));
save('alone-episode-finished', fhir.episode({ ...episode, versionId: '3', status: 'finished',
  extension: [{ url: 'https://fosse.example/StructureDefinition/discharge-destination', valueCode: 'usual-residence' }],
  period: { start: at.toISOString(), end: '2026-12-01T11:00:00.000Z' } }));
save('alone-episode-reopened', fhir.episode({ ...episode, versionId: '4',
  statusHistory: [{ status: 'finished', period: { end: '2026-12-01T11:00:00.000Z' } }] }));
