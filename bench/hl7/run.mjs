// HL7 v2 messages a second, ours beside other people's readers, in one run: each in a process of its own,
// one thread, round by round in turn. The others parse a message and read the fields that our mapper reads;
// ours also checks them and makes an Envelope.
//
//   node bench/hl7/run.mjs build/bin/fosse-bench-hl7 [--seconds N] [--rounds N]

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import * as hl7 from '../../tests/partners/hl7_messages.mjs';
import { nurse, organisations as org, person, secondNumber } from '../../tests/partners/people.mjs';

const [program, ...rest] = process.argv.slice(2);
const option = (name, otherwise) => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise);
const seconds = option('--seconds', 1);
const rounds = option('--rounds', 5);
const folder = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname);
const file = join(folder, '../../build/bench.hl7');

const base = { person, from: org.community, practice: org.practice, nurse, episode: 'EP-1', at: new Date() };
const makers = [hl7.referralAccepted, hl7.caseloadDischarge, hl7.personUpdated, (f) => hl7.merged({ ...f, other: secondNumber })];
writeFileSync(file, Array.from({ length: 400 }, (_, n) => makers[n % makers.length]({ ...base, controlId: `B${n}` })).join(''));

const runs = [
  ['ours', () => execFileSync(program, [file, String(seconds)], { encoding: 'utf8' })],
  ['@medplum/core Hl7Message', () => execFileSync('node', [join(folder, 'medplum.mjs'), file, String(seconds)], { encoding: 'utf8' })],
  ['python3-hl7', () => execFileSync('/usr/bin/python3', [join(folder, 'python_hl7.py'), file, String(seconds)], { encoding: 'utf8' })],
];
const seen = new Map();
for (let round = 0; round < rounds; ++round) {
  for (const [name, run] of runs) {
    for (const line of run().trim().split('\n')) {
      const [what, rate] = line.split(' ');
      const key = name === 'ours' ? `Fosse: ${what === 'mapper' ? 'read and made into an Envelope' : 'read'}` : name;
      seen.set(key, [...(seen.get(key) ?? []), Number(rate)]);
    }
  }
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const ours = median(seen.get('Fosse: read and made into an Envelope'));
console.log(`400 messages (REF^I12, A03, A31, A40), one thread, ${rounds} rounds of ${seconds} s, medians; ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}`);
for (const [name, rates] of seen) {
  const rate = median(rates);
  console.log(`${name.padEnd(40)} ${Math.round(rate).toLocaleString('en-GB').padStart(10)} a second   mapped, ours is × ${(ours / rate).toFixed(1)}`);
}
