import { parentPort } from 'node:worker_threads';
import { serve } from './answer.js';
import type { Request } from './pool.js';

const take = serve((response) => parentPort?.postMessage(response));
parentPort?.on('message', (request: Request) => take(request));
