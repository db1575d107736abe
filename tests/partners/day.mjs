// The sample day: what each partner sends, in its own format, and what must come of it. A step gives
// rows for the table; a check that does not hold makes the step fail and the day go on.

import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fhir from './fhir_messages.mjs';
import * as hl7 from './hl7_messages.mjs';
import { message as json } from './council_messages.mjs';
import { gp, nurse, organisations as org, person, tasks, trainedWorker, trainer, untrainedWorker } from './people.mjs';
import { day, idOf, Play, until } from './play.mjs';

export class Day extends Play {
  constructor(locality) {
    super(locality, 'sample day');
    this.delegation = `BS-${randomUUID().slice(0, 8)}`;
    this.offer = `OFFER-${randomUUID().slice(0, 8)}`;
    this.concern = `CONCERN-${randomUUID().slice(0, 8)}`;
    writeFileSync(this.personFile, JSON.stringify({
      nhsNumber: person.nhsNumber, dateOfBirth: person.dateOfBirth, familyName: person.familyName,
    }), { mode: 0o600 });
  }

  get personFile() { return join(this.at.folder, 'person.json'); }

  overseer() {
    const got = JSON.parse(this.at.fosse(org.audit, 'delegations', '--person', this.personFile, '--purpose', 'sample day', '--json'));
    return got.delegations.find((d) => d.proposal.reference === this.delegation)?.oversight?.holder;
  }

  steps() {
    return [this.referral, this.incompleteProposal, this.completeProposal, this.catheter, this.unlisted,
      this.providerAccepts, this.priorLearning, this.competentAndReady, this.start, this.performed,
      this.concernRaised, this.discharge, this.delivered, this.killed, this.again, this.proof];
  }

  async referral() {
    const controlId = `C${Date.now()}`;
    const text = hl7.referralAccepted({ controlId, person, from: org.community, practice: org.practice, nurse, episode: 'EP-2201', at: new Date() });
    const ack = await this.at.communityHl7.send(text);
    this.check('the referral is acknowledged', ack.code === 'CA' || ack.code === 'AA');
    const got = this.row('community nursing, HL7 v2 REF^I12', 'onto the caseload', org.community, idOf(text));
    const seen = JSON.parse(this.at.fosse(org.community, 'person', '--person', this.personFile, '--purpose', 'sample day', '--json'));
    this.check('the episode is open', seen.episodes?.some((e) => e.organisation === org.community && !e.closedAt));
    this.equal('the overseer', got.receipt.overseer, org.community);
    this.check('the duty contacts are named', Boolean(got.receipt.contacts?.inHours?.telephone && got.receipt.contacts?.outOfHours?.telephone));
  }

  bloodSugar(options) {
    return fhir.proposal({
      reference: this.delegation, from: org.community, to: org.provider, delegator: nurse, person,
      task: tasks.bloodSugar, at: new Date(), reviewOn: day(90),
      particulars: [['in-plan-of-care', { valueBoolean: true }], ['follow-up-defined', { valueBoolean: true }]],
      ...options,
    });
  }

  async incompleteProposal() {
    const bundle = this.bloodSugar({ clinicalReviewer: '' });
    await this.sendFhir(this.at.communitySystem, bundle);
    const got = this.row('community nurse, FHIR', 'proposes blood sugar test, no reviewer', org.community, bundle.id);
    const decision = this.decided(got, 'PROPOSE', 'HOLD');
    this.check('B-4.1 names the missing reviewer', decision.findings.some((f) => f.clause === 'B-4.1' && f.outcome === 'OUTCOME_HOLD' && /review/i.test(f.because)));
    this.equal('who delivers meanwhile', got.receipt.deliversMeanwhile, org.community);
    this.check('the provider does not get it', !got.deliveries.some((d) => d.recipient === org.provider));
  }

