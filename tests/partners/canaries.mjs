// Hunts everything that must not be readable: words about the sample day's people, in the raw bytes
// and names of every file below a folder.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gp, neighbour, nurse, otherGp, person, secondNumber, trainedWorker, trainer, untrainedWorker } from './people.mjs';

export const words = [
  person.nhsNumber, person.nhsNumber.replace(/(...)(...)(....)/, '$1 $2 $3'),
  person.dateOfBirth, person.dateOfBirth.replaceAll('-', ''),
  person.familyName, person.givenName, ...person.address,
  neighbour.nhsNumber, neighbour.dateOfBirth, neighbour.familyName, neighbour.givenName, ...neighbour.address,
  nurse.name, nurse.pin, trainer.name, trainer.pin, gp.name, gp.number, otherGp.name, otherGp.number, secondNumber.nhsNumber,
  trainedWorker.name, untrainedWorker.name,
  'warm the finger', 'Readings rising', 'Reading 9.1', 'Stable readings', 'missed evening doses',
];

// Empty for a file that is gone again: the programs run meanwhile, and rename what they have written.
function contentOf(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

export function hunt(folder, list = words) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    for (const word of list) if (entry.name.includes(word)) found.push(`${path}: its name`);
    if (entry.isDirectory()) found.push(...hunt(path, list));
    if (!entry.isFile()) continue;
    const bytes = contentOf(path);
    for (const [n, word] of list.entries()) {
      // The place and the number of the word, never the word itself.
      if (bytes.includes(word)) found.push(`${path}: word ${n} at byte ${bytes.indexOf(word)}`);
    }
  }
  return found;
}
