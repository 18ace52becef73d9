import { supply } from './module.js';
import { completeAddress } from './part/complete.js';
import { small, type FilesGlue } from './small.js';

/** The same as the small module, joined by the rest: it reads everything, compares, explains texts and configures. */
export const complete = {
  /** Loads both parts, once; a failure is not kept. */
  async load(): Promise<void> {
    const [rest] = await Promise.all([supply('complete', completeAddress), small.load()]);
    small.join(rest as WebAssembly.Module);
  },
  call<T>(work: (glue: FilesGlue) => T): T {
    return small.call(work);
  },
  renew(): void {
    small.renew();
  },
};
