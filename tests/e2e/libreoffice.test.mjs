// The work list in LibreOffice, opened as a double click opens it: the same cell values, and nothing that is
// computed, whatever names and references say.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { credentials, send } from '../partners/https.mjs';
import { Locality } from '../partners/locality.mjs';
import { neighbour, organisations as org } from '../partners/people.mjs';
import { until } from '../partners/play.mjs';
import { Case, Story } from '../partners/story.mjs';
import { shows } from '../support/report.mjs';

const require = createRequire(join(resolve('.'), 'tools/package.json'));
const { parse } = require('csv-parse/sync');
const base = Number(process.env.FOSSE_BASE_PORT) || 7900;
const folder = join(resolve('.'), 'var/libreoffice');
const at = new Locality({ root: resolve('.'), folder, base });
const soffice = ['/usr/bin/soffice', '/usr/bin/libreoffice'].find((path) => existsSync(path));
const skip = soffice ? false : 'LibreOffice is not installed: libreoffice-calc-nogui';
const hostile = { ...neighbour, familyName: '=HYPERLINK("https://x.example","=1+1")', givenName: '@SUM(1,1)' };
let csv;

before(async () => {
  if (skip) return;
  at.prepare();
  await at.start();
  const story = new Story(at, 'libreoffice');
  const of = new Case(at, { who: hostile, prefix: '=BS' });
  await story.onCaseload(of);
  await story.byFhir(at.communitySystem, 'community nurse', 'proposes', story.bloodSugar(of), of);
  assert.deepEqual(story.faults, []);
  csv = await until('the work list', async () => {
    const answer = await send(credentials(at.certificates, org.provider), { method: 'GET', url: `https://localhost:${base + 30}/worklist.csv` });
    return answer.status === 200 && answer.body.includes('HYPERLINK') && answer.body;
  });
});
after(() => (skip ? undefined : at.stop()));

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (xml) => xml.replace(/<text:s(?: text:c="(\d+)")?\/>/g, (_, n) => ' '.repeat(Number(n ?? 1)))
  .replace(/<text:line-break\/>/g, '\n').replace(/<[^>]+>/g, '').replace(/&(\w+);/g, (_, name) => entities[name]);

// Rows of cells out of flat OpenDocument: { type, value, formula }.
function cellsOf(fods) {
  const sheet = fods.match(/<table:table [\s\S]*?<\/table:table>/)[0];
  return [...sheet.matchAll(/<table:table-row[\s\S]*?<\/table:table-row>/g)].map(([row]) => {
    const cells = [];
    for (const [whole, attributes] of row.matchAll(/<table:table-cell([^>]*?)(\/>|>([\s\S]*?)<\/table:table-cell>)/g)) {
      const get = (name) => attributes.match(new RegExp(`${name}="([^"]*)"`))?.[1];
      const cell = {
        type: get('office:value-type') ?? 'empty', formula: /table:formula/.test(whole),
        value: get('office:date-value') ?? get('office:value') ?? [...whole.matchAll(/<text:p[^>]*>([\s\S]*?)<\/text:p>/g)].map((p) => plain(p[1])).join('\n'),
      };
      for (let n = Number(get('table:number-columns-repeated') ?? 1); n > 0 && cells.length < 100; --n) cells.push(cell);
    }
    return cells;
  });
}

function opened(name, text) {
  mkdirSync(join(folder, 'office'), { recursive: true });
  const file = join(folder, 'office', name);
  writeFileSync(file, text);
  execFileSync(soffice, [`-env:UserInstallation=file://${join(folder, 'office/profile')}`, '--headless', '--convert-to',
    'fods:OpenDocument Spreadsheet Flat XML', '--infilter=CSV:44,34,76,1', '--outdir', join(folder, 'office'), file], { stdio: 'pipe', timeout: 120000 });
  return cellsOf(readFileSync(file.replace(/\.csv$/, '.fods'), 'utf8'));
}

test('the work list has the same cells there, and no formula', { skip }, () => {
  const ours = parse(csv, { bom: true });
  const theirs = opened('worklist.csv', csv);
  assert.ok(ours.length > 1);
  for (const [r, row] of ours.entries()) {
    for (const [c, text] of row.entries()) {
      const cell = theirs[r][c];
      assert.equal(cell.formula, false, `row ${r + 1}, column ${c + 1}`);
      const same = cell.type === 'date' ? cell.value.replace('T', ' ').replace(/:00$/, '') : cell.value;
      assert.equal(same, text, `row ${r + 1}, column ${c + 1}`);
    }
  }
  // The hostile texts are there, as texts.
  const texts = theirs.flat().map((cell) => cell.value);
  assert.ok(texts.includes(`'${hostile.familyName}`) && texts.includes(`'${hostile.givenName}`));
  shows('e2e', 'LibreOffice opens the work list', ['haz-21', 'haz-31']);
});

// That the looking can see a formula: the same cell without its apostrophe is one.
test('without the apostrophe it would be computed', { skip }, () => {
  assert.ok(opened('unsafe.csv', csv.replaceAll("'=", '=')).flat().some((cell) => cell.formula));
});
