// ./dev bench rules: the full rulebook first, then one shared decision of twelve rules, ours and four
// other engines' in turn, in one run. No engine is timed that gives another answer than ours to any
// of the shared situations.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { makers } from './engines.mjs';

const [binary, ...options] = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = options.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(options[at + 1]);
};
const seconds = option('seconds', 1);
const rounds = option('rounds', 5);
const shared = 'var/bench/twelve.json';
const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));

const load = () => loadavg().map((each) => each.toFixed(2)).join(' ');
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const tell = (program, args) => JSON.parse(execFileSync(program, args, { encoding: 'utf8' }));

console.log(`${cpus().length} processors, ${cpus()[0].model}; Node ${process.versions.node}`);
console.log(`load at the start ${load()}; ${rounds} rounds of ${seconds} s each, medians`);
execFileSync(binary, ['--seconds', `${seconds}`, '--rounds', `${rounds}`], { stdio: 'inherit' });

mkdirSync('var/bench', { recursive: true });
execFileSync(binary, ['--write-twelve', shared]);
const rates = new Map();
const add = (name, rate) => rates.set(name, [...(rates.get(name) ?? []), rate]);
for (let round = 0; round < rounds; round += 1) {
  const ours = tell(binary, ['--time-twelve', `${seconds}`]);
  add('Fosse: outcome and set of rules', ours.decide);
  add('Fosse: all findings in words', ours.words);
  for (const name of Object.keys(makers)) {
    const time = new URL('time.mjs', import.meta.url).pathname;
    const { wrong, rate } = tell(process.execPath, [time, name, shared, `${seconds}`]);
    if (wrong > 0) throw new Error(`${name} gives another answer in ${wrong} situations`);
    add(name, rate);
  }
}

const { seed, rules, situations } = JSON.parse(readFileSync(shared, 'utf8'));
console.log(`\n${rules.length} rules that all engines hold; ${situations.length} situations, seed ${seed};`);
console.log('every engine gives the same outcome in each of them');
const print = (name, version, ...columns) =>
  console.log([name.padEnd(34), version.padEnd(8), ...columns.map((each) => each.padStart(11))].join(' '));
print('one after the other, one process', 'version', 'a second', 'a proc. s', 'ns each', 'ours is');
const second = (each) => median(each.map(({ wall }) => wall));
const base = second([...rates.values()][0]);
for (const [name, each] of rates) {
  const processor = median(each.map((rate) => rate.processor)).toFixed(0);
  const times = `× ${(base / second(each)).toFixed(1)}`;
  const version = lock.packages[`node_modules/${name}`]?.version ?? '';
  print(name, version, second(each).toFixed(0), processor, (1e9 / second(each)).toFixed(0), times);
}
console.log(`load at the end ${load()}`);
