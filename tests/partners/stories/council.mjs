// A council whose case system can only write extracts: they are dropped in a folder, and become persons,
// episodes of service and the provider's answer, which the council enters for it. The same extract the next
// day says nothing new. What waits for the council comes out as a work list for a spreadsheet.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebhookReceiver } from '../../support/webhook_receiver.mjs';
import * as fhir from '../fhir_messages.mjs';
import { credentials, send } from '../https.mjs';
import { neighbour, nurse, officer, organisations as org, person, tasks } from '../people.mjs';
import { until } from '../play.mjs';
import { Case, day, Story } from '../story.mjs';

const columns = ['person_id', 'nhs_id', 'date_of_birth', 'last_name', 'first_name', 'date_of_death', 'gp_practice_code', 'purchase_id',
  'service_type', 'element_type', 'start_date', 'end_date', 'provider_cqc_location', 'team', 'Delegation Reference', 'Provider Answer',
  'Subject to Training', 'Time Feasible', 'Resources Feasible', 'Capability Feasible', 'Cost Feasible', 'Within Insurance',
  'Within Registration', 'Provider Confident'];

export class Council extends Story {
  static drops = true;
  static keyFile = (locality) => join(locality.state, 'webhook.keys');
  static port = (locality) => locality.base + 45;
  static councilConfig = (locality) => {
    execFileSync(locality.bin('fosse-council'), ['webhook', 'key', Council.keyFile(locality)]);
    return [`webhooks { participant: "${org.council}" url: "https://127.0.0.1:${Council.port(locality)}/fosse" key_file: "${Council.keyFile(locality)}" content: "reference" private_addresses: true }`];
  };
  static shows = ['b-2.1', 'b-3.4', 'ctl-04', 'ctl-13', 'haz-07', 'haz-21'];

  steps() {
    return [this.asked, this.firstExtract, this.askedOfTheCouncil, this.toldByWebhook, this.answered, this.sameAgain, this.halfAFile, this.asksHealth, this.workList];
  }

  constructor(locality, name) {
    super(locality, name);
    this.drops = new Case(locality, { prefix: 'ED' });
    this.receiver = new WebhookReceiver({
      tls: credentials(locality.certificates, org.council), port: Council.port(locality),
      secret: readFileSync(Council.keyFile(locality), 'utf8').trim(),
    });
  }

  async asked() {
    await this.receiver.start();
    await this.onCaseload();
    this.decided(await this.byFhir(this.at.communitySystem, 'community nurse', 'proposes the blood sugar test', this.bloodSugar()), 'PROPOSE', 'PERMIT');
    this.is('proposed');
    this.oversees(org.community);
  }

  extract(answer, rows = [{}]) {
    const yes = answer ? Array(8).fill('Y') : Array(8).fill('');
    const lines = rows.map((more) => {
      const row = {
        person_id: '1001', nhs_id: person.nhsNumber, date_of_birth: `${person.dateOfBirth}T00:00:00Z`, last_name: person.familyName,
        first_name: person.givenName, date_of_death: 'NULL', gp_practice_code: org.practice, purchase_id: 'P-7001', service_type: 'Home Care',
        element_type: 'Single visits', start_date: '2026-10-01', end_date: 'NULL', provider_cqc_location: org.provider, team: 'Lectus',
        'Delegation Reference': answer ? this.case.reference : 'NULL', 'Provider Answer': answer, ...more,
      };
      columns.slice(-8).forEach((column, n) => { row[column] ??= yes[n]; });
      return columns.map((column) => row[column]).join(',');
    });
    return `\ufeff${columns.join(',')}\r\n${lines.join('\r\n')}\r\n`;
  }

  in(name) {
    return join(this.at.dropOf('council'), 'in', name);
  }

