import * as inspectionGlue from './glue/inspection.js';
import { Module, type Glue } from './module.js';
import { inspectionAddress } from './part/inspection.js';

/** The module that inspects what most people have. */
export const small = /* @__PURE__ */ new Module(
  'inspection',
  inspectionGlue as unknown as Glue & typeof inspectionGlue,
  inspectionAddress,
);
