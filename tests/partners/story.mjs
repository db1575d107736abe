// What the stories share: a person with a task, and what partners do with it, each in its own format.
// A story is a class of its own in stories/: its steps, in order, and what must be so after each. Every
// step says who oversees; one that does not has failed.

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { message as json } from './council_messages.mjs';
import * as fhir from './fhir_messages.mjs';
import * as hl7 from './hl7_messages.mjs';
import { nurse, organisations as org, person, tasks, trainedWorker, trainer } from './people.mjs';
import { day, idOf, Play, until } from './play.mjs';

const manager = { register: 'local', identifier: 'rm-01', name: 'Registered manager' };
const byTrainer = {
  register: 'nmc', identifier: trainer.pin, registerPart: 'nurse', registerStatus: 'current',
  registerCheckedOn: trainer.checkedOn, name: trainer.name, role: trainer.role,
};
const localWord = (value, prefix) => (value ?? '').replace(prefix, '').toLowerCase().replaceAll('_', ' ');

// One person and the task that the story is about.
export class Case {
  constructor(locality, { who = person, prefix = 'BS' } = {}) {
    this.person = who;
    this.reference = `${prefix}-${randomUUID().slice(0, 8)}`;
    this.file = join(locality.folder, `person-${who.nhsNumber.slice(-3)}.json`);
    writeFileSync(this.file, JSON.stringify({
      nhsNumber: who.nhsNumber, dateOfBirth: who.dateOfBirth, familyName: who.familyName,
    }), { mode: 0o600 });
  }
}

export class Story extends Play {
  // Deadlines of the rulebook to shorten, in minutes: { OFFER_DEADLINE: 1 }.
  static deadlines = {};
  // What it shows, for docs/traceability.md.
  static shows = [];

  constructor(locality, name) {
    super(locality, `story ${name}`);
    this.case = new Case(locality);
  }

  // --- Reading ---

  delegation(of = this.case) {
    const got = JSON.parse(this.at.fosse(org.audit, 'delegations', '--person', of.file, '--purpose', this.purpose, '--json'));
    return got.delegations?.find((d) => d.proposal.reference === of.reference);
  }

  record(of = this.case) {
    return JSON.parse(this.at.fosse(org.community, 'person', '--person', of.file, '--purpose', this.purpose, '--json'));
  }

  // In words for the table: the holder, and to whom it is offered.
  overseer(of = this.case) {
    const oversight = this.delegation(of)?.oversight;
    if (!oversight?.holder) return 'nobody yet: not live';
    const to = oversight.offer?.offeredTo;
    return oversight.state === 'OVERSIGHT_STATE_OFFERED' ? `${oversight.holder}, offered to ${to}` : oversight.holder;
  }

  row(from, what, sender, messageId, of = this.case) {
    const got = super.row(from, what, sender, messageId);
    this.rows.at(-1).overseer = this.overseer(of);
    return got;
  }

  rowAt(from, what, index, of = this.case) {
    const got = super.rowAt(from, what, index);
    this.rows.at(-1).overseer = this.overseer(of);
    return got;
  }

  // --- What must be so ---

  // Who oversees now; empty: nobody, as nothing runs yet. The one holder, never two.
  oversees(holder, of = this.case) {
    this.saidWhoOversees = this.step;
    const found = this.delegation(of);
    this.equal('who oversees', found?.oversight?.holder ?? '', holder);
    if (holder && ['DELEGATION_STATE_ACTIVE', 'DELEGATION_STATE_AT_RISK', 'DELEGATION_STATE_SUSPENDED'].includes(found.state)) {
      this.check('the overseer has staffed contacts', Boolean(found.oversight.contacts?.inHours?.telephone && found.oversight.contacts?.outOfHours?.telephone));
    }
  }

  is(state, of = this.case) {
    this.equal('the state', localWord(this.delegation(of)?.state, 'DELEGATION_STATE_'), state);
  }

  noticed(got, code) {
    this.check(`the notice ${code}`, (got.receipt.notices ?? []).some((n) => n.code === code));
  }

  // Waits for a Task of that kind at a FHIR system, and gives the newest one.
  async arrives(system, kind, fits = () => true) {
    return until(`${kind} at ${system.participant}`, () => system.received().reverse().find((m) => m.kind === kind && fits(m.focus)));
  }

