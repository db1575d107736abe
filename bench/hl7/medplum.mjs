// @medplum/core: parse, and read the fields that an event needs.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const { Hl7Message } = createRequire(new URL('../../tools/package.json', import.meta.url))('@medplum/core');
const [file, seconds] = process.argv.slice(2);
const messages = readFileSync(file, 'utf8').split(/(?=MSH\|)/);

function read(text) {
  const message = Hl7Message.parse(text);
  const msh = message.getSegment('MSH');
  const pid = message.getSegment('PID');
  let length = 0;
  for (const [segment, field, component] of [[msh, 7, 1], [msh, 9, 1], [msh, 9, 2], [msh, 10, 1], [msh, 11, 1],
    [pid, 3, 1], [pid, 3, 4], [pid, 5, 1], [pid, 5, 2], [pid, 7, 1], [pid, 30, 1], [pid, 32, 1]]) {
    length += segment.getField(field)?.getComponent(component)?.length ?? 0;
  }
  for (const [name, field, component] of [['EVN', 6, 1], ['PD1', 3, 3], ['PV1', 10, 1], ['PV1', 19, 1], ['RF1', 3, 1], ['RF1', 6, 1], ['MRG', 1, 1]]) {
    length += message.getSegment(name)?.getField(field)?.getComponent(component)?.length ?? 0;
  }
  return length;
}

let sink = 0;
let done = 0;
const start = performance.now();
const end = start + Number(seconds) * 1000;
while (performance.now() < end) {
  for (const message of messages) sink += read(message);
  done += messages.length;
}
console.log(`read ${Math.round((done * 1000) / (performance.now() - start))}`);
if (sink === 0) process.exit(1);
