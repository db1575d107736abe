// The invented people and organisations of the sample day. NHS numbers are from the 999 test range.

export const person = {
  nhsNumber: '9990000018',
  dateOfBirth: '1941-03-09',
  familyName: 'Okonjo-Bramley',
  givenName: 'Philippa',
  address: ['14 Quarry Lane', 'Birstall', 'LE4 3ZZ'],
};

// The same person under a second number, as two systems hold her.
export const secondNumber = { ...person, nhsNumber: '9990000026' };

// A neighbour, registered with the other practice.
export const neighbour = {
  nhsNumber: '9990000034',
  dateOfBirth: '1938-11-21',
  familyName: 'Vasquez-Holm',
  givenName: 'Ambrose',
  address: ['2 Larch Road', 'Leicester', 'LE2 4XX'],
};

export const organisations = {
  community: 'RT5',
  practice: 'C82999',
  council: 'QK1-COUNCIL',
  provider: '1-1000000001',
  training: 'RT5-TRAINING',
  gpAdapter: 'QK1-GP-ADAPTER',
  communityAdapter: 'QK1-COMMUNITY-ADAPTER',
  councilAdapter: 'QK1-COUNCIL-ADAPTER',
  audit: 'QK1-AUDIT',
  board: 'QK1-IPCB',
  strangers: 'C82998',
  otherPractice: 'C82998',
  panel: 'QK1-SHAREDCARE',
  commissioner: 'QK1',
};

// Community nurse, registered with the NMC; invented PIN.
export const nurse = { pin: '19A1234E', name: 'Maeve Thorogood', role: 'R0700', checkedOn: '2026-11-02' };
export const trainer = { pin: '08B4321E', name: 'Desmond Iyer', role: 'R0600', checkedOn: '2026-10-20' };
export const gp = { number: '7654321', name: 'Rowan Castellane', role: 'R0260', checkedOn: '2026-10-01' };
export const otherGp = { number: '7654329', name: 'Linnea Marchetti', role: 'R0260', checkedOn: '2026-10-05' };
// Signs in at the practice page. Staff stand in that adapter's config, by name.
export const pageGp = { subject: 'tamsin', number: '7654345', name: 'Tamsin Okafor', role: 'R0260', checkedOn: '2026-10-05' };
// Signs in at the providers' page.
export const pageManager = { subject: 'imelda', name: 'Imelda Fairbrother', reference: 'rm-01' };
export const officer = { reference: 'asc-0042', name: 'Idris Fenwick' };

// Care workers of the provider: its own references, never names in a file name or log.
export const trainedWorker = { reference: 'hc-117', name: 'Bronwen Achterberg' };
export const untrainedWorker = { reference: 'hc-120', name: 'Kofi Lindqvist' };

export const tasks = {
  bloodSugar: { code: 'generic-7-blood-sugar', display: 'Finger-prick blood sugar test' },
  eyeDrops: { code: 'generic-2-eye-ear-drops', display: 'Eye or ear drops' },
  catheter: { code: 'indwelling-catheter', display: 'Change of an indwelling urinary catheter' },
  prompt: { code: 'medication-prompt', display: 'Prompt to take medicines' },
  unlisted: { code: 'nebuliser-saline', display: 'Saline nebuliser' },
};
