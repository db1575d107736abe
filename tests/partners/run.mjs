// ./dev run: starts the sample locality, plays the sample day, keeps running until interrupted.

import { writeFileSync } from 'node:fs';
import { join, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hunt } from './canaries.mjs';
import { Day } from './day.mjs';
import { Locality } from './locality.mjs';
import { organisations as org } from './people.mjs';
import { shows } from '../support/report.mjs';
import { header, render } from './table.mjs';

const options = new Set(process.argv.slice(2));
for (const option of options) {
  if (!['--once', '--empty'].includes(option)) {
    console.error(`unknown option ${option}; use --once or --empty`);
    process.exit(2);
  }
}
const once = options.has('--once');

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const locality = new Locality({ root, folder: join(root, 'var', once ? 'once' : 'run'), base: once ? 7500 : 7400 });

let stopping = false;
async function stop(code) {
  if (stopping) return;
  stopping = true;
  await locality.stop();
  process.exit(code);
}
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

function whereToLook() {
  const environment = Object.entries(locality.cliEnvironment(org.audit)).map(([k, v]) => `export ${k}=${v}`).join('\n  ');
  console.log(`
Where to look next
  gateway      127.0.0.1:${locality.ports.gateway}  (gRPC, mutual TLS)
  metrics      http://127.0.0.1:${locality.ports.metrics}/metrics
  GP door      https://127.0.0.1:${locality.ports.gp}/$process-message
  community    mllp over TLS, port ${locality.ports.mllp}; https://127.0.0.1:${locality.ports.communityFhir}/$process-message
  council      https://127.0.0.1:${locality.ports.council}/messages and /worklist
  logs         ${locality.logs}
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
  const day = new Day(locality);
  console.log(header());
  day.onRows = (rows, wrong) => {
    for (const row of rows) console.log(render(row));
    for (const fault of wrong) console.log(`!! ${fault}`);
  };
  faults = await day.run();
  // While everything runs, so that the write-ahead logs are there too; and the metrics page.
  const metrics = await fetch(`http://127.0.0.1:${locality.ports.metrics}/metrics`).then((page) => page.text());
  writeFileSync(join(locality.state, 'metrics.txt'), metrics);
  const readable = [...hunt(locality.state), ...hunt(locality.logs)];
  for (const place of readable) faults.push(`readable in clear: ${place}`);
  for (const place of readable) console.log(`!! readable in clear: ${place}`);
  console.log(faults.length === 0 ? '\nThe sample day came out as stated.' : `\n${faults.length} things did not come out as stated.`);
}
if (once && faults.length === 0) {
  shows('day', 'the sample day', ['b-2.3', 'b-3.3', 'b-1.8', 'b-4.1', 'b-4.6', 'b-5.4', 'b-5.5a', 'b-5.5c',
    'b-5.5d', 'b-7.3', 'inv-02', 'inv-08', 'haz-14', 'haz-39', 'haz-42', 'ctl-10', 'ctl-16', 'ctl-23',
    'ctl-26', 'aud-06', 'flt-01']);
}
if (once) await stop(faults.length === 0 ? 0 : 1);
whereToLook();
console.log('Running until Ctrl-C.');