  async completeProposal() {
    const bundle = this.bloodSugar({});
    await this.sendFhir(this.at.communitySystem, bundle);
    const got = this.row('community nurse, FHIR', 'proposes it again, complete', org.community, bundle.id);
    this.decided(got, 'PROPOSE', 'PERMIT');
    this.state(got, 'PROPOSED');
    this.equal('who delivers meanwhile', got.receipt.deliversMeanwhile, org.community);
    this.wentTo(got, org.provider, 'PROPOSAL');
    await until('the proposal on the work list', async () =>
      (await this.at.provider.collect()).find((i) => i.kind === 'proposal' && i.message.reference === this.delegation));
  }

  async catheter() {
    const bundle = fhir.proposal({
      reference: `CATH-${randomUUID().slice(0, 8)}`, from: org.practice, to: org.provider, delegator: gp,
      person, task: tasks.catheter, at: new Date(), reviewOn: day(30),
    });
    await this.sendFhir(this.at.practiceSystem, bundle);
    const got = this.row('practice, FHIR', 'asks a care worker to change a catheter', org.practice, bundle.id);
    const decision = this.decided(got, 'PROPOSE', 'DENY');
    this.check('B-3.3 says why and what to do', decision.findings.some((f) => f.clause === 'B-3.3' && f.because && f.remedy));
    this.equal('who delivers meanwhile', got.receipt.deliversMeanwhile, org.community);
  }

  async unlisted() {
    const bundle = fhir.proposal({
      reference: `NEB-${randomUUID().slice(0, 8)}`, from: org.practice, to: org.provider, delegator: gp,
      person, task: tasks.unlisted, at: new Date(), reviewOn: day(30),
    });
    await this.sendFhir(this.at.practiceSystem, bundle);
    const got = this.row('practice, FHIR', 'proposes a task in no catalogue', org.practice, bundle.id);
    const decision = this.decided(got, 'PROPOSE', 'REFER');
    this.check('B-1.8 is cited', this.findings(decision).includes('B-1.8'));
    this.check('an owner is named', Boolean(decision.owner));
  }

  async providerAccepts() {
    const id = randomUUID();
    await this.sendJson(this.at.provider, json('delegation-response', {
      id, at: new Date(), person, actingPerson: { register: 'local', identifier: 'rm-01', name: 'Registered manager' },
      delegation: { reference: this.delegation }, answer: 'accepted', subjectToTraining: true,
      timeFeasible: true, resourcesFeasible: true, capabilityFeasible: true, costFeasible: true,
      withinInsurance: true, withinRegistration: true, providerConfident: true,
    }));
    const got = this.row('provider, JSON', 'accepts, subject to training', org.provider, id);
    this.decided(got, 'RESPOND', 'PERMIT');
    const activate = this.decided(got, 'ACTIVATE', 'HOLD');
    this.check('what is missing is listed', activate.findings.filter((f) => f.outcome === 'OUTCOME_HOLD').length > 0);
    this.state(got, 'PROPOSED');
  }

  competency(overrides) {
    return json('competency-record', {
      at: new Date(), task: { code: tasks.bloodSugar.code }, trainingClass: 'generic',
      worker: { employer: org.provider, reference: trainedWorker.reference, name: trainedWorker.name },
      actingPerson: { register: 'nmc', identifier: trainer.pin, registerPart: 'nurse', registerStatus: 'current', registerCheckedOn: trainer.checkedOn, name: trainer.name, role: trainer.role },
      assessor: { register: 'nmc', identifier: trainer.pin, registerPart: 'nurse', registerStatus: 'current', registerCheckedOn: trainer.checkedOn, name: trainer.name, role: trainer.role, organisation: org.training },
      assessedOn: day(0), competenceWasChecked: true, result: 'competent',
      method: 'Observed practice on a colleague, three times', standard: 'Blood sugar competency, version 2',
      ...overrides,
    });
  }

