// Practices as they are: one whose system speaks FHIR R4, and one with no integration at all, which is
// reached by ITK3 over MESH and answers on the practice page. A system's answer moves nothing; a named
// clinician's does.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PageWalk } from '../page_walk.mjs';
import * as fhir from '../fhir_messages.mjs';
import { gp, neighbour, organisations as org, tasks } from '../people.mjs';
import { until } from '../play.mjs';
import { Case, day, Story } from '../story.mjs';

export class Practice extends Story {
  static quiet = true;
  static shows = ['b-5.4', 'b-5.5d', 'haz-14'];

  constructor(locality, name) {
    super(locality, name);
    this.theirs = new Case(locality, { who: neighbour, prefix: 'LR' });
    this.quiet = locality.quietPractice;
  }

  steps() {
    return [this.runs, this.declinedOverR4, this.acceptedOverR4, this.proposedOverR4, this.runsForTheNeighbour,
      this.notCollected, this.offeredOverMesh, this.answeredByASystem, this.readOnThePage, this.askedOnThePage,
      this.acceptedOnThePage];
  }

  async runs() {
    await this.beginsUnderCommunityNursing();
    this.oversees(org.community);
  }

  async declinedOverR4() {
    await this.discharged();
    this.decided(await this.offers(this.at.communitySystem, org.practice, 'OFFER-1'), 'OFFER_OVERSIGHT', 'PERMIT');
    this.first = (await this.arrives(this.at.practiceSystem, 'oversight-offer')).focus;
    await this.answers(this.at.practiceSystem, gp, 'rejected', { words: 'declines over R4', why: 'No capacity until March.' });
    this.oversees(org.community);
  }

  async acceptedOverR4() {
    await this.offers(this.at.communitySystem, org.practice, 'OFFER-2');
    const offered = (await this.arrives(this.at.practiceSystem, 'oversight-offer',
      (task) => JSON.stringify(task.identifier) !== JSON.stringify(this.first.identifier))).focus;
    const got = await this.answers(this.at.practiceSystem, gp, 'accepted', { offered, words: 'a named GP accepts over R4' });
    this.decided(got, 'TAKE_OVERSIGHT', 'PERMIT');
    this.oversees(org.practice);
  }

  async proposedOverR4() {
    const prompt = new Case(this.at, { prefix: 'GP' });
    const got = await this.byFhir(this.at.practiceSystem, 'named GP', 'proposes a task over R4', fhir.proposal({
      reference: prompt.reference, from: org.practice, to: org.provider, delegator: gp, person: prompt.person,
      task: tasks.eyeDrops, at: new Date(), reviewOn: day(90),
      particulars: [['in-plan-of-care', { valueBoolean: true }], ['operation-phase', { valueCode: 'not-operative' }]],
    }));
    this.decided(got, 'PROPOSE', 'PERMIT');
    this.wentTo(got, org.provider, 'PROPOSAL');
    this.oversees(org.practice);
  }

  async runsForTheNeighbour() {
    await this.onCaseload(this.theirs, { practice: org.otherPractice, episode: 'EP-3301' });
    await this.byFhir(this.at.communitySystem, 'community nurse', 'proposes the blood sugar test', this.bloodSugar(this.theirs), this.theirs);
    await this.accepts(this.theirs);
    this.decided(await this.assigns(this.theirs), 'ACTIVATE', 'PERMIT');
    await this.begins(this.theirs);
    this.is('active', this.theirs);
    await this.discharged(this.theirs, { practice: org.otherPractice, episode: 'EP-3301' });
    this.oversees(org.community, this.theirs);
  }

  // MESH keeps a document for five days. Nobody collects it: the sender learns that nobody has seen it.
  async notCollected() {
    await this.offers(this.at.communitySystem, org.otherPractice, 'OFFER-3', this.theirs);
    await until('the document at MESH', () => this.waiting().find((m) => m.localId));
    this.quiet.mesh.passDays(6);
    const told = await this.waitFor('word that it was not collected', () => this.at.communitySystem.received()
      .find((m) => m.kind === 'escalation' && /has not reached its system/.test(m.focus.description)));
    this.rowAt('MESH', 'nobody collected the offer in five days', told.focus.input.find((i) => i.type.coding[0].code === 'trace-index').valueUnsignedInt, this.theirs);
    this.oversees(org.community, this.theirs);
  }

