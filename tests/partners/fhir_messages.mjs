// FHIR R4 message Bundles in the BaRS manner, as a practice or community system builds them: one
// MessageHeader, a Task that says what is asked, and the resources it speaks of. docs/formats/fhir.md
// describes the profile.

import { randomUUID } from 'node:crypto';

const events = 'https://fhir.nhs.uk/CodeSystem/message-events-bars';
const reasons = 'https://fhir.nhs.uk/CodeSystem/message-reason-bars';
const ods = 'https://fhir.nhs.uk/Id/ods-organization-code';
const nhsNumber = 'https://fhir.nhs.uk/Id/nhs-number';
export const codes = {
  message: 'https://fosse.example/CodeSystem/message',
  task: 'https://fosse.example/CodeSystem/delegated-task',
  parameter: 'https://fosse.example/CodeSystem/parameter',
  role: 'https://fosse.example/CodeSystem/plan-role',
  setting: 'https://fosse.example/CodeSystem/care-setting',
  part: 'https://fosse.example/CodeSystem/register-part',
  delegation: 'https://fosse.example/Id/delegation',
  offer: 'https://fosse.example/Id/offer',
  sharedCare: 'https://fosse.example/Id/shared-care',
  concern: 'https://fosse.example/Id/concern',
};
const registers = {
  nmc: 'https://fhir.hl7.org.uk/Id/nmc-number',
  gmc: 'https://fhir.hl7.org.uk/Id/gmc-number',
};

const urn = () => `urn:uuid:${randomUUID()}`;
const organisation = (id) => ({ identifier: { system: ods, value: id } });
const coding = (system, code, display) => ({ coding: [{ system, code, ...(display && { display }) }] });

// Task.input or Task.output: value is like { valueCode: 'agreed' }.
const parameter = (code, value) => ({ type: coding(codes.parameter, code), ...value });

function patientEntry(person) {
  return {
    fullUrl: urn(),
    resource: {
      resourceType: 'Patient',
      identifier: [{
        extension: [{
          url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
          valueCodeableConcept: coding('https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus', 'number-present-and-verified'),
        }],
        system: nhsNumber,
        value: person.nhsNumber,
      }],
      name: [{ use: 'official', family: person.familyName, given: [person.givenName] }],
      birthDate: person.dateOfBirth,
    },
  };
}

// A practitioner with the role in which they act: two entries.
function practitionerEntries(who, organisationId) {
  const practitioner = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Practitioner',
      identifier: [who.pin
        ? { system: registers.nmc, value: who.pin }
        : { system: registers.gmc, value: who.number }],
      name: [{ text: who.name }],
      qualification: [{
        code: coding(codes.part, who.pin ? 'nurse' : 'doctor'),
        // When the employer last looked at the register.
        period: { start: who.checkedOn },
      }],
    },
  };
  const role = {
    fullUrl: urn(),
    resource: {
      resourceType: 'PractitionerRole',
      practitioner: { reference: practitioner.fullUrl },
      organization: organisation(organisationId),
      code: [coding('https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName', who.role)],
    },
  };
  return [role, practitioner];
}

function bundle({ id = randomUUID(), from, to, event, reason, author, focus, entries, at }) {
  const header = {
    fullUrl: urn(),
    resource: {
      resourceType: 'MessageHeader',
      eventCoding: { system: events, code: event },
      destination: [{ endpoint: `${ods}|${to}`, receiver: organisation(to) }],
      sender: organisation(from),
      author: { reference: author.fullUrl },
      source: { name: 'Partner simulator', endpoint: `${ods}|${from}` },
      reason: coding(reasons, reason),
      focus: [{ reference: focus.fullUrl }],
      definition: 'https://fosse.example/MessageDefinition/delegated-care',
    },
  };
  return {
    resourceType: 'Bundle',
    id,
    type: 'message',
    timestamp: at.toISOString(),
    entry: [header, focus, ...entries],
  };
}

