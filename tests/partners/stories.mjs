// The stories by name, and the first of the ports that each takes: two can run beside each other.

import { Handover } from './stories/handover.mjs';
import { Lapse } from './stories/lapse.mjs';
import { Merge } from './stories/merge.mjs';
import { SharedCare } from './stories/sharedcare.mjs';

export const stories = new Map([
  ['handover', { story: Handover, base: 8000 }],
  ['lapse', { story: Lapse, base: 8050 }],
  ['sharedcare', { story: SharedCare, base: 8100 }],
  ['merge', { story: Merge, base: 8150 }],
]);
