// FHIR message Bundles a second, in one run: each program a process of its own, one thread, round by round in
// turn. Ours reads, checks and makes an Envelope; the others do as their names say and no more.
//
//   node bench/fhir/run.mjs build/bin/fosse-bench-gp [--seconds N] [--rounds N]

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

const [program, ...rest] = process.argv.slice(2);
const option = (name, otherwise) => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise);
const seconds = option('--seconds', 1);
const rounds = option('--rounds', 5);
const folder = new URL('.', import.meta.url).pathname;
const samples = join(folder, '../../tests/corpus/fhir');
const file = join(folder, '../../build/bench-bundles.ndjson');

const bundles = readdirSync(samples).filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(samples, name), 'utf8')))
  .filter((resource) => resource.resourceType === 'Bundle')
  .map((bundle) => JSON.stringify(bundle));
writeFileSync(file, `${bundles.join('\n')}\n`);

const names = {
  translate: 'Fosse: read, checked, made into an Envelope',
  'nlohmann-tree': 'nlohmann: a tree',
  'nlohmann-fields': 'nlohmann: a tree, and its fields read',
  parse: 'Node JSON.parse: a tree',
  'parse-and-fhir': 'Node JSON.parse and npm fhir',
};
const runs = [[program, [file, String(seconds)]], ['node', [join(folder, 'node.mjs'), file, String(seconds)]]];
const seen = new Map();
for (let round = 0; round < rounds; ++round) {
  for (const [command, args] of runs) {
    for (const line of execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n')) {
      const [what, rate] = line.split(' ');
      seen.set(what, [...(seen.get(what) ?? []), Number(rate)]);
    }
  }
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const ours = median(seen.get('translate'));
const bytes = Math.round(bundles.join('').length / bundles.length);
console.log(`${bundles.length} kinds of Bundles, ${bytes.toLocaleString('en-GB')} bytes on average, one thread, ${rounds} rounds of ${seconds} s, medians; ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}`);
for (const [what, rates] of seen) {
  const rate = median(rates);
  console.log(`${names[what].padEnd(45)} ${Math.round(rate).toLocaleString('en-GB').padStart(10)} a second   ours is × ${(ours / rate).toFixed(1)}`);
}
