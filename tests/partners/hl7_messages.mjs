// HL7 v2.4 messages as a community system sends them over MLLP.

const stamp = (at) => at.toISOString().replace(/[-:T]/g, '').slice(0, 14) + '+0000';

const header = (event, structure, controlId, at, from) =>
  `MSH|^~\\&|COMMUNITY|${from}|FOSSE|QK1|${stamp(at)}||${event}^${structure}|${controlId}|P|2.4|||AL|NE|GBR|UNICODE UTF-8|EN||ITKv1.0`;

const identity = (person) =>
  `PID|1||${person.nhsNumber}^^^NHS||${person.familyName}^${person.givenName}^^^^^L||${person.dateOfBirth.replaceAll('-', '')}|F|||${person.address[0]}^^${person.address[1]}^^${person.address[2]}|||||||||||||||||||||NSTS01`;

// A referral to community nursing that was accepted: REF^I12 with RF1-1 = A.
export function referralAccepted({ controlId, person, from, practice, nurse, episode, at }) {
  return [
    header('REF^I12', 'REF_I12', controlId, at, from),
    `RF1|A^Accepted|R^Routine|NUR^Community nursing||A|${episode}|${stamp(at)}`,
    `PRD|RT^Referred to provider|${nurse.name.split(' ')[1]}^${nurse.name.split(' ')[0]}||^^^${from}|||${nurse.pin}^NMC`,
    identity(person),
    `PD1|||Foxglove Surgery^^${practice}`,
  ].join('\r') + '\r';
}

// A discharge from the caseload: ADT^A03. What it means is the site profile's.
export function caseloadDischarge({ controlId, person, from, practice, nurse, episode, at }) {
  return [
    header('ADT^A03', 'ADT_A03', controlId, at, from),
    `EVN||${stamp(at)}||||${stamp(at)}`,
    identity(person),
    `PD1|||Foxglove Surgery^^${practice}`,
    `PV1|1|C|^^^${from}||||||${nurse.pin}^${nurse.name.split(' ')[1]}^${nurse.name.split(' ')[0]}^^^^^^NMC|NUR|||||||||${episode}|||||||||||||||||2|19|||||||${stamp(at)}|${stamp(at)}`,
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