  async priorLearning() {
    const id = randomUUID();
    await this.sendJson(this.at.trainingOffice, this.competency({ id, reference: `APEL-${id.slice(0, 8)}`, mode: 'prior-learning', trainedOn: day(-4 * 366), evidenceReference: 'certificate-2022' }));
    const got = this.row('training office, JSON', 'records prior learning, four years old', org.training, id);
    const decision = this.decided(got, 'RECOGNISE_COMPETENCE', 'HOLD');
    this.check('B-4.6 is cited', this.findings(decision).includes('B-4.6'));
    this.check('a check is offered', decision.findings.some((f) => /check/i.test(f.remedy)));
    this.check('the provider is told', got.deliveries.some((d) => d.recipient === org.provider));
  }

  async competentAndReady() {
    const checked = randomUUID();
    await this.sendJson(this.at.trainingOffice, this.competency({ id: checked, reference: `CHECK-${checked.slice(0, 8)}`, mode: 'standalone-check', trainedOn: day(0) }));
    const first = this.row('training office, JSON', 'checks competence on its own', org.training, checked);
    this.decided(first, 'RECOGNISE_COMPETENCE', 'PERMIT');

    const assigned = randomUUID();
    await this.sendJson(this.at.provider, json('worker-assignment', {
      id: assigned, at: new Date(), person, actingPerson: { register: 'local', identifier: 'rm-01', name: 'Registered manager' },
      delegation: { reference: this.delegation },
      worker: { reference: trainedWorker.reference, name: trainedWorker.name },
      workerAgrees: true, workerConfident: true, providerConfident: true,
      visitsConfirmed: true, contingencyConfirmed: true, agreedStart: new Date().toISOString(),
    }));
    const got = this.row('provider, JSON', 'assigns the worker, who agreed', org.provider, assigned);
    this.decided(got, 'ASSIGN', 'PERMIT');
    this.decided(got, 'ACTIVATE', 'PERMIT');
    this.state(got, 'READY');
    this.check('the delegator is told who, and may object', got.deliveries.some((d) => d.recipient === org.community));
  }

  async start() {
    const id = randomUUID();
    await this.sendJson(this.at.provider, json('start-confirmed', {
      id, at: new Date(), person, actingPerson: { register: 'local', identifier: 'rm-01', name: 'Registered manager' },
      delegation: { reference: this.delegation },
      worker: { reference: trainedWorker.reference }, startedAt: new Date().toISOString(),
    }));
    const got = this.row('provider, JSON', 'the worker has begun', org.provider, id);
    this.state(got, 'ACTIVE');
    const standing = got.standings.find((s) => s.reference === this.delegation);
    this.equal('the overseer', standing?.overseer, org.community);
    this.check('the contact is named', Boolean(standing?.contacts?.inHours?.telephone));
    this.equal('who delivers now', standing?.deliversNow, org.provider);
    this.wentTo(got, org.community, 'CLINICAL_RECORD');
    await until('the decision in the clinical record', () =>
      this.at.communitySystem.received().some((m) => m.kind === 'clinical-record'));
  }

  async performed() {
    const report = (worker, at) => json('task-performed', {
      id: randomUUID(), at: new Date(), person, delegation: { reference: this.delegation },
      actingPerson: { register: 'local', identifier: 'rota-7', name: 'Rota coordinator' },
      worker: { reference: worker.reference, name: worker.name }, performedAt: at.toISOString(),
      observation: 'Reading 9.1 mmol/L before breakfast.',
    });
    const good = report(trainedWorker, new Date());
    await this.sendJson(this.at.provider, good);
    this.decided(this.row('provider, JSON', 'done by the trained worker', org.provider, good.id), 'PERFORM', 'PERMIT');

    const bad = report(untrainedWorker, new Date());
    await this.sendJson(this.at.provider, bad);
    const outside = this.row('provider, JSON', 'done by an untrained worker', org.provider, bad.id);
    const decision = outside.asked;
    this.check('it is marked outside delegation', decision?.question === 'QUESTION_PERFORM' && decision.outcome !== 'OUTCOME_PERMIT');
    this.check('B-2.3 is cited', this.findings(decision).includes('B-2.3'));
    this.wentTo(outside, org.provider, 'INCIDENT');
    this.wentTo(outside, org.community, 'INCIDENT');

    const missed = json('task-not-done', {
      id: randomUUID(), at: new Date(), person, delegation: { reference: this.delegation },
      actingPerson: { register: 'local', identifier: 'rota-7', name: 'Rota coordinator' },
      dueAt: new Date().toISOString(), reason: 'person-away',
    });
    await this.sendJson(this.at.provider, missed);
    const kept = this.row('provider, JSON', 'not done, person away', org.provider, missed.id);
    this.check('it is passed on', kept.deliveries.some((d) => d.recipient === org.community));
    this.state(kept, 'ACTIVE');
  }