// A proposal. `missing` names parts to leave out, as a sender in a hurry does.
export function proposal({ id, reference, from, to, delegator, person, task, at, reviewOn,
                           clinicalReviewer = 'Community matron', particulars = [],
                           mdt = true, mdtOutcome = 'agreed', trainingClass, performer = 'care-worker', slot = 'morning' }) {
  const patient = patientEntry(person);
  const [role, practitioner] = practitionerEntries(delegator, from);
  const subject = { reference: patient.fullUrl, identifier: { system: nhsNumber, value: person.nhsNumber } };
  const member = (code, name) => ({ role: [coding(codes.role, code)], member: { display: name } });
  const day = at.toISOString().slice(0, 10);
  const planTeam = {
    fullUrl: urn(),
    resource: {
      resourceType: 'CareTeam',
      status: 'active',
      subject,
      participant: [
        member('training', 'Delegated healthcare training'),
        member('competence-assessor', 'Training nurse'),
        member('ongoing-support', 'Community nursing'),
        ...(clinicalReviewer ? [member('clinical-reviewer', clinicalReviewer)] : []),
      ],
    },
  };
  const mdtTeam = {
    fullUrl: urn(),
    resource: {
      resourceType: 'CareTeam',
      status: 'active',
      category: [coding(codes.role, 'mdt')],
      subject,
      period: { start: day },
      participant: [
        member('mdt-member', 'Community nurse'),
        member('mdt-member', 'Social worker'),
        member('mdt-member', 'General practitioner'),
      ],
    },
  };
  const plan = {
    fullUrl: urn(),
    resource: {
      resourceType: 'CarePlan',
      identifier: [{ value: `plan-${reference}` }],
      status: 'active',
      intent: 'plan',
      subject,
      description: 'Wash hands, warm the finger, test before breakfast, write the reading in the diary.',
      careTeam: [{ reference: planTeam.fullUrl }],
      period: { start: day, ...(reviewOn && { end: reviewOn }) },
      note: [{ text: 'Call the duty desk if the reading is below 4 or above 15 mmol/L.' }],
    },
  };
  const consent = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Consent',
      status: 'active',
      scope: coding('http://terminology.hl7.org/CodeSystem/consentscope', 'treatment'),
      category: [coding('http://loinc.org', '59284-0')],
      patient: subject,
      dateTime: day,
      policyRule: coding('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'OPTIN'),
      provision: { type: 'permit' },
    },
  };
  const risk = {
    fullUrl: urn(),
    resource: {
      resourceType: 'RiskAssessment',
      identifier: [{ value: `risk-${reference}` }],
      status: 'final',
      subject,
      prediction: [{ qualitativeRisk: coding('http://terminology.hl7.org/CodeSystem/risk-probability', 'low') }],
      note: [{ text: 'Stable readings for six months; hypo awareness intact.' }],
    },
  };
  const request = {
    fullUrl: urn(),
    resource: {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      code: coding(codes.task, task.code, task.display),
      subject,
      requester: { reference: role.fullUrl },
      performer: [organisation(to)],
      locationCode: [coding(codes.setting, 'own-home')],
      supportingInfo: [plan, consent, risk, ...(mdt ? [mdtTeam] : [])].map((e) => ({ reference: e.fullUrl })),
    },
  };
  const focus = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Task',
      identifier: [{ system: codes.delegation, value: reference }],
      status: 'requested',
      intent: 'order',
      code: coding(codes.message, 'delegation-proposal'),
      focus: { reference: request.fullUrl },
      for: subject,
      authoredOn: at.toISOString(),
      requester: { reference: role.fullUrl },
      owner: organisation(to),
      input: [
        parameter('direction', { valueCode: 'health-to-social-care' }),
        parameter('performer', { valueCode: performer }),
        parameter('slot', { valueCode: slot }),
        parameter('involvement', { valueCode: 'involved' }),
        parameter('objects-to-sharing', { valueBoolean: false }),
        parameter('excluded-for-person', { valueBoolean: false }),
        parameter('plan-changed', { valueBoolean: false }),
        ...(mdt ? [parameter('mdt-outcome', { valueCode: mdtOutcome })] : []),
        ...(trainingClass ? [parameter('mdt-training-class', { valueCode: trainingClass })] : []),
        ...particulars.map(([code, value]) => parameter(code, value)),
      ],
    },
  };
  return bundle({
    id, from, to, at, event: 'servicerequest-request', reason: 'new', author: role, focus,
    entries: [request, patient, role, practitioner, plan, planTeam, ...(mdt ? [mdtTeam] : []), consent, risk],
  });
}

