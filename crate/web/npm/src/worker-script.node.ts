import { parentPort } from 'node:worker_threads';
import { answer } from './answer.js';
import { readBy } from './module.js';
import type { Request } from './pool.js';
import { readFromDisk } from './read-from-disk.js';

readBy(readFromDisk);

parentPort?.on('message', (request: Request) => {
  void answer(request, (response) => parentPort?.postMessage(response));
});
