// The drop folder through kills and beside a second adapter: each row of a file is taken once, and its
// result is whole (HAZ-07, HAZ-38).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Locality } from '../partners/locality.mjs';
import { dropConfig, extract, header } from '../partners/caseload.mjs';
import { organisations as org, person, trainedWorker } from '../partners/people.mjs';
import { Program } from '../partners/processes.mjs';
import { until } from '../partners/play.mjs';
import { Story } from '../partners/story.mjs';
import { shows } from '../support/report.mjs';

const base = Number(process.env.FOSSE_BASE_PORT) || 7800;
const at = new Locality({
  root: resolve('.'), folder: join(resolve('.'), 'var/drop'), base, drops: true,
  councilConfig: dropConfig,
});
// The whole of it: FOSSE_DROP_ROWS=100000 FOSSE_DROP_KILLS=200.
const rowCount = Number(process.env.FOSSE_DROP_ROWS) || 3000;
const kills = Number(process.env.FOSSE_DROP_KILLS) || 8;
const patience = Math.max(60000, rowCount * 30);
let story;
let second;

before(async () => {
  at.prepare();
  await at.start();
  story = new Story(at, 'drop');
  await story.beginsUnderCommunityNursing();
  assert.deepEqual(story.faults, []);
});
after(async () => {
  await second?.stop();
  await at.stop();
});

const drop = (...names) => join(at.dropOf('provider'), ...names);
const caseload = (...names) => join(at.dropOf('caseload'), ...names);
const two = (n) => String(n).padStart(2, '0');

// Reports of care done, each a minute later than the one before.
function reports(from, count) {
  const rows = [];
  const now = Date.now();
  for (let n = 0; n < count; ++n) {
    const when = new Date(now - (count - n) * 1000);
    const day = `${two(when.getUTCDate())}/${two(when.getUTCMonth() + 1)}/${when.getUTCFullYear()}`;
    rows.push([from + n, 'done', person.nhsNumber, person.dateOfBirth, person.familyName, story.case.reference, trainedWorker.reference,
      `${day} ${two(when.getUTCHours())}:${two(when.getUTCMinutes())}`].join(','));
  }
  return `Row,What,NHS Number,Date of Birth,Family Name,Delegation,Worker,When\n${rows.join('\n')}\n`;
}

function resultsIn(folder, of = drop) {
  return readdirSync(of(folder)).filter((name) => name.endsWith('.result.csv'));
}

function rowsOf(folder, name, of = drop) {
  const [head, ...lines] = readFileSync(of(folder, name), 'utf8').trim().split('\r\n');
  assert.equal(head, 'line,column,type,outcome,reason,at,remedy,entry');
  return lines.map((line) => line.split(','));
}

// Entries of the trail that came of one kind of message.
function entriesOf(kind) {
  const file = join(at.state, 'export.txt');
  at.fosse(org.audit, 'export', '-o', file, '--purpose', 'count');
  const leaves = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line).leaf).filter(Boolean);
  return leaves.filter((leaf) => Buffer.from(leaf, 'base64').includes(kind)).length;
}

async function imported(name, text) {
  writeFileSync(caseload('in', name), text);
  const stem = name.replace('.csv', '');
  return until(`the end of ${name}`, () => resultsIn('done', caseload).find((result) => result.includes(stem)), patience);
}

test('an import goes on where it was, however often the adapter is killed', { timeout: patience * 4 }, async () => {
  const before = entriesOf('episode_change');
  writeFileSync(caseload('in', 'killed.csv'), extract(rowCount, 0));
  await until('the import to begin', () => readdirSync(caseload('working')).some((name) => name.endsWith('.result.csv')));
  let died = 0;
  while (died < kills && resultsIn('done', caseload).length === 0) {
    await sleep(Math.random() * Math.max(250, (rowCount / kills) * 3));
    await at.council.stop('SIGKILL');
    ++died;
    await at.council.start();
  }
  assert.ok(died >= 2, `killed ${died} times before it ended`);
  const name = await until('the end', () => resultsIn('done', caseload)[0], patience);
  const killed = rowsOf('done', name, caseload);
  assert.deepEqual(killed.map((row) => Number(row[0])), Array.from({ length: rowCount }, (_, n) => n + 2), 'each line once, in order');
  const outcomes = new Set(killed.map((row) => row[3]));
  assert.ok(!outcomes.has('refused') && !outcomes.has('pending') && !outcomes.has('unchanged'), [...outcomes].join());
  assert.equal(new Set(killed.map((row) => row[7])).size, rowCount, 'each has an entry of its own');
  assert.equal(entriesOf('episode_change') - before, rowCount, 'nothing was done twice');
  assert.deepEqual(readdirSync(caseload('working')), []);

  // The same of other people, left in peace: but for the entries, the same result.
  const whole = rowsOf('done', await imported('whole.csv', extract(rowCount, rowCount)), caseload);
  assert.deepEqual(killed.map((row) => row.slice(0, 7)), whole.map((row) => row.slice(0, 7)));
  assert.equal(entriesOf('episode_change') - before, 2 * rowCount);
  // Both are known as they were said: said once more, neither changes anything.
  const again = rowsOf('done', await imported('again.csv', extract(2 * rowCount, 0)), caseload);
  assert.deepEqual([...new Set(again.map((row) => row[3]))], ['unchanged']);
  assert.equal(entriesOf('episode_change') - before, 2 * rowCount);
  console.log(`killed ${died} times in ${rowCount} rows`);
  shows('drop', 'kills in an import', ['haz-07', 'haz-38', 'ctl-13']);
});