  // The result beside the file, once it is there: a row for each thing said.
  async taken(name, folder) {
    const at = join(this.at.dropOf('council'), folder);
    const file = await until(`${name} in ${folder}`, () => readdirSync(at).find((found) => found.endsWith(`-${name}.result.csv`)));
    const [head, ...rows] = readFileSync(join(at, file), 'utf8').trim().split('\r\n').map((line) => line.split(','));
    this.check('the file lies beside its result', existsSync(join(at, file.replace('.result.csv', ''))));
    return rows.map((cells) => Object.fromEntries(head.map((column, n) => [column, cells[n]])));
  }

  told(rows) {
    return rows.map((row) => `${row.type} ${row.outcome}`).join(', ');
  }

  fileRow(what, decision) {
    this.rows.push({ step: this.step, from: 'council, file', what, decision, rules: '', meanwhile: '', went: '', trail: '', overseer: this.overseer() });
  }

  async firstExtract() {
    writeFileSync(this.in('services.csv'), this.extract(''));
    const rows = await this.taken('services.csv', 'done');
    this.equal('what the extract became', this.told(rows), 'person-update passed-over, service-episode kept');
    this.fileRow('an extract of persons and services; nothing of hers is the council\'s yet', 'kept');
    this.is('proposed');
    this.oversees(org.community);
  }

  // A task that is asked of the council itself makes it a part of her care.
  async askedOfTheCouncil() {
    const got = await this.byFhir(this.at.communitySystem, 'community nurse', 'asks the council\'s own team for eye drops', fhir.proposal({
      reference: this.drops.reference, from: org.community, to: org.council, delegator: nurse, person, task: tasks.eyeDrops,
      at: new Date(), reviewOn: day(90),
      particulars: [['in-plan-of-care', { valueBoolean: true }], ['operation-phase', { valueCode: 'not-operative' }],
        ['incidental-or-ancillary', { valueBoolean: true }], ['nature-expected', { valueBoolean: true }], ['care-act-answered-by', { valueString: 'Council legal services' }]],
    }), this.drops);
    this.decided(got, 'PROPOSE', 'PERMIT');
    writeFileSync(this.in('services.csv'), this.extract(''));
    const rows = await this.newest();
    this.equal('what the extract became', this.told(rows), 'person-update kept, service-episode unchanged');
    this.rowAt('council, file', 'the next extract: the person', Number(rows[0].entry));
    this.oversees(org.community);
  }

  // What is for the council lies in its work list; the webhook says so, and says no more.
  async toldByWebhook() {
    const call = await until('the webhook', () => this.receiver.calls.find((one) => one.item?.kind === 'proposal'));
    this.check('every call verifies', this.receiver.calls.every((one) => one.verified));
    this.check('it names nobody', !call.body.includes(person.nhsNumber) && !call.body.includes(person.familyName));
    const items = JSON.parse((await send(this.at.councilSystem.tls, { method: 'GET', url: `${this.at.councilSystem.door}/worklist` })).body).items;
    this.check('it is an item of the work list', items.some((item) => item.id === call.id));
    for (const one of this.receiver.calls) {
      this.rows.push({ step: this.step, from: 'to the council, webhook', what: `a reference: ${one.item.kind}, ${one.item.urgency}`, decision: 'verified', rules: '', meanwhile: '', went: '', trail: String(one.item.traceIndex), overseer: this.overseer() });
    }
    this.oversees(org.community);
  }

  async answered() {
    writeFileSync(this.in('services.csv'), this.extract('Accepted'));
    const rows = await this.newest();
    this.equal('what the extract became', this.told(rows), 'person-update unchanged, service-episode unchanged, delegation-response permit');
    const got = this.rowAt('council, file', 'the provider\'s answer in the next extract', Number(rows[2].entry));
    this.decided(got, 'RESPOND', 'PERMIT');
    this.oversees(org.community);
  }

  // Of several results, the last.
  async newest() {
    const at = join(this.at.dropOf('council'), 'done');
    const count = ++this.ended;
    const file = await until('the next result', () => {
      const found = readdirSync(at).filter((name) => name.endsWith('.result.csv')).sort();
      return found.length >= count && found.at(-1);
    });
    const [head, ...rows] = readFileSync(join(at, file), 'utf8').trim().split('\r\n').map((line) => line.split(','));
    return rows.map((cells) => Object.fromEntries(head.map((column, n) => [column, cells[n]])));
  }

