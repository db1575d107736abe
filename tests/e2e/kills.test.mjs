// The practices' adapter is killed at each step between a native acknowledgement and the gateway's commit,
// and at each step on the way out: nothing is lost, and nothing is done twice (HAZ-38).

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import * as fhir from '../partners/fhir_messages.mjs';
import { Locality } from '../partners/locality.mjs';
import { gp, neighbour, organisations as org, person } from '../partners/people.mjs';
import { until } from '../partners/play.mjs';
import { Case, day, Story } from '../partners/story.mjs';
import { shows } from '../support/report.mjs';

const base = Number(process.env.FOSSE_BASE_PORT) || 7750;
const at = new Locality({ root: resolve('.'), folder: join(resolve('.'), 'var/kills'), base, quiet: true });
let story;

// A person at the practice that speaks FHIR, and one at the practice that is reached over MESH, each with
// a task that runs.
before(async () => {
  at.prepare();
  await at.start();
  story = new Story(at, 'kills');
  story.theirs = new Case(at, { who: neighbour, prefix: 'KL' });
  await story.beginsUnderCommunityNursing();
  await story.onCaseload(story.theirs, { practice: org.otherPractice, episode: 'EP-3301' });
  await story.byFhir(at.communitySystem, 'nurse', 'proposes', story.bloodSugar(story.theirs), story.theirs);
  await story.accepts(story.theirs);
  await story.assigns(story.theirs);
  await story.begins(story.theirs);
  assert.deepEqual(story.faults, []);
});
after(() => at.stop());

// The adapter dies the next time that it comes by there.
const arm = (point) => writeFileSync(join(at.faults, point), '');

async function diesAndComesBack() {
  await until('the adapter to die', () => at.gp.ended);
  assert.equal(at.gp.ended.signal, 'SIGKILL');
  await at.gp.start();
}

for (const point of ['door_before_keep', 'door_after_keep', 'door_after_decision', 'door_before_answer']) {
  test(`a message in: ${point}`, async () => {
    const bundle = fhir.registrationChange({ from: org.practice, clinician: gp, person, at: new Date(), registeredOn: day(0) });
    arm(point);
    await assert.rejects(at.practiceSystem.send(bundle), 'nothing was acknowledged');
    await diesAndComesBack();
    const first = await at.practiceSystem.send(bundle);
    const again = await at.practiceSystem.send(bundle);
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.deepEqual(first.body, again.body, 'a repeat gets the same receipt');
    const found = story.trace(org.practice, bundle.id);
    assert.equal(found.entries.length, 1);
    shows('kills', point, ['haz-38']);
  });
}

let offers = 0;
const offer = (to, of) => story.offers(at.communitySystem, to, `KILL-${++offers}`, of);
const arrived = () => at.practiceSystem.received().filter((m) => m.kind === 'oversight-offer');

for (const point of ['loop_after_keep', 'loop_after_deliver', 'loop_after_finish']) {
  test(`a delivery out: ${point}`, async () => {
    const before = arrived().length;
    arm(point);
    await offer(org.practice, story.case);
    await diesAndComesBack();
    await until('the offer', () => arrived().length > before);
    await settled();
    assert.equal(arrived().length, before + 1, 'the same Bundle, however often it came');
    shows('kills', point, ['haz-38']);
  });
}

// Until the adapter has nothing more to hand over, or would have done it twice.
const settled = () => new Promise((done) => { setTimeout(done, 1500); });
const sent = () => at.quietPractice.mesh.messages.filter((m) => m.from === 'X26FOSSE');
const offersIn = (documents) => documents.filter((d) => d.asks).length;

for (const point of ['mesh_before_send', 'mesh_after_send']) {
  test(`an offer over MESH: ${point}`, async () => {
    const { system } = at.quietPractice;
    await system.collect();
    const before = offersIn(system.documents);
    arm(point);
    await offer(org.otherPractice, story.theirs);
    await diesAndComesBack();
    await until('the offer in the mailbox', async () => { await system.collect(); return offersIn(system.documents) > before; });
    await settled();
    await system.collect();
    assert.equal(offersIn(system.documents), before + 1);
    assert.equal(new Set(sent().map((m) => m.localId)).size, sent().length, 'nothing went out twice');
    shows('kills', point, ['haz-38']);
  });
}

test('an answer over MESH: mesh_before_acknowledge', async () => {
  const { mesh, system } = at.quietPractice;
  const document = system.documents.findLast((d) => d.asks);
  arm('mesh_before_acknowledge');
  await system.answer(document, '20013');
  await diesAndComesBack();
  const answer = await until('the answer to be acknowledged', () => mesh.messages.findLast((m) => m.to === 'X26FOSSE' && m.status === 'acknowledged'));
  assert.ok(answer);
  assert.equal(story.overseer(story.theirs).split(',')[0], org.community, 'no code moves oversight');
  shows('kills', 'mesh_before_acknowledge', ['haz-38']);
});
