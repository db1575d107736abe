// Handover (B-5.5d): community nursing discharges a person whose task goes on. Until a named clinician of
// the right practice accepts, community nursing oversees; whatever else is said, or is not, moves nothing.

import * as fhir from '../fhir_messages.mjs';
import { gp, nurse, organisations as org, otherGp } from '../people.mjs';
import { day, Story } from '../story.mjs';

export class Handover extends Story {
  // The locality gives days; the story waits for one deadline and cannot.
  static deadlines = { OFFER_DEADLINE: 1 };
  static shows = ['b-5.4', 'b-5.5c', 'b-5.5d', 'inv-02', 'haz-14', 'haz-17'];

  steps() {
    return [this.runs, this.discharge, this.firstOffer, this.declined, this.secondOffer, this.silence,
      this.afterTheDeadline, this.thirdOffer, this.movesHouse, this.offerToTheRightOne, this.accepted,
      this.fromTheOldPractice, this.referredAgain, this.handedBack];
  }

  async runs() {
    await this.beginsUnderCommunityNursing();
    this.oversees(org.community);
  }

  async discharge() {
    const got = await this.discharged();
    this.noticed(got, 'STILL_OVERSEES');
    await this.arrives(this.at.communitySystem, 'prompt');
    this.oversees(org.community);
  }

  async firstOffer() {
    this.decided(await this.offers(this.at.communitySystem, org.practice, 'OFFER-1'), 'OFFER_OVERSIGHT', 'PERMIT');
    this.first = (await this.arrives(this.at.practiceSystem, 'oversight-offer')).focus;
    this.oversees(org.community);
  }

  async declined() {
    const got = await this.answers(this.at.practiceSystem, gp, 'rejected', { words: 'declines', why: 'No capacity until March.' });
    this.wentTo(got, org.community, 'ESCALATION');
    this.wentTo(got, org.panel, 'ESCALATION');
    this.oversees(org.community);
  }

  async secondOffer() {
    await this.offers(this.at.communitySystem, org.practice, 'OFFER-2');
    this.second = (await this.arrives(this.at.practiceSystem, 'oversight-offer', (task) => !this.isSame(task, this.first))).focus;
    this.oversees(org.community);
  }

  isSame(task, other) {
    return JSON.stringify(task.identifier) === JSON.stringify(other.identifier);
  }

  async silence() {
    const late = await this.waitFor('the deadline to pass', () => this.at.communitySystem.received()
      .find((m) => m.kind === 'escalation' && /not answered in time/.test(m.focus.description)));
    const index = late.focus.input.find((i) => i.type.coding[0].code === 'trace-index').valueUnsignedInt;
    const got = this.rowAt('the clock', 'the offer was not answered in time', index);
    this.wentTo(got, org.panel, 'ESCALATION');
    this.oversees(org.community);
  }

  async afterTheDeadline() {
    const got = await this.answers(this.at.practiceSystem, gp, 'accepted', { offered: this.second, words: 'accepts after the deadline' });
    const decision = got.decisions.find((d) => d.question === 'QUESTION_TAKE_OVERSIGHT');
    this.check('the late acceptance is refused', decision && decision.outcome !== 'OUTCOME_PERMIT');
    this.oversees(org.community);
  }

  async thirdOffer() {
    await this.offers(this.at.communitySystem, org.practice, 'OFFER-3');
    this.third = (await this.arrives(this.at.practiceSystem, 'oversight-offer',
      (task) => !this.isSame(task, this.first) && !this.isSame(task, this.second))).focus;
    this.oversees(org.community);
  }

  async movesHouse() {
    const got = await this.byFhir(this.at.otherPracticeSystem, 'another practice', 'the person registered with it, mid-offer',
      fhir.registrationChange({ from: org.otherPractice, clinician: otherGp, person: this.case.person, at: new Date(), registeredOn: day(0) }));
    this.wentTo(got, org.practice, 'WITHDRAWAL');
    this.wentTo(got, org.community, 'PROMPT');
    this.oversees(org.community);
  }

  async offerToTheRightOne() {
    this.decided(await this.offers(this.at.communitySystem, org.otherPractice, 'OFFER-4'), 'OFFER_OVERSIGHT', 'PERMIT');
    await this.arrives(this.at.otherPracticeSystem, 'oversight-offer');
    this.oversees(org.community);
  }

  async accepted() {
    const got = await this.answers(this.at.otherPracticeSystem, otherGp, 'accepted', { words: 'a named GP accepts' });
    this.decided(got, 'TAKE_OVERSIGHT', 'PERMIT');
    for (const party of [org.community, org.provider, org.council]) this.wentTo(got, party, 'TOLD');
    this.oversees(org.otherPractice);
  }

  // The offer was withdrawn and the person is not registered there any more. The practice is told that it
  // came too late: it must not believe that it oversees.
  async fromTheOldPractice() {
    const got = await this.answers(this.at.practiceSystem, gp, 'accepted', { offered: this.third, words: 'the old practice accepts after all' });
    this.decided(got, 'TAKE_OVERSIGHT', 'DENY');
    this.oversees(org.otherPractice);
  }

  async referredAgain() {
    const got = await this.onCaseload(this.case, { episode: 'EP-2202', practice: org.otherPractice });
    this.wentTo(got, org.otherPractice, 'PROMPT');
    this.oversees(org.otherPractice);
  }

  async handedBack() {
    const back = await this.byFhir(this.at.otherPracticeSystem, 'named GP', 'hands oversight back', fhir.handBack({
      from: org.otherPractice, to: org.community, clinician: otherGp, person: this.case.person, at: new Date(),
      reference: 'BACK-1', delegation: this.case.reference, why: 'Community nursing has the person again.',
    }));
    this.wentTo(back, org.community, 'OFFER');
    this.equal('who oversees meanwhile', this.delegation().oversight.holder, org.otherPractice);
    const offered = (await this.arrives(this.at.communitySystem, 'oversight-hand-back')).focus;
    const got = await this.answers(this.at.communitySystem, nurse, 'accepted', { offered, words: 'a named nurse takes it' });
    this.decided(got, 'TAKE_OVERSIGHT', 'PERMIT');
    this.oversees(org.community);
    this.is('active');
  }
}
