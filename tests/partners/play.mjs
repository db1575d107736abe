// What the sample day and the stories share: sending in native formats, reading the trail as the
// audit team does, rows for the table, and checks. A check that does not hold makes its step fail and
// the rest go on.

import { setTimeout as sleep } from 'node:timers/promises';
import { organisations as org } from './people.mjs';

export const day = (offset, from = new Date()) => new Date(from.getTime() + offset * 86400000).toISOString().slice(0, 10);

export async function until(what, look, timeoutMs = 20000) {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(100)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`waited in vain for ${what}`);
}

// Words of the contract's enums, for people.
export const word = (value) => (value ?? '').replace(/^(QUESTION|OUTCOME|DELIVERY_KIND)_/, '').toLowerCase().replaceAll('_', ' ');

// The key of an HL7 message: MSH-10 and MSH-7.
export function idOf(text) {
  const fields = text.split('\r')[0].split('|');
  return `${fields[9]}/${fields[6]}`;
}

export class Play {
  constructor(locality, purpose) {
    this.at = locality;
    this.purpose = purpose;
    this.rows = [];
    this.faults = [];
  }

  check(what, holds) {
    if (!holds) this.faults.push(`step ${this.step}: ${what}`);
  }

  equal(what, got, wanted) {
    if (got !== wanted) this.faults.push(`step ${this.step}: ${what} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
  }

  // The trail's entry of a message, as the audit team sees it.
  trace(sender, messageId) {
    return JSON.parse(this.at.fosse(org.audit, 'trace', '--sender', sender, '--message-id', messageId, '--purpose', this.purpose, '--json'));
  }

  // Adds a row for a message that was taken, from its entry.
  row(from, what, sender, messageId) {
    return this.rowOf(from, what, this.trace(sender, messageId));
  }

  // The same for an entry known by its place in the trail, such as a timer's.
  rowAt(from, what, index) {
    return this.rowOf(from, what, JSON.parse(this.at.fosse(org.audit, 'trace', String(index), '--purpose', this.purpose, '--json')));
  }

  rowOf(from, what, trace) {
    const entry = trace.entries[0];
    const receipt = entry.detail.receipt;
    const decisions = receipt.decisions ?? [];
    const asked = decisions[0];
    this.rows.push({
      step: this.step, from, what,
      decision: asked ? decisions.map((d) => `${word(d.question)} ${word(d.outcome)}`).join('\n') : 'kept',
      rules: decisions.flatMap((d) => (d.findings ?? []).filter((f) => f.outcome === d.outcome && d.outcome !== 'OUTCOME_PERMIT').map((f) => `${f.clause} ${f.ruleId}`)).join('\n'),
      meanwhile: receipt.deliversMeanwhile ?? '',
      went: [...new Set((receipt.deliveries ?? []).map((d) => `${d.recipient}: ${word(d.kind)}`))].join('\n'),
      trail: entry.leaf.index ?? '0',
    });
    return { entry, receipt, decisions, asked, standings: receipt.standings ?? [], deliveries: receipt.deliveries ?? [] };
  }

  decided(got, question, outcome) {
    const found = got.decisions.find((d) => d.question === `QUESTION_${question}`);
    this.equal(`the answer to ${question}`, found?.outcome, `OUTCOME_${outcome}`);
    return found;
  }

  state(got, state) {
    this.equal('the state', got.standings.find((s) => s.reference === this.delegation)?.state, `DELEGATION_STATE_${state}`);
  }

  wentTo(got, recipient, kind) {
    this.check(`${kind} goes to ${recipient}`, got.deliveries.some((d) => d.recipient === recipient && d.kind === `DELIVERY_KIND_${kind}`));
  }

  findings(decision) {
    return (decision?.findings ?? []).map((f) => f.clause);
  }

  async sendFhir(system, bundle) {
    const answer = await system.send(bundle);
    if (answer.status !== 200) throw new Error(`the adapter answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async sendJson(system, message) {
    const answer = await system.send(message);
    if (answer.status !== 200) throw new Error(`the adapter answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async run() {
    for (const [n, step] of this.steps().entries()) {
      this.step = n + 1;
      try {
        await step.call(this);
        await this.afterStep?.();
      } catch (error) {
        this.faults.push(`step ${this.step}: ${error.message}`);
        this.rows.push({ step: this.step, from: '', what: 'did not come through', decision: '', rules: '', meanwhile: '', went: '', trail: '' });
      }
      this.onRows?.(this.rows.filter((r) => r.step === this.step), this.faults.filter((f) => f.startsWith(`step ${this.step}:`)));
    }
    return this.faults;
  }
}
