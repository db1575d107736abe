// Lapse (B-2.3, B-3.5, B-7.3): a worker's competence is past its refresher, or is revoked. The worker is
// barred; running care is at risk and goes on until cover has come; the renewal restores it.

import * as fhir from '../fhir_messages.mjs';
import { nurse, organisations as org, untrainedWorker } from '../people.mjs';
import { day, Story } from '../story.mjs';

export class Lapse extends Story {
  static shows = ['b-2.3', 'b-3.5', 'b-4.2', 'b-7.3', 'haz-40', 'inv-15'];

  steps() {
    return [this.runs, this.refresherPassed, this.revocation, this.barred, this.careGoesOn,
      this.coverComes, this.renewal, this.resumed];
  }

  async runs() {
    await this.beginsUnderCommunityNursing();
    this.oversees(org.community);
  }

  async refresherPassed() {
    await this.checked('a colleague, whose refresher date has passed',
      { trainedOn: day(-400), assessedOn: day(-400), refresherDueOn: day(-1) }, untrainedWorker);
    const got = await this.assigns(this.case, untrainedWorker, 'assigns the colleague');
    const decision = got.decisions.find((d) => d.question === 'QUESTION_ASSIGN');
    this.check('the colleague is barred', decision && decision.outcome !== 'OUTCOME_PERMIT');
    this.is('active');
    this.oversees(org.community);
  }

  async revocation() {
    await this.revoked(this.competence);
    await this.becomes('at risk');
    const order = await this.arrives(this.at.communitySystem, 'cover-order');
    this.check('cover is asked for this task', order.focus.identifier.some((i) => i.value === this.case.reference));
    await this.listed(this.at.provider, 'the news', (i) => (i.delegations ?? []).some((d) => d.reference === this.case.reference && d.state === 'at-risk'));
    this.oversees(org.community);
  }

  async barred() {
    const got = await this.assigns(this.case, untrainedWorker, 'assigns the colleague in her place');
    const decision = got.decisions.find((d) => d.question === 'QUESTION_ASSIGN');
    this.check('the colleague is barred', decision && decision.outcome !== 'OUTCOME_PERMIT');
    this.is('at risk');
    this.oversees(org.community);
  }

  async careGoesOn() {
    const got = await this.performs();
    // Barred too: what she does is kept, and is no delegated care.
    this.check('the report is kept and marked', got.asked?.question === 'QUESTION_PERFORM' && got.asked.outcome !== 'OUTCOME_PERMIT');
    this.is('at risk');
    this.oversees(org.community);
  }

  async coverComes() {
    const got = await this.byFhir(this.at.communitySystem, 'community nursing', 'confirms the cover', fhir.coverAnswer({
      from: org.community, to: org.provider, clinician: nurse, person: this.case.person, at: new Date(),
      delegation: this.case.reference, status: 'accepted',
    }));
    const standing = got.standings.find((s) => s.reference === this.case.reference);
    this.equal('who delivers now', standing?.deliversNow, org.community);
    this.is('suspended');
    this.oversees(org.community);
  }

  async renewal() {
    const got = await this.checked('checks the worker anew');
    this.decided(got, 'RECOGNISE_COMPETENCE', 'PERMIT');
    this.is('suspended');  // Nothing begins again by itself.
    this.oversees(org.community);
  }

  async resumed() {
    const got = await this.byFhir(this.at.communitySystem, 'named nurse, overseer', 'lets the task go on', fhir.delegationChange({
      from: org.community, to: org.provider, clinician: nurse, person: this.case.person, at: new Date(),
      delegation: this.case.reference, kind: 'resume', status: 'in-progress', why: 'Competence was checked anew.',
    }));
    this.decided(got, 'CONTINUE', 'PERMIT');
    this.is('active');
    this.equal('who delivers now', got.standings.find((s) => s.reference === this.case.reference)?.deliversNow, org.provider);
    this.decided(await this.performs(), 'PERFORM', 'PERMIT');
    this.oversees(org.community);
  }
}
