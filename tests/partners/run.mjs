// ./dev run: starts the sample locality, plays the sample day or a story, keeps running until
// interrupted.

import { writeFileSync } from 'node:fs';
import { join, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hunt } from './canaries.mjs';
import { Day } from './day.mjs';
import { Locality } from './locality.mjs';
import { organisations as org } from './people.mjs';
import { shows } from '../support/report.mjs';
import { stories } from './stories.mjs';
import { header, render, storyColumns } from './table.mjs';

function usage(problem) {
  console.error(`${problem}; use --once, --empty or --story ${[...stories.keys()].join('|')}`);
  process.exit(2);
}

const given = process.argv.slice(2);
const named = given.indexOf('--story');
const name = named < 0 ? undefined : given.splice(named, 2)[1];
if (named >= 0 && !stories.has(name)) usage(`no story ${name ?? 'was named'}`);
const options = new Set(given);
for (const option of options) if (!['--once', '--empty'].includes(option)) usage(`unknown option ${option}`);
const once = options.has('--once');
const told = stories.get(name);

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = told ? `story-${name}` : once ? 'once' : 'run';
// Another locality on this machine may have these ports.
const base = Number(process.env.FOSSE_BASE_PORT) || told?.base || (once ? 7500 : 7400);
const locality = new Locality({ root, folder: join(root, 'var', folder), base, deadlines: told?.story.deadlines, quiet: told?.story.quiet, providerPage: told?.story.providerPage, drops: told?.story.drops, councilConfig: told?.story.councilConfig });

let stopping = false;
async function stop(code) {
  if (stopping) return;
  stopping = true;
  await locality.stop();
  process.exit(code);
}
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
// A fault of our own must not leave the programs behind, on ports that the next run needs.
process.on('uncaughtException', (error) => {
  console.error(error);
  stop(1);
});

function whereToLook() {
  const environment = Object.entries(locality.cliEnvironment(org.audit)).map(([k, v]) => `export ${k}=${v}`).join('\n  ');
  console.log(`
Where to look next
  gateway      127.0.0.1:${locality.ports.gateway}  (gRPC, mutual TLS)
  metrics      http://127.0.0.1:${locality.ports.metrics}/metrics
  GP door      https://127.0.0.1:${locality.ports.gp}/$process-message
  community    mllp over TLS, port ${locality.ports.mllp}; https://127.0.0.1:${locality.ports.communityFhir}/$process-message
  council      https://127.0.0.1:${locality.ports.council}/messages and /worklist
${locality.quietPractice ? `  practice     ${locality.quietPractice.origin} (sign in as tamsin, with any password)\n` : ''}${locality.pageProvider ? `  provider     ${locality.pageProvider.origin} (sign in as imelda, with any password)\n` : ''}  logs         ${locality.logs}
As the audit team:
  ${environment}
  build/bin/fosse search --purpose "looking around"
  build/bin/fosse trace 0 --purpose "looking around"
  build/bin/fosse checkpoint
As the board, which signs rulebooks with ${locality.state}/board.key (docs/rules.md): the certificate ${org.board}.pem.
Everything under ${locality.folder} is made anew at each start.
`);
}

try {
  locality.prepare();
  await locality.start();
} catch (error) {
  console.error(error.message);
  await stop(1);
}

let faults = [];
if (!options.has('--empty')) {
  const played = told ? new told.story(locality, name) : new Day(locality);
  const columns = told ? storyColumns : undefined;
  console.log(header(columns));
  played.onRows = (rows, wrong) => {
    for (const row of rows) console.log(render(row, columns));
    for (const fault of wrong) console.log(`!! ${fault}`);
  };
  faults = await played.run();
  // While everything runs, so that the write-ahead logs are there too; and the metrics page.
  const metrics = await fetch(`http://127.0.0.1:${locality.ports.metrics}/metrics`).then((page) => page.text());
  writeFileSync(join(locality.state, 'metrics.txt'), metrics);
  const readable = [...hunt(locality.state), ...hunt(locality.logs)];
  for (const place of readable) faults.push(`readable in clear: ${place}`);
  for (const place of readable) console.log(`!! readable in clear: ${place}`);
  console.log(faults.length === 0 ? `\nThe ${told ? `story ${name}` : 'sample day'} came out as stated.` : `\n${faults.length} things did not come out as stated.`);
}
if (once && faults.length === 0 && told) shows('stories', name, told.story.shows);
if (once && faults.length === 0 && !told) {
  shows('day', 'the sample day', ['b-2.3', 'b-3.3', 'b-1.8', 'b-4.1', 'b-4.6', 'b-5.4', 'b-5.5a', 'b-5.5c',
    'b-5.5d', 'b-7.3', 'inv-02', 'inv-08', 'haz-14', 'haz-39', 'haz-42', 'ctl-10', 'ctl-16', 'ctl-23',
    'ctl-26', 'aud-06', 'flt-01']);
}
if (once) await stop(faults.length === 0 ? 0 : 1);
whereToLook();
console.log('Running until Ctrl-C.');
