/**
 * What runs in a browser's worker: to be started by `createInspector`.
 *
 * @packageDocumentation
 */
import { answer } from './answer.js';
import { readBy } from './module.js';
import type { Request } from './pool.js';
import { readByFetch } from './read-by-fetch.js';

readBy(readByFetch);

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  void answer(data).then((response) => response && postMessage(response));
});