  // Waits for what a deadline brings: longer than for anything that is under way.
  waitFor(what, look) {
    return until(what, look, 150000);
  }

  // Waits for a state that another record's message brings about.
  becomes(state, of = this.case) {
    return until(`the state ${state}`, () => localWord(this.delegation(of)?.state, 'DELEGATION_STATE_') === state);
  }

  // Waits for an item on a work list.
  async listed(system, what, fits) {
    return until(`${what} on the work list of ${system.participant}`, async () => {
      await system.collect();
      return system.taken.find(fits);
    });
  }

  afterStep() {
    if (this.saidWhoOversees !== this.step) this.faults.push(`step ${this.step}: it does not say who oversees`);
  }

  // --- What partners do ---

  async byFhir(system, who, what, bundle, of = this.case) {
    await this.sendFhir(system, bundle);
    return this.row(`${who}, FHIR`, what, system.participant, bundle.id, of);
  }

  async byJson(system, who, what, type, members, of = this.case) {
    const id = randomUUID();
    await this.sendJson(system, json(type, { id, at: new Date(), person: of?.person, actingPerson: manager, ...members }));
    return this.row(`${who}, JSON`, what, system.participant, id, of ?? this.case);
  }

  async byHl7(what, event, text, of = this.case) {
    const ack = await this.at.communityHl7.send(text);
    this.check(`${event} is acknowledged`, ack.code === 'CA' || ack.code === 'AA');
    return this.row(`community nursing, HL7 v2 ${event}`, what, org.community, idOf(text), of);
  }

  // What changes nothing has an acknowledgement and no entry. `known`: there is a record to ask.
  async withoutEffect(what, event, text, { known = true, of = this.case } = {}) {
    const before = await this.quietEntries();
    const ack = await this.at.communityHl7.send(text);
    this.check(`${event} is acknowledged`, ack.code === 'CA' || ack.code === 'AA');
    this.equal(`entries after ${event}`, this.entries(), before);
    this.rows.push({ step: this.step, from: `community nursing, HL7 v2 ${event}`, what, decision: 'no effect', rules: '', meanwhile: '', went: '', trail: '', overseer: known ? this.overseer(of) : 'nobody is known' });
  }

  // How many entries there are once what earlier steps sent has been told as delivered.
  async quietEntries() {
    for (let count = this.entries(); ;) {
      await sleep(400);
      const again = this.entries();
      if (again === count) return count;
      count = again;
    }
  }

  entries() {
    return Number(JSON.parse(this.at.fosse(org.audit, 'checkpoint', '--json')).checkpoint.split('\n')[1]);
  }

  // The fields that each HL7 message has.
  hl7(of = this.case, more = {}) {
    return { controlId: `C${randomUUID().slice(0, 18)}`, person: of.person, from: org.community, practice: org.practice, nurse, episode: 'EP-2201', at: new Date(), ...more };
  }

  onCaseload(of = this.case, more = {}) {
    return this.byHl7('onto the caseload', 'REF^I12', hl7.referralAccepted(this.hl7(of, more)), of);
  }

  discharged(of = this.case, more = {}) {
    return this.byHl7('off the caseload', 'ADT^A03', hl7.caseloadDischarge(this.hl7(of, more)), of);
  }

  bloodSugar(of = this.case, more = {}) {
    return fhir.proposal({
      reference: of.reference, from: org.community, to: org.provider, delegator: nurse, person: of.person,
      task: tasks.bloodSugar, at: new Date(), reviewOn: day(90),
      particulars: [['in-plan-of-care', { valueBoolean: true }], ['follow-up-defined', { valueBoolean: true }]],
      ...more,
    });
  }

  accepts(of = this.case) {
    return this.byJson(this.at.provider, 'provider', 'accepts the task', 'delegation-response', {
      delegation: { reference: of.reference }, answer: 'accepted', subjectToTraining: true,
      timeFeasible: true, resourcesFeasible: true, capabilityFeasible: true, costFeasible: true,
      withinInsurance: true, withinRegistration: true, providerConfident: true,
    }, of);
  }

