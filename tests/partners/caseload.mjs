// A council's extract about many invented people, for the map `caseload`: a row for each service.

import { resolve } from 'node:path';
import { organisations as org } from './people.mjs';

// The council's folder for it: `councilConfig` of a Locality.
export const dropConfig = (at) => [
  `drops { folder: "${at.dropOf('caseload')}" participant: "${org.council}" map: "${resolve('adapters/council/maps/caseload.txtpb')}" settle_ms: 300 }`];

// The numbers of the 999 test range whose check digit exists.
function* testNumbers() {
  for (let n = 100_000; n < 1_000_000; ++n) {
    const digits = `999${n}`;
    let sum = 0;
    for (let i = 0; i < 9; ++i) sum += Number(digits[i]) * (10 - i);
    const check = (11 - (sum % 11)) % 11;
    if (check !== 10) yield `${digits}${check}`;
  }
}

const two = (n) => String(n).padStart(2, '0');
const names = ['Abernathy', 'Birkenshaw', 'Culpepper', 'Dunmore', 'Eastlake', 'Fothergill', 'Garrick', 'Holloway'];

export const header = 'service_id,nhs_id,last_name,date_of_birth,start_date\n';

// The rows of `people` people from the `first` on, `services` each, one after the other.
export function* rows(people, first = 0, services = 1) {
  const numbers = testNumbers();
  for (let n = 0; n < first; ++n) numbers.next();
  for (let n = first; n < first + people; ++n) {
    const number = numbers.next().value;
    const born = `${two(1 + (n % 28))}/${two(1 + (n % 12))}/${1930 + (n % 40)}`;
    for (let service = 0; service < services; ++service) {
      yield `S-${n}-${service},${number},${names[n % names.length]},${born},${two(1 + (service % 28))}/10/2026\n`;
    }
  }
}

export function extract(people, first = 0, services = 1) {
  return header + [...rows(people, first, services)].join('');
}
