// HL7 v2 messages a second, ours beside other people's readers, and MLLP round trips a second, ours beside
// other people's servers, in one run: each in a process of its own, round by round in turn. The other
// readers parse a message and read the fields that our mapper reads; ours also checks them and makes an
// Envelope. The servers are all asked by the same client over mutual TLS.
//
//   node bench/hl7/run.mjs build/bin/fosse-bench-hl7 [--seconds N] [--rounds N]

import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import * as hl7 from '../../tests/partners/hl7_messages.mjs';
import { nurse, organisations as org, person, secondNumber } from '../../tests/partners/people.mjs';

const [program, ...rest] = process.argv.slice(2);
const option = (name, otherwise) => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise);
const seconds = option('--seconds', 1);
const rounds = option('--rounds', 5);
const folder = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname);
const build = join(folder, '../../build');
const file = join(build, 'bench.hl7');
const mllp = join(dirname(program), 'fosse-bench-mllp');

const base = { person, from: org.community, practice: org.practice, nurse, episode: 'EP-1', at: new Date() };
const makers = [hl7.referralAccepted, hl7.caseloadDischarge, hl7.personUpdated, (f) => hl7.merged({ ...f, other: secondNumber })];
writeFileSync(file, Array.from({ length: 400 }, (_, n) => makers[n % makers.length]({ ...base, controlId: `B${n}` })).join(''));

const certificates = join(build, 'bench-certificates');
execFileSync(join(folder, '../../tests/partners/certificates.sh'), [certificates, org.communityAdapter, org.community]);
const credentials = (participant) => [`${participant}.pem`, `${participant}.key`, 'ca.pem'].map((name) => join(certificates, name));

const run = (path, ...args) => execFileSync(path, args, { encoding: 'utf8' });
const readers = [
  ['Fosse', () => run(program, file, String(seconds))],
  ['@medplum/core Hl7Message', () => run('node', join(folder, 'medplum.mjs'), file, String(seconds))],
  ['python3-hl7', () => run('/usr/bin/python3', join(folder, 'python_hl7.py'), file, String(seconds))],
];
const servers = [
  ['Fosse', [mllp, 'serve']],
  ['@medplum/hl7', ['node', join(folder, 'medplum_server.mjs')]],
  ['node-hl7-server', ['node', join(folder, 'node_hl7_server.mjs')]],
];
const connections = [1, 64];

const seen = new Map();
const note = (key, rate) => seen.set(key, [...(seen.get(key) ?? []), Number(rate)]);
const median = (key) => [...seen.get(key)].sort((a, b) => a - b)[Math.floor(seen.get(key).length / 2)];

async function serving(command, port, work) {
  const [path, ...args] = command;
  const server = spawn(path, [...args, ...credentials(org.communityAdapter), String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise((ready, failed) => { server.stdout.once('data', ready); server.once('exit', failed); });
    work();
  } finally {
    server.kill();
  }
}

for (let round = 0; round < rounds; ++round) {
  for (const [name, read] of readers) {
    for (const line of read().trim().split('\n')) {
      const [what, rate] = line.split(' ');
      note(name === 'Fosse' ? what : name, rate);
    }
  }
  for (const [n, [name, command]] of servers.entries()) {
    await serving(command, 7990 + n, () => {
      for (const count of connections) {
        note(`${name} ${count}`, run(mllp, 'ask', ...credentials(org.community), String(7990 + n), String(count), String(seconds), file).trim().split(' ')[1]);
      }
    });
  }
}

const figure = (rate) => Math.round(rate).toLocaleString('en-GB').padStart(10);
const times = (ours, theirs) => `× ${(median(ours) / median(theirs)).toFixed(1)}`.padStart(8);
console.log(`400 messages (REF^I12, A03, A31, A40), ${rounds} rounds of ${seconds} s, medians; ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}`);
console.log('\nmessages a second, one thread                    ours, read,  with fields,  as an Envelope');
for (const [key, what] of [['reader', 'Fosse: read'], ['fields', 'Fosse: read, and the fields of an event'], ['mapper', 'Fosse: read and made into an Envelope']]) {
  console.log(`${what.padEnd(42)}${figure(median(key))}`);
}
for (const [name] of readers.slice(1)) {
  console.log(`${name.padEnd(42)}${figure(median(name))}${times('reader', name)}${times('fields', name)}${times('mapper', name)}`);
}
console.log('\nround trips a second over mutual TLS           1 connection        64');
for (const [name] of servers) {
  console.log(`${name.padEnd(42)}${connections.map((count) => figure(median(`${name} ${count}`))).join('')}${name === 'Fosse' ? '' : connections.map((count) => times(`Fosse ${count}`, `${name} ${count}`)).join('')}`);
}