  async concernRaised() {
    const id = randomUUID();
    const answer = await this.sendJson(this.at.provider, json('concern', {
      id, at: new Date(), person, actingPerson: { register: 'local', identifier: 'rota-7', name: 'Rota coordinator' },
      reference: this.concern, kind: 'clinical', delegation: { reference: this.delegation },
      summary: 'Readings rising over five days: 11, 12, 13, 14, 15 mmol/L.', noticedAt: new Date().toISOString(),
      worker: { reference: trainedWorker.reference },
    }));
    this.check('the answer shows the duty number', JSON.stringify(answer.body.contacts).includes('0116 496 0101'));
    this.check('the answer says to call for an unwell person', answer.body.notices.some((n) => n.code === 'CALL_NOW' && n.words));
    const got = this.row('provider, JSON', 'concern: readings rising', org.provider, id);
    this.wentTo(got, org.community, 'CONCERN');
    this.equal('the review is brought forward to', got.standings.find((s) => s.reference === this.delegation)?.reviewOn, day(0));
    const urgent = await until('the concern at the duty desk', () => this.at.communitySystem.received().find((m) => m.kind === 'concern'));
    this.equal('its priority', urgent.focus.priority, 'stat');

    const advice = fhir.advice({ from: org.community, to: org.provider, clinician: nurse, person, concern: this.concern, delegation: this.delegation, text: 'Check the diary for missed evening doses; test twice a day until Friday.', at: new Date() });
    await this.sendFhir(this.at.communitySystem, advice);
    const advised = this.row('community nurse, FHIR', 'advises', org.community, advice.id);
    this.check('the provider gets the advice', advised.deliveries.some((d) => d.recipient === org.provider));

    const review = fhir.clinicalReview({ from: org.community, to: org.provider, clinician: nurse, person, delegation: this.delegation, closes: this.concern, nextReviewOn: day(60), at: new Date() });
    await this.sendFhir(this.at.communitySystem, review);
    const reviewed = this.row('community nurse, FHIR', 'reviews, closes the concern', org.community, review.id);
    this.equal('the next review', reviewed.standings.find((s) => s.reference === this.delegation)?.reviewOn, day(60));
    const seen = JSON.parse(this.at.fosse(org.community, 'person', '--person', this.personFile, '--purpose', 'sample day', '--json'));
    this.check('no concern is open', !(seen.concerns ?? []).some((c) => c.open));
  }

  async discharge() {
    const controlId = `C${Date.now()}`;
    const text = hl7.caseloadDischarge({ controlId, person, from: org.community, practice: org.practice, nurse, episode: 'EP-2201', at: new Date() });
    const ack = await this.at.communityHl7.send(text);
    this.check('the discharge is acknowledged', ack.code === 'CA' || ack.code === 'AA');
    const got = this.row('community nursing, HL7 v2 ADT^A03', 'off the caseload', org.community, idOf(text));
    this.equal('the overseer', got.standings.find((s) => s.reference === this.delegation)?.overseer, org.community);
    this.wentTo(got, org.community, 'PROMPT');
    await until('the prompt to a named nurse', () => this.at.communitySystem.received().find((m) => m.kind === 'prompt'));

    const offer = fhir.oversightOffer({ reference: this.offer, from: org.community, to: org.practice, author: nurse, person, delegation: this.delegation, at: new Date(), nextReviewOn: day(60) });
    await this.sendFhir(this.at.communitySystem, offer);
    this.offerId = offer.id;
    const offered = this.row('community nurse, FHIR', 'offers oversight to the practice', org.community, offer.id);
    this.decided(offered, 'OFFER_OVERSIGHT', 'PERMIT');
    this.wentTo(offered, org.practice, 'OFFER');
    this.offered = await until('the offer at the practice', () => this.at.practiceSystem.received().find((m) => m.kind === 'oversight-offer'));
  }