  async checked(what, overrides = {}, worker = trainedWorker) {
    const id = randomUUID();
    const reference = `CHECK-${id.slice(0, 8)}`;
    await this.sendJson(this.at.trainingOffice, json('competency-record', {
      id, reference, at: new Date(), task: { code: tasks.bloodSugar.code }, trainingClass: 'generic',
      worker: { employer: org.provider, reference: worker.reference, name: worker.name },
      actingPerson: byTrainer, assessor: { ...byTrainer, organisation: org.training },
      mode: 'standalone-check', trainedOn: day(0), assessedOn: day(0), competenceWasChecked: true, result: 'competent',
      method: 'Observed practice on a colleague, three times', standard: 'Blood sugar competency, version 2',
      ...overrides,
    }));
    return { ...this.row('training office, JSON', what, org.training, id), reference };
  }

  async revoked(reference, worker = trainedWorker) {
    const id = randomUUID();
    await this.sendJson(this.at.trainingOffice, json('competency-revoked', {
      id, at: new Date(), reference, task: { code: tasks.bloodSugar.code }, actingPerson: byTrainer,
      worker: { employer: org.provider, reference: worker.reference },
      reason: 'Observed technique was not safe.', revokedAt: new Date().toISOString(),
    }));
    return this.row('training office, JSON', 'revokes the competence', org.training, id);
  }

  assigns(of = this.case, worker = trainedWorker, what = 'assigns the worker, who agreed') {
    return this.byJson(this.at.provider, 'provider', what, 'worker-assignment', {
      delegation: { reference: of.reference }, worker: { reference: worker.reference, name: worker.name },
      workerAgrees: true, workerConfident: true, providerConfident: true,
      visitsConfirmed: true, contingencyConfirmed: true, agreedStart: new Date().toISOString(),
    }, of);
  }

  begins(of = this.case, worker = trainedWorker) {
    return this.byJson(this.at.provider, 'provider', 'the worker has begun', 'start-confirmed', {
      delegation: { reference: of.reference }, worker: { reference: worker.reference }, startedAt: new Date().toISOString(),
    }, of);
  }

  performs(of = this.case, worker = trainedWorker) {
    return this.byJson(this.at.provider, 'provider', 'care was given', 'task-performed', {
      delegation: { reference: of.reference }, worker: { reference: worker.reference, name: worker.name },
      performedAt: new Date().toISOString(), observation: 'Reading 9.1 mmol/L before breakfast.',
    }, of);
  }

  // From nothing to a task that runs, overseen by community nursing.
  async beginsUnderCommunityNursing(of = this.case) {
    await this.onCaseload(of);
    await this.begin(of);
  }

  // The same for somebody who is on the caseload.
  async begin(of = this.case) {
    this.decided(await this.byFhir(this.at.communitySystem, 'community nurse', 'proposes the blood sugar test', this.bloodSugar(of), of), 'PROPOSE', 'PERMIT');
    await this.accepts(of);
    const competence = await this.checked('checks competence');
    this.decided(competence, 'RECOGNISE_COMPETENCE', 'PERMIT');
    this.decided(await this.assigns(of), 'ACTIVATE', 'PERMIT');
    await this.begins(of);
    this.is('active', of);
    this.competence = competence.reference;
  }

  offers(system, to, reference, of = this.case) {
    return this.byFhir(system, 'community nurse', `offers oversight to ${to}`, fhir.oversightOffer({
      reference, from: system.participant, to, author: nurse, person: of.person, delegation: of.reference, at: new Date(), nextReviewOn: day(60),
    }), of);
  }

  answer(system, clinician, status, offered, { why, of = this.case } = {}) {
    return fhir.oversightResponse({
      offered, from: system.participant, to: org.community, clinician, person: of.person, at: new Date(), status, why,
    });
  }

  // Answers the newest offer that came to the system, or the one given.
  async answers(system, clinician, status, { offered, why, words, of = this.case } = {}) {
    const said = offered ?? (await this.arrives(system, 'oversight-offer')).focus;
    return this.byFhir(system, `named clinician of ${system.participant}`, words ?? status, this.answer(system, clinician, status, said, { why, of }), of);
  }

  // A row for what was refused at the door: it has no entry of its own.
  refusedRow(from, what, reason, of = this.case) {
    this.rows.push({ step: this.step, from, what, decision: 'refused', rules: reason, meanwhile: '', went: '', trail: '', overseer: this.overseer(of) });
  }
}

export { day };
