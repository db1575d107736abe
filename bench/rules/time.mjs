// node time.mjs ENGINE FILE SECONDS: one engine, in a process of its own so that none runs in code
// compiled for another. Tells, as JSON, in how many of the shared situations it gives another answer
// than ours, and, where in none, how many it decides a second.
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import { makers } from './engines.mjs';

// Node 20 was seen to stop in its own compiler ("unreachable code" in the deoptimizer) when calls
// into WebAssembly were compiled in line.
v8.setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const [name, file, seconds] = process.argv.slice(2);
const { rules, situations } = JSON.parse(readFileSync(file, 'utf8'));
const { ask, prepare, asynchronous } = await makers[name](rules);
const prepared = situations.map(({ facts }) => prepare(facts));

let wrong = 0;
for (const [n, { outcome }] of situations.entries()) {
  if ((await ask(prepared[n])) !== outcome) wrong += 1;
}

// Looks at the clock after every hundred; awaits only engines that do not answer at once.
let asked = 0;
let letters = 0;
const before = process.cpuUsage();
const start = process.hrtime.bigint();
const length = BigInt(Math.round(Number(seconds) * 1e9));
while (wrong === 0 && process.hrtime.bigint() - start < length) {
  for (let n = 0; n < 100; n += 1, asked += 1) {
    const answer = ask(prepared[asked % prepared.length]);
    letters += (asynchronous ? await answer : answer).length;
  }
}
const wall = asked / (Number(process.hrtime.bigint() - start) / 1e9);
// Of the whole process, helper threads too.
const used = process.cpuUsage(before);
const processor = asked / ((used.user + used.system) / 1e6);
console.log(JSON.stringify({ wrong, rate: { wall, processor }, letters }));