  waiting() {
    return this.quiet.mesh.messages.filter((m) => m.type === 'DATA' && m.status === 'accepted' && m.from === 'X26FOSSE');
  }

  async offeredOverMesh() {
    const got = await this.offers(this.at.communitySystem, org.otherPractice, 'OFFER-4', this.theirs);
    this.wentTo(got, org.otherPractice, 'OFFER');
    this.document = await until('the offer in the practice\'s mailbox', async () => {
      await this.quiet.system.collect();
      return this.quiet.system.documents.findLast((d) => d.event === 'ITK007C' && d.asks);
    });
    this.check('it carries the offer\'s reference', Boolean(this.document.reference));
    this.check('it says what to do and when to call', /When to act|Plan/.test(this.document.xml));
    this.oversees(org.community, this.theirs);
  }

  // Infrastructure and business answers: shown, and nothing moves.
  async answeredByASystem() {
    await this.quiet.system.answer(this.document, '20013');
    await this.quiet.system.answer(this.document, '30016');
    await until('both answers taken in', () => this.quiet.mesh.messages.filter((m) => m.to === 'X26FOSSE' && m.type === 'DATA' && m.status === 'acknowledged').length >= 2);
    this.rows.push({ step: this.step, from: `system of ${org.otherPractice}, ITK008M`, what: 'has it (20013), accepts it (30016)', decision: 'shown', rules: '', meanwhile: '', went: '', trail: '', overseer: this.overseer(this.theirs) });
    this.oversees(org.community, this.theirs);
  }

  async readOnThePage() {
    const screens = join(this.at.folder, 'screens');
    mkdirSync(screens, { recursive: true, mode: 0o700 });
    this.walk = new PageWalk({ root: this.at.root, origin: this.quiet.origin, screens });
    await this.walk.open();
    await this.walk.signIn('tamsin');
    const text = await this.walk.openOffer(neighbour.familyName);
    for (const part of ['What is asked', 'Person', 'Task', 'Plan', 'infrastructure 20013', 'business 30016']) this.check(`the page shows ${part}`, text.includes(part));
    await this.walk.desk('desk');
    const printed = await this.walk.print('printed');
    this.check('what is printed has no form', !printed.form);
    this.pageRow('a named GP signs in and reads the offer', 'read');
    this.oversees(org.community, this.theirs);
  }

  pageRow(what, decision) {
    this.rows.push({ step: this.step, from: `named clinician of ${org.otherPractice}, page`, what, decision, rules: '', meanwhile: '', went: '', trail: '', overseer: this.overseer(this.theirs) });
  }

  async askedOnThePage() {
    const unsaid = await this.walk.answer('rejected');
    this.check('declining wants a reason', unsaid.includes('Say why you decline'));
    await this.walk.look('problem');
    const asked = await this.walk.answer('on-hold', 'Who takes the evening readings?');
    this.check('the question was sent', asked.includes('Your question was sent'));
    const question = await until('the question at community nursing', () => this.at.communitySystem.received().find((m) => JSON.stringify(m.focus).includes('evening readings')));
    this.pageRow('asks something first', 'kept');
    this.check('community nursing reads the question', Boolean(question));
    this.oversees(org.community, this.theirs);
  }

  async acceptedOnThePage() {
    const said = await this.walk.answer('accepted');
    this.check('the page says so', said.includes('You have taken clinical oversight'));
    await this.walk.look('answered');
    await this.walk.close();
    this.equal('faults that axe finds', this.walk.violations.join(', '), '');
    this.equal('what the browser refused', this.walk.refused.join(', '), '');
    this.pageRow('accepts', 'take oversight permit');
    this.oversees(org.otherPractice, this.theirs);
  }
}
