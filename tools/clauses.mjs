// The table of clauses in docs/rules.md, made from the rulebooks that come with Fosse.
//
//   clauses.mjs --write   makes it, between the two marks in docs/rules.md
//   clauses.mjs --check   fails where it is stale, and where a clause of the register
//                         (docs/safety/register.tsv) has neither a rule nor a reason (docs/clauses.tsv)
//
// Needs build/bin/fosse. Every folder of policy/rulebooks/ with a suite is in it: composed of the parts
// that the suite's rulebook id names, with the suites of all its parts.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mode = process.argv[2];
if (!['--write', '--check'].includes(mode)) {
  console.error('usage: clauses.mjs --write|--check');
  process.exit(2);
}

const page = 'docs/rules.md';
const begin = '<!-- clauses: made by tools/clauses.mjs, do not edit -->\n';
const end = '<!-- end of clauses -->\n';
const books = 'policy/rulebooks';
const text = (path) => readFileSync(path, 'utf8');
const idIn = (path, field) => new RegExp(`^${field}: "([^"]+)"`, 'm').exec(text(path))?.[1];

const fosse = (...args) => {
  try {
    return execFileSync('build/bin/fosse', ['rulebook', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    console.error(`fosse rulebook ${args[0]}: ${error.stderr || error.message}`);
    process.exit(1);
  }
};

// Ids are folders; behind colons come layers.
const ids = readdirSync(books).flatMap((locality) => readdirSync(join(books, locality))
  .map((date) => join(books, locality, date, 'suite.txtpb')).filter(existsSync)
  .map((suite) => idIn(suite, 'rulebook_id')));
const own = ids.filter((id) => existsSync(join(books, id.split(':')[0], 'rulebook.txtpb')));
// A rulebook that others are based on comes before them, and alone before its layers.
const baseOf = (id) => /^base \{[^}]*?\bid: "([^"]+)"/m.exec(text(join(books, id.split(':')[0], 'rulebook.txtpb')))?.[1];
const order = (id) => [id.includes(':') ? 1 : 0, baseOf(id) ? 1 : 0, id];
own.sort((a, b) => (order(a) < order(b) ? -1 : 1));

const folder = mkdtempSync(join(tmpdir(), 'fosse-clauses-'));
const files = own.flatMap((id, n) => {
  const [locality, ...layers] = id.split(':');
  const base = baseOf(id);
  const composed = join(folder, `${n}.txtpb`);
  fosse('compose', join(books, locality, 'rulebook.txtpb'), '-o', composed,
    ...(base ? ['--base', join(books, base, 'rulebook.txtpb')] : []),
    ...layers.flatMap((layer) => ['--layer', join(books, layer, 'layer.txtpb')]));
  const suites = [locality, base, ...layers].filter(Boolean)
    .map((part) => join(books, part, 'suite.txtpb')).filter(existsSync);
  return [composed, suites.join(',')];
});
const table = fosse('clauses', ...files, '--register', 'docs/safety/register.tsv', '--reasons', 'docs/clauses.tsv');
rmSync(folder, { recursive: true });

const before = text(page);
const [from, to] = [before.indexOf(begin), before.indexOf(end)];
if (from < 0 || to < from) {
  console.error(`${page} lacks the marks of the table`);
  process.exit(1);
}
const after = `${before.slice(0, from + begin.length)}\n${table}\n${before.slice(to)}`;
if (mode === '--write') {
  writeFileSync(page, after);
} else if (after !== before) {
  console.error(`${page} is stale; run: node tools/clauses.mjs --write`);
  process.exit(1);
}
