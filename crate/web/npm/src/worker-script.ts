/**
 * What runs in a browser's worker: to be started by `createInspector` and `createGenerator`. It may be started from a blob,
 * as a module or as a classic script, if every part that it needs was located.
 *
 * @packageDocumentation
 */
import { answer } from './answer.js';
import { readBy } from './module.js';
import type { Request } from './pool.js';
import { readByFetch } from './read-by-fetch.js';

readBy(readByFetch);

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  void answer(data, (response) => postMessage(response));
});
