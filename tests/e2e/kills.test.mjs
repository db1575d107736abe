// Each adapter is killed at each step between a native acknowledgement and the gateway's commit, and at each
// step on the way out: nothing is lost, and nothing is done twice (HAZ-38).

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { message as json } from '../partners/council_messages.mjs';
import * as fhir from '../partners/fhir_messages.mjs';
import * as hl7 from '../partners/hl7_messages.mjs';
import { Locality } from '../partners/locality.mjs';
import { gp, neighbour, organisations as org, pageManager, person, trainedWorker } from '../partners/people.mjs';
import { PageWalk } from '../partners/page_walk.mjs';
import { idOf, until } from '../partners/play.mjs';
import { Case, day, Story } from '../partners/story.mjs';
import { shows } from '../support/report.mjs';

const base = Number(process.env.FOSSE_BASE_PORT) || 7750;
const at = new Locality({ root: resolve('.'), folder: join(resolve('.'), 'var/kills'), base, quiet: true, providerPage: true });
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
const arm = (point, name = 'gp') => writeFileSync(join(at.faultsOf[name], point), '');

async function diesAndComesBack(adapter = at.gp) {
  await until('the adapter to die', () => adapter.ended);
  assert.equal(adapter.ended.signal, 'SIGKILL');
  await adapter.start();
}

// A message in at the door of each adapter: who sends it, its id, and how it is sent; what comes back is
// the answer as far as a repeat must get the same.
const messages = {
  gp: () => {
    const bundle = fhir.registrationChange({ from: org.practice, clinician: gp, person, at: new Date(), registeredOn: day(0) });
    return { sender: org.practice, id: bundle.id, send: () => at.practiceSystem.send(bundle).then(({ status, body }) => ({ taken: status === 200, body })) };
  },
  community: () => {
    const text = hl7.referralAccepted(story.hl7());
    return { sender: org.community, id: idOf(text), send: () => at.communityHl7.send(text).then(({ code }) => ({ taken: code === 'CA' || code === 'AA', code })) };
  },
  council: () => {
    const id = randomUUID();
    const report = json('task-performed', {
      id, at: new Date(), person, delegation: { reference: story.case.reference },
      worker: { reference: trainedWorker.reference }, performedAt: new Date().toISOString(),
    });
    return { sender: org.provider, id, send: () => at.provider.send(report).then(({ status, body }) => ({ taken: status === 200, body })) };
  },
};

for (const [name, make] of Object.entries(messages)) {
  for (const point of ['door_before_keep', 'door_after_keep', 'door_after_decision', 'door_before_answer']) {
    test(`a message in at the ${name} adapter: ${point}`, async () => {
      const message = make();
      arm(point, name);
      await assert.rejects(message.send(), 'nothing was acknowledged');
      await diesAndComesBack(at[name]);
      const first = await message.send();
      assert.ok(first.taken, JSON.stringify(first));
      assert.deepEqual(await message.send(), first, 'a repeat gets the same answer');
      const { entries } = story.trace(message.sender, message.id);
      assert.equal(entries.filter((entry) => entry.leaf.kind !== 'consequence').length, 1);
      shows('kills', `${name} ${point}`, ['haz-38']);
    });
  }
}

test('a form of the providers\' page: provider_page_after_form', async () => {
  const walk = new PageWalk({ root: at.root, origin: at.pageProvider.origin });
  await walk.open();
  await walk.signIn(pageManager.subject);
  await walk.follow(person.familyName);
  await walk.follow('Raise a concern');
  const id = await walk.page.inputValue('#the-form input[name=form]');
  arm('provider_page_after_form', 'council');
  walk.page.setDefaultTimeout(2000);  // For an answer that does not come.
  await assert.rejects(walk.send('#the-form', { choose: { kind: 'incident' }, write: { note: 'The strips had run out.' } }));
  await diesAndComesBack(at.council);
  assert.throws(() => story.trace(org.provider, id), 'nobody was told that it was sent');
  await walk.page.goto(`${at.pageProvider.origin}/`);
  assert.match(await walk.page.innerText('main'), /Sign in/, 'the manager signs in again');
  await walk.close();
  shows('kills', 'provider_page_after_form', ['haz-38']);
});

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

const concerns = () => at.communitySystem.received().filter((m) => m.kind === 'concern').length;

for (const point of ['loop_after_keep', 'loop_after_deliver', 'loop_after_finish']) {
  test(`a delivery out of the community adapter: ${point}`, async () => {
    const before = concerns();
    arm(point, 'community');
    const { body } = await at.provider.send(json('concern', {
      id: randomUUID(), at: new Date(), person, reference: `C-${randomUUID().slice(0, 8)}`, kind: 'incident',
      delegation: { reference: story.case.reference }, summary: 'The strips had run out.', noticedAt: new Date().toISOString(),
    }));
    assert.equal(body.outcome, 'kept', JSON.stringify(body));
    await diesAndComesBack(at.community);
    await until('the concern', () => concerns() > before);
    await settled();
    assert.equal(concerns(), before + 1, 'the same Bundle, however often it came');
    shows('kills', `community ${point}`, ['haz-38']);
  });
}

test('an item of a work list: loop_after_keep', async () => {
  await at.provider.collect();
  arm('loop_after_keep', 'council');
  // The training office comes in at the same adapter, which may die before it has answered.
  await story.checked('checks competence again').catch(() => {});
  await diesAndComesBack(at.council);
  const items = await until('the item', async () => {
    const found = await at.provider.collect();
    return found.length > 0 && found;
  });
  assert.equal(items.length, 1);
  assert.deepEqual(await at.provider.collect(), []);
  shows('kills', 'council loop_after_keep', ['haz-38']);
});

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