// Offer of oversight by a named community clinician (B-5.5d).
export function oversightOffer({ id, reference, from, to, author, person, delegation, at, nextReviewOn }) {
  const patient = patientEntry(person);
  const [role, practitioner] = practitionerEntries(author, from);
  const contact = (code, name, telephone) => parameter(code, {
    valueContactDetail: { name, telecom: [{ system: 'phone', value: telephone }] },
  });
  const focus = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Task',
      identifier: [{ system: codes.offer, value: reference }],
      status: 'requested',
      intent: 'order',
      code: coding(codes.message, 'oversight-offer'),
      for: { reference: patient.fullUrl, identifier: { system: nhsNumber, value: person.nhsNumber } },
      authoredOn: at.toISOString(),
      requester: { reference: role.fullUrl },
      owner: organisation(to),
      input: [
        parameter('delegation', { valueIdentifier: { system: codes.delegation, value: delegation } }),
        parameter('task-summary', { valueString: 'Finger-prick blood sugar test each morning by a trained home-care worker.' }),
        parameter('plan-summary', { valueString: 'Test before breakfast, record in the diary, follow the thresholds.' }),
        parameter('thresholds', { valueString: 'Below 4 or above 15 mmol/L: call the duty desk.' }),
        parameter('risk-summary', { valueString: 'Low; readings rose last week and settled after advice.' }),
        parameter('recent-events', { valueString: 'One concern raised and closed after review.' }),
        parameter('next-review', { valueDate: nextReviewOn }),
        contact('contact-in-hours', 'Community nursing duty desk', '0116 496 0101'),
        contact('contact-out-of-hours', 'Night nursing', '0116 496 0102'),
      ],
    },
  };
  return bundle({
    id, from, to, at, event: 'servicerequest-request', reason: 'new', author: role, focus,
    entries: [patient, role, practitioner],
  });
}

// A practice's answer to an offered Task: same identifier, other status.
export function oversightResponse({ id, offered, from, to, clinician, person, at, status = 'accepted', why }) {
  const patient = patientEntry(person);
  const [role, practitioner] = practitionerEntries(clinician, from);
  const focus = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Task',
      identifier: offered.identifier,
      meta: { versionId: '2' },
      status,
      ...(why && { statusReason: { text: why } }),
      intent: 'order',
      code: coding(codes.message, 'oversight-offer'),
      for: { reference: patient.fullUrl, identifier: { system: nhsNumber, value: person.nhsNumber } },
      lastModified: at.toISOString(),
      owner: { reference: role.fullUrl },
      output: [
        parameter('accountable-delegator', { valueReference: { reference: role.fullUrl } }),
        parameter('contact-in-hours', { valueContactDetail: { name: 'Foxglove Surgery duty doctor', telecom: [{ system: 'phone', value: '0116 496 0110' }] } }),
        parameter('contact-out-of-hours', { valueContactDetail: { name: 'Out-of-hours doctors', telecom: [{ system: 'phone', value: '0116 496 0111' }] } }),
      ],
    },
  };
  return bundle({
    id, from, to, at, event: 'servicerequest-response', reason: 'update', author: role, focus,
    entries: [patient, role, practitioner],
  });
}

