// Ties the register of clauses and safety ids (docs/safety/register.tsv) to the tests that show them.
//
//   traceability.mjs --write   makes docs/traceability.md
//   traceability.mjs --check   fails where that page is stale, where a claimed id has no passed test,
//                              or where a test carries a label that the register does not know
//
// Labels come from reports: GoogleTest XML in build/reports (property "shows" of a passed test), and
// build/reports/*.shows, lines of "id<TAB>test" that the other suites write for tests that passed.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const mode = process.argv[2];
if (!['--write', '--check'].includes(mode)) {
  console.error('usage: traceability.mjs --write|--check');
  process.exit(2);
}

const register = readFileSync('docs/safety/register.tsv', 'utf8').trim().split('\n').slice(1)
  .map((line) => { const [id, state, what] = line.split('\t'); return { id, state, what }; });

const shown = new Map();   // id → names of tests that passed
const listed = new Map();  // id → the same, and those that this machine skipped: the page names them
const add = (map, id, test) => map.set(id, [...(map.get(id) ?? []), test]);
function show(id, test, skipped = false) {
  if (!skipped) add(shown, id, test);
  add(listed, id, test);
}

const folder = 'build/reports';
for (const file of existsSync(folder) ? readdirSync(folder) : []) {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  if (file.endsWith('.shows')) {
    for (const line of text.trim().split('\n').filter(Boolean)) show(...line.split('\t'));
  } else if (file.endsWith('.xml')) {
    for (const [, attributes, body] of text.matchAll(/<testcase ([^>]*[^/])>([\s\S]*?)<\/testcase>/g)) {
      if (/<failure/.test(body)) continue;
      const of = (name) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
      const labels = /<property name="shows" value="([^"]*)"/.exec(body)?.[1];
      // A parameterised test is named once, not once for each row.
      const test = `${of('classname').replace(/^.*\//, '')}.${of('name').replace(/\/.*$/, '')}`;
      for (const id of (labels ?? '').split(' ').filter(Boolean)) show(id, test, /<skipped/.test(body));
    }
  }
}

const page = [
  '# Traceability', '',
  'Made from the register (`docs/safety/register.tsv`) and the labels of tests that passed: do not edit.',
  '*Claimed*: the project says that it holds, and the tests named show it. *Planned*: not yet claimed;',
  'tests named beside it show a part.', '',
  '| Id | What | State | Shown by |', '| --- | --- | --- | --- |',
  ...register.map(({ id, state, what }) =>
    `| ${id} | ${what} | ${state} | ${[...new Set(listed.get(id) ?? [])].sort().map((t) => `\`${t}\``).join(', ')} |`),
  '',
].join('\n');

if (mode === '--write') {
  writeFileSync('docs/traceability.md', page);
  process.exit(0);
}

const known = new Set(register.map((row) => row.id));
const faults = [
  ...register.filter((row) => row.state === 'claimed' && !shown.has(row.id))
    .map((row) => `${row.id} is claimed and no passed test shows it`),
  ...register.filter((row) => !['claimed', 'planned'].includes(row.state))
    .map((row) => `${row.id} has the unknown state ${row.state}`),
  ...[...shown.keys()].filter((id) => !known.has(id))
    .map((id) => `a test shows ${id}, which the register does not have (${shown.get(id)[0]})`),
];
if (!existsSync('docs/traceability.md') || readFileSync('docs/traceability.md', 'utf8') !== page) {
  faults.push('docs/traceability.md is stale; run: node tools/traceability.mjs --write');
}
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
