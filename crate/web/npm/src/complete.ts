import { Joined } from './module.js';
import { completeAddress } from './part/complete.js';
import { small } from './small.js';

/** The same as the small module, joined by the rest: it reads everything, compares, explains texts and configures. */
export const complete = /* @__PURE__ */ new Joined(small, 'complete', completeAddress);
