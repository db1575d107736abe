// What a community system's HL7 v2 events do to oversight, or do not: a visit is no caseload, a referral
// is one once it is accepted, a discharge moves nothing, and a stay in hospital pauses the task.

import * as fhir from '../fhir_messages.mjs';
import * as hl7 from '../hl7_messages.mjs';
import { gp, nurse, organisations as org, otherGp, secondNumber } from '../people.mjs';
import { day, Story } from '../story.mjs';

export class Hl7 extends Story {
  static shows = ['b-5.4', 'b-5.5c', 'haz-02', 'haz-39', 'haz-14', 'haz-17', 'haz-21', 'haz-41', 'inv-02'];

  steps() {
    return [this.visit, this.referralThatWaits, this.referralAccepted, this.runs, this.visitEnds,
      this.discharge, this.offer, this.practiceChanges, this.registered, this.tooLate, this.dischargeTakenBack, this.admitted,
      this.backFromHospital, this.overseerAnswers, this.note, this.localMerge, this.merge];
  }

  movement(event, more = {}) {
    return hl7.movement({ ...this.hl7(), event, ...more });
  }

  // There is nobody on record to oversee, or nothing of theirs.
  nobodyIsKnown() {
    this.saidWhoOversees = this.step;
  }

  async visit() {
    await this.withoutEffect('a visit begins', 'ADT^A04', this.movement('A04'), { known: false });
    await this.withoutEffect('a visit ends, of another service', 'ADT^A03', this.movement('A03', { service: 'POD' }), { known: false });
    this.nobodyIsKnown();
  }

  async referralThatWaits() {
    await this.withoutEffect('a referral is made, and waits', 'REF^I12', hl7.referral({ ...this.hl7(), status: 'P^Pending' }), { known: false });
    this.nobodyIsKnown();
  }

  async referralAccepted() {
    await this.byHl7('the referral is accepted', 'RRI^I12', hl7.referral({ ...this.hl7(), type: 'RRI' }));
    this.nobodyIsKnown();
  }

  async runs() {
    await this.begin();
    this.oversees(org.community);
  }

  async visitEnds() {
    await this.withoutEffect('a visit begins while the task runs', 'ADT^A04', this.movement('A04'));
    this.oversees(org.community);
    this.is('active');
  }

  async discharge() {
    const got = await this.byHl7('off the caseload', 'ADT^A03', this.movement('A03'));
    this.noticed(got, 'STILL_OVERSEES');
    this.oversees(org.community);
  }

  async offer() {
    this.decided(await this.offers(this.at.communitySystem, org.practice, 'OFFER-1'), 'OFFER_OVERSIGHT', 'PERMIT');
    this.offered = (await this.arrives(this.at.practiceSystem, 'oversight-offer')).focus;
    this.oversees(org.community);
  }

  // A system that holds another practice moves nothing: whoever offered oversight is asked to look.
  async practiceChanges() {
    const got = await this.byHl7('the person has another practice, mid-offer', 'ADT^A31',
      hl7.personUpdated({ ...this.hl7(), practice: org.otherPractice }));
    this.noticed(got, 'PRACTICE_DIFFERS');
    this.equal('to whom it is offered', this.delegation().oversight.offer?.offeredTo, org.practice);
    this.oversees(org.community);
  }

  async registered() {
    const got = await this.byFhir(this.at.otherPracticeSystem, 'another practice', 'says so itself',
      fhir.registrationChange({ from: org.otherPractice, clinician: otherGp, person: this.case.person, at: new Date(), registeredOn: day(0) }));
    this.wentTo(got, org.practice, 'WITHDRAWAL');
    this.oversees(org.community);
  }

  async tooLate() {
    const got = await this.answers(this.at.practiceSystem, gp, 'accepted', { offered: this.offered, words: 'the old practice accepts' });
    this.decided(got, 'TAKE_OVERSIGHT', 'DENY');
    this.oversees(org.community);
  }

  async dischargeTakenBack() {
    await this.byHl7('the discharge is taken back', 'ADT^A13', this.movement('A13', { practice: org.otherPractice }));
    this.oversees(org.community);
    this.is('active');
  }

  async admitted() {
    await this.byHl7('admitted to a ward', 'ADT^A01', this.movement('A01', { service: 'INP', patientClass: 'I', episode: 'V-7' }));
    this.is('paused');
    this.oversees(org.community);
  }

  async backFromHospital() {
    await this.byHl7('leaves the ward', 'ADT^A03', this.movement('A03', { service: 'INP', patientClass: 'I', episode: 'V-7' }));
    this.is('paused');  // Nothing starts again by itself.
    this.oversees(org.community);
  }

  async overseerAnswers() {
    const got = await this.byFhir(this.at.communitySystem, 'named nurse, overseer', 'lets the task go on', fhir.delegationChange({
      from: org.community, to: org.provider, clinician: nurse, person: this.case.person, at: new Date(),
      delegation: this.case.reference, kind: 'resume', status: 'in-progress', why: 'Needs and medicines are as they were.',
    }));
    this.decided(got, 'CONTINUE', 'PERMIT');
    this.is('active');
    this.oversees(org.community);
  }

  // The profile lists this kind of note as a concern; who oversees has to act on it, and keeps oversight.
  async note() {
    const got = await this.byHl7('a note of the visit raises a concern', 'MDM^T02',
      hl7.note({ ...this.hl7(), words: ['Faint this morning before breakfast.', 'Finger tips sore.'] }));
    this.wentTo(got, org.community, 'CONCERN');
    this.noticed(got, 'CALL_NOW');
    this.oversees(org.community);
    this.is('active');
  }

  async localMerge() {
    await this.withoutEffect('two local numbers are one', 'ADT^A40', hl7.mergedLocally(this.hl7()));
    this.oversees(org.community);
  }

  async merge() {
    const got = await this.byHl7('says that two NHS numbers are one person', 'ADT^A40', hl7.merged({ ...this.hl7(), other: secondNumber }));
    this.noticed(got, 'IDENTITY_KEPT_APART');
    this.oversees(org.community);
    this.is('active');
  }
}