  ended = 1;

  async sameAgain() {
    const before = await this.quietEntries();  // What the step before told others is out.
    writeFileSync(this.in('services.csv'), this.extract('Accepted'));
    const rows = await this.newest();
    this.equal('what the extract became', this.told(rows), 'person-update unchanged, service-episode unchanged, delegation-response unchanged');
    this.equal('entries after the same extract', this.entries(), before);
    this.fileRow('the same extract once more', 'nothing new');
    this.oversees(org.community);
  }

  // An upload under way is left alone; a row that is no row is told by its place.
  async halfAFile() {
    writeFileSync(this.in('late.csv.part'), this.extract('Accepted', [{}, { nhs_id: '9990000017' }]));
    await new Promise((done) => { setTimeout(done, 1500); });
    this.check('an upload under way is left alone', existsSync(this.in('late.csv.part')));
    renameSync(this.in('late.csv.part'), this.in('late.csv'));
    const rows = await this.taken('late.csv', 'part-done');
    const refused = rows.find((row) => row.outcome === 'refused');
    this.equal('where it is wrong', `${refused.line} ${refused.at} ${refused.reason}`, '3 nhs_id FIELD_INVALID');
    this.fileRow('a file with a number that cannot be', 'row 3 refused');
    this.oversees(org.community);
  }

  // Of a neighbour nobody here knows, the council may ask once it says that it arranges his care.
  async asksHealth() {
    const breakfast = new Case(this.at, { who: neighbour, prefix: 'MP' });
    const by = { register: 'local', identifier: officer.reference, name: officer.name };
    const asks = (what) => this.byJson(this.at.councilSystem, 'council', what, 'delegation-proposal', {
      actingPerson: by, reference: breakfast.reference, direction: 'social-care-to-health',
      task: { code: 'meal-preparation', setting: 'own-home', slot: 'morning', clinicianClass: 'may-delegate', inPlanOfCare: true, followUpDefined: true, excludedForPerson: false },
      delegating: org.council, delegatedTo: org.community, delegator: { ...by, organisation: org.council },
      performer: 'care-worker', involvement: 'involved', consent: 'given', objectsToSharing: false,
      mdt: { outcome: 'agreed', decidedOn: day(-3), members: ['community nurse', 'social worker'], trainingClass: 'none', practice: org.otherPractice },
      risk: { level: 'low', recordReference: 'R-8001' },
      plan: { trainingProvidedBy: 'the council', competenceAssessor: 'the council', ongoingSupport: 'the council', clinicalReviewer: 'social worker', changed: false,
        reviewOn: day(90), thresholds: 'call the council when he eats less', routeBack: 'the council takes it back within a day' },
    }, breakfast);
    await this.byJson(this.at.councilSystem, 'council', 'says that it arranges a neighbour\'s home care', 'episode-change', {
      actingPerson: by, reference: 'P-8001', kind: 'opened', service: 'adult-social-care', organisation: org.council, occurredAt: new Date(Date.now() - 60000).toISOString(),
    }, breakfast);
    this.decided(await asks('asks the nurses who come each morning for his breakfast'), 'PROPOSE', 'PERMIT');
    this.is('proposed', breakfast);
    this.oversees(org.otherPractice, breakfast);
  }

  async workList() {
    const list = await until('the work list', async () => {
      const answer = await send(this.at.provider.tls, { method: 'GET', url: `${this.at.provider.door}/worklist.csv` });
      return answer.body.includes(person.familyName) && answer;
    });
    this.check('it is a table', /^[^\r]*\r\n/.test(list.body) && list.headers['content-type'].startsWith('text/csv'));
    this.check('no cell starts a formula', !/(^|,)"?[=+@]/m.test(list.body));
    this.fileRow('the provider\'s work list for a spreadsheet', 'out');
    this.receiver.stop();
    this.is('proposed');
    this.oversees(org.community);
  }
}