  async delivered() {
    const entry = await until('the delivery on record', () => {
      const trace = this.trace(org.community, this.offerId);
      const delivery = (trace.entries[0].deliveries ?? []).find((d) => d.note.recipient === org.practice);
      return delivery?.state === 'delivered' ? trace.entries[0] : undefined;
    });
    const holder = this.overseer();
    this.equal('the overseer', holder, org.community);
    this.rows.push({ step: this.step, from: 'practice system', what: 'HTTP 200 for the offer', decision: 'delivered; nobody has accepted', rules: '', meanwhile: '', went: `overseer still ${holder}`, trail: entry.leaf.index });
  }

  async killed() {
    // Every acknowledgement of the steps before is in, so the next commit is the acceptance.
    await sleep(1500);
    this.acceptance = fhir.oversightResponse({ offered: this.offered.focus, from: org.practice, to: org.community, clinician: gp, person, at: new Date() });
    writeFileSync(join(this.at.faults, 'after_commit_before_reply'), '');
    const first = this.at.practiceSystem.send(this.acceptance);
    const ended = await Promise.race([this.at.gateway.exited, sleep(15000)]);
    this.equal('the gateway died of', ended?.signal, 'SIGKILL');
    const unanswered = await first;
    this.check('the practice was told to send again', unanswered.status === 503);
    await this.at.gateway.start();
    const answer = await until('the retried answer', async () => {
      const retry = await this.at.practiceSystem.send(this.acceptance);
      return retry.status === 200 ? retry : undefined;
    });
    this.firstAnswer = answer;
    const got = this.row('practice, FHIR, sent again', 'a named GP accepts', org.practice, this.acceptance.id);
    this.acceptedAt = got.entry.leaf.index;
    this.decided(got, 'TAKE_OVERSIGHT', 'PERMIT');
    this.check('the receipt is the stored one', JSON.stringify(answer.body).includes(got.receipt.deliveries[0].deliveryId) || JSON.stringify(answer.body).includes(`"${this.acceptedAt}"`) || JSON.stringify(answer.body).includes(`:${this.acceptedAt}`));
    this.equal('the overseer', this.overseer(), org.practice);
    for (const recipient of [org.community, org.provider, org.council]) {
      this.equal(`deliveries to ${recipient}`, got.deliveries.filter((d) => d.recipient === recipient).length, 1);
    }
    const told = (items) => items.filter((i) => i.id && got.deliveries.some((d) => d.deliveryId === i.id)).length;
    await until('the provider hears', async () => { await this.at.provider.collect(); return told(this.at.provider.taken) > 0; });
    await until('the council hears', async () => { await this.at.councilSystem.collect(); return told(this.at.councilSystem.taken) > 0; });
    await sleep(500);
    await this.at.provider.collect();
    await this.at.councilSystem.collect();
    this.equal('times the provider was told', told(this.at.provider.taken), 1);
    this.equal('times the council was told', told(this.at.councilSystem.taken), 1);
  }

