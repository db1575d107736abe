// ./dev run: starts the sample locality, plays the sample day, keeps running until interrupted.

import { join, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Day } from './day.mjs';
import { Locality } from './locality.mjs';
import { organisations as org } from './people.mjs';
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
  gateway      localhost:${locality.ports.gateway}  (gRPC, mutual TLS)
  metrics      http://127.0.0.1:${locality.ports.metrics}/metrics
  GP door      https://localhost:${locality.ports.gp}/$process-message
  community    mllp over TLS, port ${locality.ports.mllp}; https://localhost:${locality.ports.communityFhir}/$process-message
  council      https://localhost:${locality.ports.council}/messages and /worklist
  logs         ${locality.logs}
As the audit team:
  ${environment}
  build/bin/fosse search --purpose "looking around"
  build/bin/fosse trace 0 --purpose "looking around"
  build/bin/fosse checkpoint
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
  console.log(faults.length === 0 ? '\nThe sample day came out as stated.' : `\n${faults.length} things did not come out as stated.`);
}
if (once) await stop(faults.length === 0 ? 0 : 1);
whereToLook();
console.log('Running until Ctrl-C.');
