// Shared Care (Appendix A, B-7.1, B-7.2): the team cannot agree. The case goes step by step to the panel,
// which splits who provides and who funds; a later dispute about money changes nothing of the care.

import * as fhir from '../fhir_messages.mjs';
import { nurse, organisations as org } from '../people.mjs';
import { day, Story } from '../story.mjs';

export class SharedCare extends Story {
  static shows = ['b-7.1', 'b-7.2', 'b-app-a', 'b-7.3', 'inv-14'];

  steps() {
    return [this.noConsensus, this.needSpotted, this.outOfOrder, this.teamMet, this.formCompleted, this.headOfService,
      this.panelDecides, this.told, this.underWay, this.dispute, this.settled];
  }

  // A step of the case, reported by the community nurse.
  stepBy(step, what, parts = []) {
    return this.byFhir(this.at.communitySystem, 'community nurse', what, this.referral(step, parts));
  }

  referral(step, parts = []) {
    return fhir.sharedCareReferral({
      from: org.community, to: org.panel, clinician: nurse, person: this.case.person, at: new Date(),
      reference: 'SC-41', delegation: this.case.reference, step, parts,
      why: 'The test mixes nursing and home care, and the team does not agree who does it.',
    });
  }

  awaits(step, owner) {
    const { sharedCare } = this.delegation();
    this.equal('the next step', sharedCare?.nextStep, `SHARED_CARE_STEP_${step}`);
    this.equal('its owner', sharedCare?.owner, owner);
    this.check('its time', Date.parse(sharedCare?.dueAt) > Date.now());
  }

  async noConsensus() {
    await this.onCaseload();
    const got = await this.byFhir(this.at.communitySystem, 'community nurse', 'proposes; the team could not agree',
      this.bloodSugar(this.case, { mdtOutcome: 'no-consensus' }));
    const decision = this.decided(got, 'PROPOSE', 'REFER');
    this.check('B-7.1 is cited', this.findings(decision).includes('B-7.1'));
    this.equal('who delivers meanwhile', got.receipt.deliversMeanwhile, org.community);
    this.is('referred');
    this.oversees('');
  }

  async needSpotted() {
    const got = await this.stepBy('need-spotted', 'a nurse saw the need', [['raised-by-worker', { valueString: 'nurse-17' }]]);
    this.noticed(got, 'SHARED_CARE_NEXT_STEP');
    this.awaits('TEAM_MET', org.community);
    this.oversees('');
  }

  async outOfOrder() {
    const answer = await this.at.communitySystem.send(this.referral('passed-on', [['head-of-service', { valueString: 'Head of community nursing' }]]));
    this.equal('the status of a step out of order', answer.status, 422);
    this.check('STATE_CONFLICT', JSON.stringify(answer.body).includes('STATE_CONFLICT'));
    this.refusedRow('community nurse, FHIR', 'passes on a form that nobody completed', 'STATE_CONFLICT');
    this.awaits('TEAM_MET', org.community);
    this.oversees('');
  }

  async teamMet() {
    const got = await this.stepBy('team-met', 'the team met with the person: no consensus', [
      ['mdt-outcome', { valueCode: 'no-consensus' }], ['mdt-decided-on', { valueDate: day(0) }],
      ['mdt-member', { valueString: 'Community nurse' }], ['mdt-member', { valueString: 'Social worker' }],
      ['person-took-part', { valueBoolean: true }],
    ]);
    this.wentTo(got, org.panel, 'ESCALATION');
    this.awaits('FORM_COMPLETED', org.community);
    this.oversees('');
  }

  async formCompleted() {
    await this.stepBy('form-completed', 'completes the form', [['form-reference', { valueString: 'SCF-2026-41' }]]);
    this.awaits('PASSED_ON', org.community);
    this.oversees('');
  }

  async headOfService() {
    const got = await this.stepBy('passed-on', 'the head of service passes it on', [['head-of-service', { valueString: 'Head of community nursing' }]]);
    this.wentTo(got, org.panel, 'REFERRAL');
    await this.listed(this.at.panel, 'the case', (i) => i.kind === 'referral' && i.message.reference === 'SC-41');
    this.awaits('DECIDED', org.panel);
    this.oversees('');
  }

  async panelDecides() {
    const got = await this.byJson(this.at.panel, 'Shared Care panel', 'decides the split', 'panel-decision', {
      actingPerson: undefined, referralReference: 'SC-41', decidedOn: day(0), mayBeDelegated: true,
      reasons: 'Safe with trained workers; the review stays with health.', decidedBy: ['Head of nursing', 'Head of adult social care'],
      elements: [
        { element: 'morning test', providedBy: org.provider, fundedBy: [{ organisation: org.commissioner, shareX10000: 6000 }, { organisation: org.council, shareX10000: 4000 }] },
        { element: 'clinical review', providedBy: org.community, fundedBy: [{ organisation: org.commissioner, shareX10000: 10000 }] },
      ],
    });
    this.decided(got, 'PROPOSE', 'PERMIT');
    this.wentTo(got, org.provider, 'PROPOSAL');
    this.wentTo(got, org.board, 'TOLD');
    this.is('proposed');
    this.awaits('TOLD', org.community);
    this.equal('elements kept', this.delegation().sharedCare.elements.length, 2);
    this.oversees(org.community);
  }

  async told() {
    const got = await this.stepBy('told', 'the nurse has been told');
    this.noticed(got, 'SHARED_CARE_CLOSED');
    this.equal('what is awaited', this.delegation().sharedCare.nextStep, undefined);
    this.oversees(org.community);
  }

  async underWay() {
    await this.accepts();
    await this.checked('checks competence');
    this.decided(await this.assigns(), 'ACTIVATE', 'PERMIT');
    await this.begins();
    this.is('active');
    this.oversees(org.community);
  }

  async dispute() {
    const before = this.delegation();
    const got = await this.disputed({ summary: 'Whether the morning test is all health.' }, 'disputes who pays, jointly funded');
    this.wentTo(got, org.commissioner, 'REFERRAL');
    this.noticed(got, 'CARE_GOES_ON');
    const { dispute, disputeOwner, ...after } = this.delegation();
    this.equal('who settles it', disputeOwner, org.commissioner);
    this.check('the dispute is noted', dispute?.open && dispute?.jointlyFunded);
    this.equal('all else', JSON.stringify(after), JSON.stringify(before));
    this.decided(await this.performs(), 'PERFORM', 'PERMIT');
    this.oversees(org.community);
  }

  disputed(members, what) {
    return this.byJson(this.at.councilSystem, 'council', what, 'dispute', {
      actingPerson: undefined, reference: 'DIS-9', delegation: { reference: this.case.reference }, jointlyFunded: true, ...members,
    });
  }

  async settled() {
    await this.disputed({ summary: 'Settled by the inter-agency policy.', resolved: true }, 'the dispute has ended');
    this.equal('who settles it', this.delegation().disputeOwner, undefined);
    this.is('active');
    this.oversees(org.community);
  }
}
