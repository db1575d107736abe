// HL7 v2.4 messages as a community system sends them over MLLP.

const stamp = (at) => at.toISOString().replace(/[-:T]/g, '').slice(0, 14) + '+0000';

const header = (event, structure, controlId, at, from) =>
  `MSH|^~\\&|COMMUNITY|${from}|FOSSE|QK1|${stamp(at)}||${event}^${structure}|${controlId}|P|2.4|||AL|NE|GBR|UNICODE UTF-8|EN||ITKv1.0`;

const identity = (person) =>
  `PID|1||${person.nhsNumber}^^^NHS||${person.familyName}^${person.givenName}^^^^^L||${person.dateOfBirth.replaceAll('-', '')}|F|||${person.address[0]}^^${person.address[1]}^^${person.address[2]}|||||||||||||||||||||NSTS01`;

// A referral to community nursing: REF^I12, or its answer RRI^I12; RF1-1 says that it was accepted, or
// waits (P).
export function referral({ controlId, person, from, practice, nurse, episode, at, type = 'REF', status = 'A^Accepted' }) {
  return [
    header(`${type}^I12`, `${type}_I12`, controlId, at, from),
    `RF1|${status}|R^Routine|NUR^Community nursing||A|${episode}|${stamp(at)}`,
    `PRD|RT^Referred to provider|${nurse.name.split(' ')[1]}^${nurse.name.split(' ')[0]}||^^^${from}|||${nurse.pin}^NMC`,
    identity(person),
    `PD1|||Foxglove Surgery^^${practice}`,
  ].join('\r') + '\r';
}

export const referralAccepted = (fields) => referral(fields);

// A visit, an admission, or the end of one: ADT^A01, A03, A04, A11, A13. What it means for the service
// (PV1-10) is the site profile's.
export function movement({ event, controlId, person, from, practice, nurse, episode, at, service = 'NUR', patientClass = 'C' }) {
  return [
    header(`ADT^${event}`, { A03: 'ADT_A03', A11: 'ADT_A09' }[event] ?? 'ADT_A01', controlId, at, from),
    `EVN||${stamp(at)}||||${stamp(at)}`,
    identity(person),
    `PD1|||Foxglove Surgery^^${practice}`,
    `PV1|1|${patientClass}|^^^${from}||||||${nurse.pin}^${nurse.name.split(' ')[1]}^${nurse.name.split(' ')[0]}^^^^^^NMC|${service}|||||||||${episode}|||||||||||||||||2|19|||||||${stamp(at)}|${stamp(at)}`,
  ].join('\r') + '\r';
}

export const caseloadDischarge = (fields) => movement({ ...fields, event: 'A03' });

// A note of a visit: MDM^T02. Whether it is a concern is the site profile's.
export function note({ controlId, person, from, nurse, at, words, kind = 'CN' }) {
  return [
    header('MDM^T02', 'MDM_T02', controlId, at, from),
    `EVN|T02|${stamp(at)}`,
    identity(person),
    'PV1|1|C',
    `TXA|1|${kind}|TX|${stamp(at)}|||||${nurse.pin}^${nurse.name.split(' ')[1]}^${nurse.name.split(' ')[0]}^^^^^^NMC|||${controlId}|||||AU`,
    ...words.map((line, n) => `OBX|${n + 1}|TX|NOTE||${line}||||||F`),
  ].join('\r') + '\r';
}

// Demographics: ADT^A31.
export function personUpdated({ controlId, person, from, practice, at }) {
  return [
    header('ADT^A31', 'ADT_A05', controlId, at, from),
    `EVN||${stamp(at)}||||${stamp(at)}`,
    identity(person),
    `PD1|||Foxglove Surgery^^${practice}`,
  ].join('\r') + '\r';
}

// Two numbers are one person's: ADT^A40. `person` is kept, `other` is the record in MRG.
export function merged({ controlId, person, other, from, practice, at }) {
  return [
    header('ADT^A40', 'ADT_A39', controlId, at, from),
    `EVN||${stamp(at)}||||${stamp(at)}`,
    identity(person),
    `PD1|||Foxglove Surgery^^${practice}`,
    `MRG|${other.nhsNumber}^^^NHS||||||${other.familyName}^${other.givenName}`,
  ].join('\r') + '\r';
}

// Two of the sender's own numbers are one person's.
export function mergedLocally({ controlId, person, from, at }) {
  return [
    header('ADT^A40', 'ADT_A39', controlId, at, from),
    `EVN||${stamp(at)}||||${stamp(at)}`,
    identity(person),
    `MRG|L-77^^^${from}`,
  ].join('\r') + '\r';
}
