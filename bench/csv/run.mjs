// A council's extract from the file in its folder to committed records, and the same file read and nothing
// more: by our reader, by csv-parse and by Python's csv, in one run. Everything is on this machine: gateway on
// SQLite, adapter over mutual TLS, 32 rows on their way at once.
//
//   node bench/csv/run.mjs build/bin/fosse-bench-csv [--rows N] [--rounds N]

import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropConfig, header, rows as extractRows } from '../../tests/partners/caseload.mjs';
import { Locality } from '../../tests/partners/locality.mjs';
import { organisations as org } from '../../tests/partners/people.mjs';

const [program, ...rest] = process.argv.slice(2);
const option = (name, otherwise) => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise);
const rowCount = option('--rows', 1_000_000);
const rounds = option('--rounds', 3);
const services = 10;
const folder = resolve('var/bench-csv');
const file = join(folder, 'extract.csv');

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const out = openSync(file, 'w');
writeSync(out, header);
let text = '';
let written = 0;
for (const row of extractRows(Math.ceil(rowCount / services), 0, services)) {
  if (written++ === rowCount) break;
  text += row;
  if (text.length > 1 << 20) {
    writeSync(out, text);
    text = '';
  }
}
writeSync(out, text);
closeSync(out);
console.log(`${rowCount} rows, ${(statSync(file).size / 1e6).toFixed(0)} MB, ${Math.ceil(rowCount / services)} people; ${cpus().length} cores, load ${loadavg()[0].toFixed(2)}`);

const readers = [
  ['Fosse, the reader alone', () => execFileSync(program, [file])],
  ['csv-parse (Node)', () => execFileSync('node', ['bench/csv/csv_parse.mjs', file])],
  ['csv (Python)', () => execFileSync('/usr/bin/python3', ['bench/csv/python_csv.py', file])],
];
const seen = new Map(readers.map(([name]) => [name, []]));
for (let round = 0; round < rounds; ++round) {
  for (const [name, read] of readers) {
    const [rows, cells, seconds] = read().toString().trim().split(' ').map(Number);
    if (rows !== rowCount + 1 || cells !== 5 * rows) throw new Error(`${name} read ${rows} rows, ${cells} cells`);
    seen.get(name).push(rows / seconds);
  }
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
for (const [name, rates] of seen) console.log(`${name.padEnd(28)} ${Math.round(median(rates)).toLocaleString('en-GB').padStart(12)} rows/s`);

const at = new Locality({
  root: resolve('.'), folder, base: 8050, quiet: true,
  councilConfig: dropConfig,
});
const peak = (pid) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const drop = (...names) => join(at.dropOf('caseload'), ...names);
at.prepare();
mkdirSync(join(folder, 'drops'), { recursive: true, mode: 0o700 });
await at.start();
try {
  const idle = peak(at.council.child.pid);
  renameSync(file, drop('in', 'extract.csv'));
  const begun = Date.now();
  const ended = () => readdirSync(drop('done')).concat(readdirSync(drop('part-done'))).find((name) => name.endsWith('.result.csv'));
  let shown = Date.now();
  while (!ended()) {
    await sleep(50);
    if (Date.now() - shown > 30_000) {
      shown = Date.now();
      console.log(`  ${Math.round((Date.now() - begun) / 1000)} s; council ${peak(at.council.child.pid).toFixed(0)} MiB, gateway ${peak(at.gateway.child.pid).toFixed(0)} MiB at most`);
    }
  }
  const seconds = (Date.now() - begun) / 1000;
  const result = readFileSync(drop(readdirSync(drop('done')).length ? 'done' : 'part-done', ended()), 'utf8').trim().split('\r\n').slice(1);
  const outcomes = {};
  for (const line of result) {
    const outcome = line.split(',')[3];
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  if (result.length !== rowCount) throw new Error(`${result.length} rows in the result`);
  const rate = rowCount / seconds;
  console.log(`${'Fosse, to committed records'.padEnd(28)} ${Math.round(rate).toLocaleString('en-GB').padStart(12)} rows/s  ${seconds.toFixed(0)} s, outcomes ${JSON.stringify(outcomes)}`);
  console.log(`peak memory: adapter ${peak(at.council.child.pid).toFixed(0)} MiB (${idle.toFixed(0)} before), gateway ${peak(at.gateway.child.pid).toFixed(0)} MiB`);
  console.log(`reading alone is ${(median(seen.get(readers[0][0])) / rate).toFixed(0)} times as fast as committing`);
} finally {
  await at.stop();
}