// Advice on a concern.
export function advice({ id, from, to, clinician, person, concern, delegation, text, at }) {
  const patient = patientEntry(person);
  const [role, practitioner] = practitionerEntries(clinician, from);
  const focus = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Communication',
      status: 'completed',
      category: [coding(codes.message, 'advice')],
      subject: { reference: patient.fullUrl, identifier: { system: nhsNumber, value: person.nhsNumber } },
      basedOn: [{ identifier: { system: codes.delegation, value: delegation } }],
      inResponseTo: [{ identifier: { system: codes.concern, value: concern } }],
      sent: at.toISOString(),
      sender: { reference: role.fullUrl },
      recipient: [organisation(to)],
      payload: [{ contentString: text }],
    },
  };
  return bundle({
    id, from, to, at, event: 'servicerequest-request', reason: 'new', author: role, focus,
    entries: [patient, role, practitioner],
  });
}

// A clinical review, which may close concerns.
export function clinicalReview({ id, from, to, clinician, person, delegation, closes, nextReviewOn, at }) {
  const patient = patientEntry(person);
  const [role, practitioner] = practitionerEntries(clinician, from);
  const focus = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Task',
      identifier: [{ system: codes.delegation, value: delegation }],
      status: 'completed',
      intent: 'order',
      code: coding(codes.message, 'clinical-review'),
      for: { reference: patient.fullUrl, identifier: { system: nhsNumber, value: person.nhsNumber } },
      lastModified: at.toISOString(),
      requester: { reference: role.fullUrl },
      output: [
        parameter('conclusion', { valueCode: 'continue' }),
        parameter('next-review', { valueDate: nextReviewOn }),
        parameter('findings', { valueString: 'Readings settled after the change of breakfast; go on.' }),
        ...(closes ? [parameter('closes-concern', { valueIdentifier: { system: codes.concern, value: closes } })] : []),
      ],
    },
  };
  return bundle({
    id, from, to, at, event: 'servicerequest-request', reason: 'update', author: role, focus,
    entries: [patient, role, practitioner],
  });
}

// A message that is one Task by a named person: what the builders below have in common.
function aTask({ id, from, to, clinician, person, at, event = 'servicerequest-request', reason = 'new', ...focusOf }) {
  const patient = patientEntry(person);
  const [role, practitioner] = practitionerEntries(clinician, from);
  const focus = {
    fullUrl: urn(),
    resource: {
      resourceType: 'Task',
      intent: 'order',
      for: { reference: patient.fullUrl, identifier: { system: nhsNumber, value: person.nhsNumber } },
      authoredOn: at.toISOString(),
      lastModified: at.toISOString(),
      requester: { reference: role.fullUrl },
      owner: organisation(to),
      ...focusOf,
    },
  };
  return bundle({ id, from, to, at, event, reason, author: role, focus, entries: [patient, role, practitioner] });
}

// A practice hands oversight back to community health.
export function handBack({ reference, delegation, why, ...rest }) {
  return aTask({
    ...rest, identifier: [{ system: codes.offer, value: reference }], status: 'requested',
    code: coding(codes.message, 'oversight-hand-back'),
    input: [
      parameter('delegation', { valueIdentifier: { system: codes.delegation, value: delegation } }),
      parameter('reason', { valueString: why }),
      parameter('contact-in-hours', { valueContactDetail: { name: 'Larch Road Surgery duty doctor', telecom: [{ system: 'phone', value: '0116 496 0120' }] } }),
      parameter('contact-out-of-hours', { valueContactDetail: { name: 'Out-of-hours doctors', telecom: [{ system: 'phone', value: '0116 496 0111' }] } }),
    ],
  });
}

// The answer to a cover order: accepted, in-progress, completed or rejected.
export function coverAnswer({ delegation, status, visits, ...rest }) {
  return aTask({
    ...rest, event: 'servicerequest-response', reason: 'update', status,
    identifier: [{ system: codes.delegation, value: delegation }], code: coding(codes.message, 'cover-order'),
    ...(visits && { output: [parameter('visits', { valueUnsignedInt: visits })] }),
  });
}

