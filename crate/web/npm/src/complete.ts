import * as completeGlue from './glue/complete.js';
import { Module, type Glue } from './module.js';
import { completeAddress } from './part/complete.js';

/** The module that reads everything, compares, explains texts and configures. */
export const complete = /* @__PURE__ */ new Module(
  'complete',
  completeGlue as unknown as Glue & typeof completeGlue,
  completeAddress,
);