test('two adapters take each file once', async () => {
  const config = join(at.state, 'second.txtpb');
  writeFileSync(config, readFileSync(join(at.state, 'council.txtpb'), 'utf8')
    .replace(/^recipients: .*$/gm, '').replace(`:${at.ports.council}"`, `:${at.ports.council + 5}"`)
    .replaceAll('council.outbox', 'second.outbox').replaceAll('council.key', 'second.key'), { mode: 0o600 });
  second = new Program('second', at.bin('fosse-council'), ['--config', config], { log: join(at.logs, 'second.log'), port: at.ports.council + 5 });
  await second.start();
  const before = entriesOf('task_performed');
  const done = resultsIn('done').length;
  for (let n = 0; n < 12; ++n) writeFileSync(drop('in', `part-${n}.csv`), reports(10_000 * (n + 1), 5));
  await until('all twelve', () => resultsIn('done').length === done + 12, 60000);
  assert.equal(entriesOf('task_performed') - before, 60);
  const both = [at.council, second].map((adapter) => readFileSync(adapter.log, 'utf8').split('council-file-ended').length - 1);
  assert.equal(both[0] + both[1] >= 12, true);
  shows('drop', 'two adapters over one folder', ['haz-07']);
});

test('links, and what is no plain file, are left alone', async () => {
  symlinkSync('/etc/passwd', drop('in', 'link.csv'));
  linkSync(join(at.state, 'directory.txtpb'), drop('in', 'hard.csv'));
  mkdirSync(drop('in', 'folder.csv'));
  writeFileSync(drop('in', '.hidden.csv'), 'x');
  await sleep(1500);
  for (const name of ['link.csv', 'hard.csv', 'folder.csv', '.hidden.csv']) assert.ok(existsSync(drop('in', name)), name);
});

test('a file that is none is failed, with its reason beside it', async () => {
  writeFileSync(drop('in', 'book.xlsx'), 'PK\u0003\u0004 and so on');
  const name = await until('the result', () => resultsIn('failed')[0]);
  assert.equal(rowsOf('failed', name)[0][4], 'FILE_NOT_TEXT');
});

test('a hostile sender gets refusals, and takes nothing from others', { timeout: 120000 }, async () => {
  const files = {
    'columns.csv': `${'c,'.repeat(1_000_000)}c\n1\n`,
    'quote.csv': `${header}S-1,"${'a'.repeat(64 << 20)}`,
    'utf16.csv': Buffer.from(`\ufeff${extract(1)}`, 'utf16le'),
    'zeros.csv': Buffer.alloc(8 << 20),
    'twice.csv': header.replace('last_name', 'nhs_id') + 'a,b,c,d,e\n',
    'empty.csv': '',
    'header.csv': header,
    'a.csv.result.csv': 'line,column\n1,1\n',
    [`${'long'.repeat(62)}.csv`]: 'line,column\n1,1\n',
    'new\nline ;$(touch x)`.csv': extract(1, 3 * rowCount + 5).slice(0, -4),
  };
  execFileSync('mkfifo', [caseload('in', 'pipe.csv')]);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(caseload('in', name), bytes);
  const ended = () => ['done', 'part-done', 'failed'].flatMap((folder) => resultsIn(folder, caseload));
  const before = ended().length;
  writeFileSync(caseload('in', 'good.csv'), extract(3, 3 * rowCount));
  await until('all of them', () => readdirSync(caseload('in')).filter((name) => name !== 'pipe.csv').length === 0
    && readdirSync(caseload('working')).length === 0, 90000);
  assert.ok(ended().length >= before + Object.keys(files).length, ended().join());
  const result = await until('the good one', () => resultsIn('done', caseload).find((name) => name.includes('good')));
  assert.deepEqual(rowsOf('done', result, caseload).map((row) => row[3]), ['kept', 'kept', 'kept']);
  const reasons = resultsIn('failed', caseload).map((name) => rowsOf('failed', name, caseload)[0]?.[4]);
  for (const reason of ['TOO_MANY_COLUMNS', 'FILE_NOT_TEXT']) assert.ok(reasons.includes(reason), reasons.join());
  // Nothing of them was kept in memory, and nothing of their text is in a result.
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${at.council.child.pid}/status`, 'utf8'))[1]);
  assert.ok(peak < 200 * 1024, `${peak} kB at most`);
  for (const name of resultsIn('failed', caseload)) assert.ok(statSync(caseload('failed', name)).size < 1 << 20, name);
  assert.ok(existsSync(caseload('in', 'pipe.csv')));
  shows('drop', 'a hostile sender', ['haz-21']);
});
