import { small } from './small.js';

/**
 * Loads the module that inspects, so that the first call need not wait for it. Every call loads what it needs by itself;
 * this is for pages that load while a person reads.
 *
 * @throws {@link DpsError} `module-unavailable`.
 */
export async function load(): Promise<void> {
  await small.load();
}
