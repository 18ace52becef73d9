import * as filesGlue from './glue/files.js';
import { Module, type Glue } from './module.js';
import { inspectionAddress } from './part/inspection.js';

/** What is called in both parts. */
export type FilesGlue = Glue & typeof filesGlue;

/** The module that inspects what most people have: the first part of all that looks at files. */
export const small = /* @__PURE__ */ new Module(
  'inspection',
  filesGlue as unknown as FilesGlue,
  inspectionAddress,
);