// Something that a practice or community system tells: risk, agreement, absence, who delegates now. A value
// of true for a practitioner stands for the one who tells.
export function report({ code, status = 'completed', parts, ...rest }) {
  const bundle = aTask({ ...rest, to: rest.to ?? rest.from, status, code: coding(codes.message, code) });
  const role = bundle.entry[0].resource.author;
  bundle.entry[1].resource.input = parts.map(([part, value]) => parameter(part, value === true ? { valueReference: role } : value));
  return bundle;
}

// A practice says that the person is registered with it now.
export function registrationChange({ registeredOn, ...rest }) {
  return aTask({
    ...rest, to: rest.from, status: 'completed', code: coding(codes.message, 'registration-change'),
    input: [parameter('registered-on', { valueDate: registeredOn })],
  });
}

// A delegation is suspended, resumed or ended: on-hold, in-progress, cancelled.
export function delegationChange({ delegation, kind, status, why, ...rest }) {
  return aTask({
    ...rest, reason: 'update', status, statusReason: { text: why },
    identifier: [{ system: codes.delegation, value: delegation }], code: coding(codes.message, 'delegation-change'),
    input: [parameter('kind', { valueCode: kind })],
  });
}

// A step of a Shared Care case; `parts` are parameters, each [code, value].
export function sharedCareReferral({ reference, delegation, step, why, parts = [], ...rest }) {
  return aTask({
    ...rest, status: 'completed', code: coding(codes.message, 'shared-care-referral'),
    identifier: [{ system: codes.sharedCare, value: reference }, { system: codes.delegation, value: delegation }],
    input: [
      ...(step ? [parameter('step', { valueCode: step })] : []),
      parameter('reason', { valueString: why }),
      ...parts.map(([code, value]) => parameter(code, value)),
    ],
  });
}

// The same as a resource by itself: it holds what it refers to, and its version counts.
export function alone({ timestamp, entry: [{ resource: header }, { resource: focus }, ...others] }, versionId = '1') {
  const ids = new Map(others.map((other, n) => [other.fullUrl, `r${n + 1}`]));
  const local = (value) => JSON.parse(JSON.stringify(value), (key, text) => (ids.has(text) ? `#${ids.get(text)}` : text));
  const { resourceType, ...rest } = local(focus);
  const acts = resourceType === 'Communication' ? 'sender' : header.eventCoding.code.endsWith('response') ? 'owner' : 'requester';
  return {
    resourceType,
    meta: { versionId },
    contained: others.map(({ fullUrl, resource }) => {
      const { resourceType: type, ...content } = local(resource);
      return { resourceType: type, id: ids.get(fullUrl), ...content };
    }),
    ...rest,
    [acts]: local(header.author),
    [resourceType === 'Communication' ? 'sent' : 'lastModified']: timestamp,
  };
}

// An episode of community nursing or therapy, by itself.
export function episode({ reference, from, clinician, person, practice, service = 'community-nursing', at, versionId = '1', ...more }) {
  const patient = patientEntry(person).resource;
  const [role, practitioner] = practitionerEntries(clinician, from).map(({ resource }) => resource);
  return {
    resourceType: 'EpisodeOfCare',
    meta: { versionId, lastUpdated: at.toISOString() },
    contained: [
      { ...patient, id: 'person', ...(practice && { generalPractitioner: [organisation(practice)] }) },
      { ...role, id: 'role', practitioner: { reference: '#practitioner' } },
      { ...practitioner, id: 'practitioner' },
    ],
    identifier: [{ system: `https://fosse.example/Id/episode/${from}`, value: reference }],
    status: 'active',
    type: [coding('https://fosse.example/CodeSystem/service', service)],
    patient: { reference: '#person' },
    managingOrganization: organisation(from),
    period: { start: at.toISOString() },
    careManager: { reference: '#role' },
    ...more,
  };
}
