// The stories by name, and the first of the ports that each takes: two can run beside each other.

import { Council } from './stories/council.mjs';
import { Handover } from './stories/handover.mjs';
import { Hl7 } from './stories/hl7.mjs';
import { Lapse } from './stories/lapse.mjs';
import { Merge } from './stories/merge.mjs';
import { Practice } from './stories/practice.mjs';
import { Provider } from './stories/provider.mjs';
import { SharedCare } from './stories/sharedcare.mjs';

export const stories = new Map([
  ['handover', { story: Handover, base: 8000 }],
  ['lapse', { story: Lapse, base: 8050 }],
  ['sharedcare', { story: SharedCare, base: 8100 }],
  ['merge', { story: Merge, base: 8150 }],
  ['hl7', { story: Hl7, base: 8200 }],
  ['practice', { story: Practice, base: 8250 }],
  ['provider', { story: Provider, base: 8300 }],
  ['council', { story: Council, base: 8350 }],
]);
