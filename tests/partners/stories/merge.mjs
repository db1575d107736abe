// Merge (HAZ-02): one person under two numbers, each with a task and an overseer of its own. What one source
// says to be one person is held apart; once a second says it the records are joined, each task keeps its
// overseer, both hear of it, and care goes on.

import * as fhir from '../fhir_messages.mjs';
import * as hl7 from '../hl7_messages.mjs';
import { gp, organisations as org, secondNumber, tasks } from '../people.mjs';
import { Case, day, Story } from '../story.mjs';

export class Merge extends Story {
  static shows = ['haz-02', 'b-5.4', 'b-5.5b'];

  constructor(locality, name) {
    super(locality, name);
    this.other = new Case(locality, { who: secondNumber, prefix: 'MED' });
  }

  steps() {
    return [this.first, this.second, this.saidToBeOne, this.saidByTheProvider, this.oneRecord, this.careGoesOn];
  }

  async first() {
    await this.beginsUnderCommunityNursing();
    this.oversees(org.community);
  }

  async second() {
    const of = this.other;
    await this.byFhir(this.at.practiceSystem, 'practice', 'a second number, registered here', fhir.registrationChange({
      from: org.practice, clinician: gp, person: of.person, at: new Date(), registeredOn: day(0) }), of);
    this.decided(await this.byFhir(this.at.practiceSystem, 'practice', 'proposes medication prompts under it', fhir.proposal({
      reference: of.reference, from: org.practice, to: org.provider, delegator: gp, person: of.person,
      task: tasks.prompt, at: new Date(), reviewOn: day(90) }), of), 'PROPOSE', 'PERMIT');
    await this.accepts(of);
    this.decided(await this.assigns(of), 'ACTIVATE', 'PERMIT');
    await this.begins(of);
    this.is('active', of);
    this.oversees(org.practice, of);
  }

  async saidToBeOne() {
    const got = await this.byHl7('says that both numbers are one person', 'ADT^A40',
      hl7.merged({ ...this.hl7(), other: this.other.person }));
    this.noticed(got, 'IDENTITY_KEPT_APART');
    this.inQuestion(this.case, got);
    this.oversees(org.community);
  }

  // By the trail: a reader of the record is not shown it.
  inQuestion(of, got) {
    this.asked ??= new Set();
    if ((got.entry.detail.changes ?? []).some((c) => c.identity?.identityInQuestion)) this.asked.add(of);
    this.check('the record is in question', this.asked.has(of));
  }

  // The second voice: whoever says it hears it in its receipt, both overseers are told.
  async saidByTheProvider() {
    const { nhsNumber, dateOfBirth, familyName } = this.other.person;
    const got = await this.byJson(this.at.provider, 'provider', 'says it too', 'person-update', {
      kind: 'merge', occurredAt: new Date().toISOString(), otherPerson: { nhsNumber, dateOfBirth, familyName },
    });
    this.noticed(got, 'RECORDS_JOINED');
    for (const system of [this.at.communitySystem, this.at.practiceSystem]) {
      await this.arrives(system, 'told', (task) => /joined|one (person|record)|same person/.test(task.description));
    }
    this.oversees(org.community);
    this.oversees(org.practice, this.other);
  }

  // Either number reaches the one record, with both tasks and both overseers.
  async oneRecord() {
    this.equal('its tasks', this.record().delegations.length, 2);
    this.equal('its tasks by the second number', this.record(this.other).delegations.length, 2);
    this.equal('the second overseer', this.overseer(this.other), org.practice);
    this.rows.push({ step: this.step, from: 'audit team', what: 'one record, by either number, with both tasks', decision: 'joined', rules: '', meanwhile: '', went: '', trail: '', overseer: `${this.overseer()}; ${this.overseer(this.other)}` });
    this.oversees(org.community);
  }

  async careGoesOn() {
    this.decided(await this.performs(), 'PERFORM', 'PERMIT');
    this.decided(await this.performs(this.other), 'PERFORM', 'PERMIT');
    this.is('active');
    this.is('active', this.other);
    this.oversees(org.community);
  }
}
