/**
 * What runs in a browser's worker: to be started by `createInspector` and `createGenerator`. It is one file that imports
 * and fetches nothing, so that it may be copied anywhere and started from a blob, as a module or as a classic script.
 *
 * @packageDocumentation
 */
import { serve } from './answer.js';
import type { Request } from './pool.js';

const take = serve((response) => postMessage(response));
addEventListener('message', ({ data }: MessageEvent<Request>) => take(data));
