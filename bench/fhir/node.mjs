// Node: JSON.parse alone; and with npm `fhir`, which checks the Bundle against the definitions.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const { Fhir } = createRequire(new URL('../../tools/package.json', import.meta.url))('fhir');
const [file, seconds] = process.argv.slice(2);
const bundles = readFileSync(file, 'utf8').trimEnd().split('\n');
const fhir = new Fhir();

function rate(work) {
  let done = 0;
  const start = performance.now();
  const end = start + Number(seconds) * 1000;
  while (performance.now() < end) {
    for (const bundle of bundles) {
      work(bundle);
      done += 1;
      if (performance.now() >= end) break;
    }
  }
  return Math.round((done * 1000) / (performance.now() - start));
}

let sink = 0;
console.log(`parse ${rate((bundle) => { sink += JSON.parse(bundle).entry.length; })}`);
console.log(`parse-and-fhir ${rate((bundle) => { sink += fhir.validate(JSON.parse(bundle)).messages.length; })}`);
if (sink === 0) process.exit(1);
