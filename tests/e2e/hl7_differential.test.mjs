// Two readers that others wrote, over every message that others published: where they can read one, each
// part that they find stands at the same place with us and says the same. What differs is listed with its
// reason in docs/adapters/hl7-readers.md, which this test checks; UPDATE_GOLDEN=1 writes it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { shows } from '../support/report.mjs';
import { messagesOf, readers } from './hl7_readers.mjs';

const page = 'docs/adapters/hl7-readers.md';
const corpus = [process.env.FOSSE_CORPUS && join(process.env.FOSSE_CORPUS, 'hl7v2'), '../shared/data/hl7v2']
  .find((place) => place && existsSync(place));

// What a difference may come from. `holds` must be true of it, or it is a difference without a reason.
const reasons = {
  ends: {
    text: 'takes CR alone for the end of a segment, so of a file with LF it reads one. It is compared once LF and CRLF are made CR',
  },
  delete: {
    text: 'has no notion of `""`, which says "delete": for us such a part says nothing and its presence is told apart',
    holds: ({ ours, theirs }) => ours?.sent === '""' && ours.says === '' && theirs?.says === '""',
  },
  msh2: {
    text: 'takes the four characters after MSH-1 for MSH-2, however many were sent, also the field separator where only three were',
    holds: ({ at }) => at === 'MSH[1]-2[1].1.1',
  },
  stripped: {
    text: 'strips white space at the end of the message; for us it is part of the text',
    holds: ({ ours, theirs }) => ours?.sent.trimEnd() === theirs?.sent,
  },
  refused: {
    text: 'reads on; we refuse the message for what is wrong with its delimiters, and what is cut with them means nothing',
    holds: ({ faults }) => faults.includes('DELIMITERS_INVALID') || faults.includes('SEGMENT_UNREADABLE'),
  },
  outside: {
    text: 'is not told that these lines stand after the end of their batch, and takes them for the message\'s; we refuse the file',
    holds: ({ ours, file }) => ours === undefined && file.includes('bad-file'),
  },
};

const walk = (at) => readdirSync(at).sort().flatMap((name) => {
  const path = join(at, name);
  return statSync(path).isDirectory() ? walk(path) : /\.hl7s?$/.test(name) ? [path] : [];
});

function oursOf(file) {
  const ran = spawnSync('build/bin/fosse-community', ['fields', file], { encoding: 'utf8', maxBuffer: 256 << 20 });
  assert.ok(ran.status === 0 || ran.status === 3, `${file}: ${ran.status} ${ran.stderr}`);
  return ran.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

const partsAt = (parts) => new Map(parts.map((part) => [part.at, part]));

// The parts in which the two are not the same.
function* differences(ours, theirs) {
  for (const at of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(at), theirs.get(at)];
    if (a?.sent !== b?.sent || ('says' in b && a.says !== b.says)) yield { at, ours: a, theirs: b };
  }
}

test('other readers find in each published message what we find, or it is known why not', { skip: corpus ? false : 'no corpus: set FOSSE_CORPUS to the folder that holds hl7v2' }, () => {
  const found = new Map();  // "reader\tfile\treason" -> how many parts
  const add = (reader, file, reason, count = 1) => found.set(`${reader}\t${file}\t${reason}`, (found.get(`${reader}\t${file}\t${reason}`) ?? 0) + count);
  const unexplained = [];
  const unread = [];
  const compared = {};
  for (const path of walk(corpus)) {
    const file = relative(corpus, path);
    const texts = messagesOf(readFileSync(path));
    const ours = oursOf(path);
    assert.equal(ours.length, texts.length, `${file}: messages`);
    for (const [reader, read] of Object.entries(readers)) {
      const sent = texts.map((text) => (reader === 'python3-hl7' ? text.replace(/\r\n|\n/g, '\r') : text));
      if (sent.some((text, n) => text !== texts[n])) {
        const asSent = read(texts);
        const differs = asSent.some((parts, n) => typeof parts === 'string' || !differences(partsAt(ours[n].fields), partsAt(parts)).next().done);
        if (differs) add(reader, file, 'ends', 0);
      }
      read(sent).forEach((parts, n) => {
        if (typeof parts === 'string') return unread.push(`| ${reader} | ${file} | ${ours[n].ok ? 'read' : 'refused'} |`);
        compared[reader] = (compared[reader] ?? 0) + parts.length;
        const faults = ours[n].issues.map((issue) => issue.reason);
        for (const difference of differences(partsAt(ours[n].fields), partsAt(parts))) {
          const [reason] = Object.entries(reasons).find(([, { holds }]) => holds?.({ ...difference, faults, file })) ?? [];
          if (reason) add(reader, file, reason); else unexplained.push([reader, file, n + 1, difference.at]);
        }
      });
    }
  }
  assert.deepEqual(unexplained, []);
  for (const count of Object.values(compared)) assert.ok(count > 10000, JSON.stringify(compared));
  const rows = [...found].map(([key, count]) => [...key.split('\t'), count]);
  const text = `# Other people's HL7 v2 readers beside ours

Made by \`tests/e2e/hl7_differential.test.mjs\` (\`UPDATE_GOLDEN=1\`) over a folder of messages that others published.
\`@medplum/core\` (\`Hl7Message\`) and Debian's \`python3-hl7\` read each of them; every part that holds something was
compared by its place (segment, occurrence, field, repetition, component, subcomponent), as it was sent and,
with \`python3-hl7\`, as it says once escapes are replaced:
${Object.entries(compared).map(([reader, count]) => `${count} parts of \`${reader}\``).join(', ')}. All are the same but these.

| Reader | File | Parts | Why |
| --- | --- | --- | --- |
${rows.filter(([, , reason]) => reason !== 'ends').map(([reader, file, reason, count]) => `| ${reader} | ${file} | ${count} | ${reason} |`).join('\n')}

${Object.entries(reasons).map(([name, { text: said }]) => `- *${name}*: the other ${said}.${name === 'ends' ? ` So with ${rows.filter((row) => row[2] === 'ends').length} files.` : ''}`).join('\n')}

What one of them cannot read at all, and what we make of it:

| Reader | File | Ours |
| --- | --- | --- |
${unread.join('\n')}
`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(page, text);
  assert.equal(readFileSync(page, 'utf8'), text, page);
  shows('e2e', 'other readers', ['haz-21', 'ctl-32']);
});
