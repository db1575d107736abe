// Other people's HL7 v2 readers, brought to one form: for each part of a message that holds something its
// place and what stands there, as sent and, where the reader knows escapes, as it says.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(join(resolve('.'), 'tools/package.json'));

// The messages of a file, cut at MSH; envelopes of batches left out.
export function messagesOf(bytes) {
  const utf8 = bytes.toString('utf8');
  const text = utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8;
  return text.replace(/^\ufeff/, '').replace(/^(FHS|BHS|BTS|FTS)\b.*$/gm, '').split(/^(?=MSH[^A-Za-z0-9])/m).filter((part) => part.startsWith('MSH'));
}

function medplumParts(text) {
  const { Hl7Message } = require('@medplum/core');
  const message = Hl7Message.parse(text);
  const seen = {};
  const out = [];
  for (const segment of message.segments) {
    const { name } = segment;
    if (!name) continue;
    seen[name] = (seen[name] ?? 0) + 1;
    // getField(1) of MSH is the separator; the library counts the fields of other segments from 0.
    const count = segment.fields.length + (name === 'MSH' ? 1 : 0);
    for (let n = 1; n < count; ++n) {
      const field = segment.getField(n);
      field.components.forEach((components, r) => components.forEach((component, c) => {
        const subs = name === 'MSH' && n <= 2 ? [component] : component.split(message.context.subcomponentSeparator);
        subs.forEach((sent, s) => { if (sent) out.push({ at: `${name}[${seen[name]}]-${n}[${r + 1}].${c + 1}.${s + 1}`, sent }); });
      }));
    }
  }
  return out;
}

export const readers = {
  '@medplum/core': (texts) => texts.map((text) => {
    try { return medplumParts(text); } catch (error) { return error.message; }
  }),
  'python3-hl7': (texts) => {
    const ran = spawnSync('/usr/bin/python3', ['tests/e2e/hl7_fields.py'], { input: JSON.stringify(texts), encoding: 'utf8', maxBuffer: 256 << 20 });
    if (ran.status !== 0) throw new Error(ran.stderr);
    return JSON.parse(ran.stdout);
  },
};
