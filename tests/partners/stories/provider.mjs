// A care provider without a system of its own works on a telephone: it reads what is asked, accepts,
// names who will do it, says that it has begun, what was not done, and that something is wrong.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PageWalk } from '../page_walk.mjs';
import { organisations as org, pageManager, person, trainedWorker } from '../people.mjs';
import { Story } from '../story.mjs';

const answers = ['time', 'people', 'skills', 'cost', 'insurance', 'registration', 'confident', 'training'];
const confirmed = ['agrees', 'worker-confident', 'confident', 'visits', 'contingency'];

export class Provider extends Story {
  static providerPage = true;
  static shows = ['b-3.4', 'b-3.5', 'haz-18', 'haz-42'];

  steps() {
    return [this.asked, this.read, this.declinesWithoutSayingWhy, this.accepted, this.workerNamed, this.begun, this.notDone,
      this.unwell];
  }

  async asked() {
    await this.onCaseload();
    this.decided(await this.byFhir(this.at.communitySystem, 'community nurse', 'proposes the blood sugar test', this.bloodSugar()), 'PROPOSE', 'PERMIT');
    this.oversees(org.community);
  }

  async read() {
    const screens = join(this.at.folder, 'screens');
    mkdirSync(screens, { recursive: true, mode: 0o700 });
    this.walk = new PageWalk({ root: this.at.root, origin: this.at.pageProvider.origin, screens });
    await this.walk.open();
    await this.walk.signIn(pageManager.subject);
    await this.walk.look('tasks');
    const text = await this.walk.follow(person.familyName);
    for (const part of ['Asked of you', 'Plan', 'The overseer\'s contacts', 'blood sugar']) this.check(`the page shows ${part}`, text.includes(part));
    await this.walk.look('task');
    await this.walk.desk('task-desk');
    const printed = await this.walk.print('printed');
    this.check('what is printed has no form', !printed.form);
    this.pageRow('the manager signs in and reads what is asked', 'read');
    this.oversees(org.community);
  }

  pageRow(what, decision) {
    this.rows.push({ step: this.step, from: 'manager of the provider, page', what, decision, rules: '', meanwhile: '', went: '', trail: '', overseer: this.overseer() });
  }

  // Fills the form of an act and sends it; gives the entry that it made.
  async does(what, act, { choose = {}, tick = [], write = {} }) {
    await this.walk.follow(act);
    await this.walk.look(act.toLowerCase().replaceAll(' ', '-'));
    const id = await this.walk.page.inputValue('#the-form input[name=form]');
    this.said = await this.walk.send('#the-form', { choose, tick, write });
    return this.row('manager of the provider, page', what, org.provider, id);
  }

  async declinesWithoutSayingWhy() {
    await this.walk.follow('Answer');
    await this.walk.look('answer');
    const said = await this.walk.send('#the-form', { choose: { answer: 'declined' }, write: { note: 'We are full until March.' } });
    this.check('a reason is wanted', said.includes('Choose why you decline'));
    this.check('what was written is there still', await this.walk.page.inputValue('#note') === 'We are full until March.');
    await this.walk.look('problem');
    await this.walk.follow('Back to the task');
    this.pageRow('would decline without a reason', 'not sent');
    this.is('proposed');
    this.oversees(org.community);
  }

  async accepted() {
    await this.does('accepts the task', 'Answer', { choose: { answer: 'accepted' }, tick: answers });
    this.check('the page says so', this.said.includes('Answer: taken.'));
    await this.walk.look('accepted');
    this.oversees(org.community);
  }

  async workerNamed() {
    this.decided(await this.checked('checks competence'), 'RECOGNISE_COMPETENCE', 'PERMIT');
    const got = await this.does('names the worker, who agreed', 'Name who will do it', {
      tick: confirmed, write: { worker: trainedWorker.reference, 'worker-name': trainedWorker.name },
    });
    this.decided(got, 'ACTIVATE', 'PERMIT');
    this.check('the page shows that it is ready', this.said.includes('Ready to begin'));
    this.is('ready');
    this.oversees(org.community);
  }

  async begun() {
    await this.does('the worker has begun', 'Say that it has begun', { write: { worker: trainedWorker.reference } });
    this.check('the page shows that it runs', this.said.includes('You do this now'));
    this.is('active');
    this.oversees(org.community);
  }

  async notDone() {
    await this.does('a visit was missed', 'Say that it was not done', { choose: { reason: 'person-away' }, write: { note: 'At the day centre.' } });
    this.is('active');
    this.oversees(org.community);
  }

  async unwell() {
    const got = await this.does('the person is unwell', 'Raise a concern', { choose: { kind: 'clinical' }, write: { note: 'Shaky and confused before lunch.' } });
    this.wentTo(got, org.community, 'CONCERN');
    this.check('the page says whom to telephone', /0\d{3} \d{3} \d{4}/.test(this.said.split('How it stands')[0]));
    await this.walk.look('concern-raised');
    await this.arrives(this.at.communitySystem, 'concern');
    await this.walk.close();
    this.equal('faults that axe finds', this.walk.violations.join(', '), '');
    this.equal('what the browser refused', this.walk.refused.join(', '), '');
    this.is('active');
    this.oversees(org.community);
  }
}
