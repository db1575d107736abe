// Labels for tests that do not run under GoogleTest: writes "id<TAB>test" lines that
// tools/traceability.mjs reads. Only called once the test has passed.

import { appendFileSync, mkdirSync } from 'node:fs';

export function shows(suite, test, ids) {
  mkdirSync('build/reports', { recursive: true });
  appendFileSync(`build/reports/${suite}.shows`, ids.map((id) => `${id}\t${suite}: ${test}\n`).join(''));
}