  async again() {
    const same = await this.at.practiceSystem.send(this.acceptance);
    this.equal('the status', same.status, 200);
    this.equal('the stored receipt comes', JSON.stringify(same.body), JSON.stringify(this.firstAnswer.body));
    this.rows.push({ step: this.step, from: 'practice, FHIR', what: 'the same acceptance again', decision: 'the stored receipt', rules: '', meanwhile: '', went: '', trail: this.acceptedAt });
    const other = structuredClone(this.acceptance);
    other.timestamp = new Date(Date.parse(other.timestamp) + 1000).toISOString();
    const reused = await this.at.practiceSystem.send(other);
    this.equal('the status of the same id with other bytes', reused.status, 409);
    this.check('MESSAGE_ID_REUSED', JSON.stringify(reused.body).includes('MESSAGE_ID_REUSED'));
    this.rows.push({ step: this.step, from: 'practice, FHIR', what: 'the same id with other bytes', decision: 'refused', rules: 'MESSAGE_ID_REUSED', meanwhile: '', went: '', trail: '' });
  }

  async proof() {
    const file = join(this.at.state, 'trail.ndjson');
    const folder = join(this.at.state, 'proof');
    const details = join(this.at.state, 'details.ndjson');
    this.at.fosse(org.audit, 'export', '-o', file, '--details', details, '--purpose', 'sample day');
    this.at.fosse(org.audit, 'proof', String(this.acceptedAt), '-o', folder);
    const { verifierKey } = JSON.parse(this.at.fosse(org.audit, 'checkpoint', '--json'));
    const verify = (...args) => {
      try {
        return { code: 0, text: execFileSync(this.at.bin('fosse-verify'), args, { encoding: 'utf8', stdio: 'pipe' }) };
      } catch (error) {
        return { code: error.status, text: `${error.stdout}${error.stderr}` };
      }
    };
    const whole = verify('trail', file, '--key', verifierKey);
    this.equal('fosse-verify of the trail', whole.code, 0);
    // Every decision of the day is made again, from its recorded facts with its own rulebook.
    const again = JSON.parse(verify('trail', file, '--key', verifierKey, '--redecide', details, '--json').text.split('\n')[0]);
    this.check('every decision comes out again', again.verified && again.decisions > 15 && again.faults === 0);
    const kept = readFileSync(details, 'utf8').split('\n');
    const changed = kept.map((line) => {
      if (!line.includes(`"index":${this.acceptedAt},`)) return line;
      const detail = JSON.parse(line);
      const sealed = Buffer.from(detail.sealed, 'base64');
      sealed[Math.floor(sealed.length / 2)] ^= 1;
      return JSON.stringify({ ...detail, sealed: sealed.toString('base64') });
    });
    writeFileSync(`${details}.changed`, changed.join('\n'), { mode: 0o600 });
    const found = verify('trail', file, '--key', verifierKey, '--redecide', `${details}.changed`);
    this.equal('fosse-verify of a changed detail', found.code, 1);
    this.check('its entry is named', found.text.includes(`entry ${this.acceptedAt}: DETAIL_DIFFERS`));
    const one = verify('proof', `${folder}/entry-${this.acceptedAt}.tlog-proof`, '--leaf', `${folder}/entry-${this.acceptedAt}.leaf`, '--key', verifierKey);
    this.equal('fosse-verify of the proof', one.code, 0);
    // One bit of one leaf, in the middle of the export.
    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes(`"index":${this.acceptedAt},`));
    const entry = JSON.parse(lines[at]);
    const leaf = Buffer.from(entry.leaf, 'base64');
    leaf[Math.floor(leaf.length / 2)] ^= 1;
    lines[at] = JSON.stringify({ ...entry, leaf: leaf.toString('base64') });
    writeFileSync(`${file}.flipped`, lines.join('\n'));
    const flipped = verify('trail', `${file}.flipped`, '--key', verifierKey);
    this.equal('fosse-verify of a flipped bit', flipped.code, 1);
    this.check('the flipped entry is named', new RegExp(`\\b${this.acceptedAt}\\b`).test(flipped.text));
    this.rows.push({ step: this.step, from: 'audit team', what: 'export, verify, decide again, prove step 14', decision: 'verified; a flipped bit is named', rules: '', meanwhile: '', went: '', trail: this.acceptedAt });
  }
}
