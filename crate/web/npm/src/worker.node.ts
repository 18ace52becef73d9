/**
 * Inspection of many files off the main thread, in Node.
 *
 * @packageDocumentation
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { locations } from './module.js';
import { Inspector, type Port, type Response } from './pool.js';

export type { Inspector } from './pool.js';

/** How to make an inspector. */
export interface InspectorOptions {
  /** How many workers at most; up to four, by the number of processors, unless said otherwise. */
  workers?: number;
}

/**
 * Makes an inspector. Its workers start with the first files, and keep Node running until it is closed.
 *
 * @example
 * ```js
 * const inspector = createInspector();
 * const reports = await Promise.all(files.map((file) => inspector.inspect(file)));
 * inspector.close();
 * ```
 */
export function createInspector({ workers }: InspectorOptions = {}): Inspector {
  return new Inspector(port, locations(), workers ?? Math.min(4, Math.max(1, availableParallelism() - 1)));
}

function port(): Port {
  const worker = new Worker(new URL('./worker-script.node.js', import.meta.url));
  return {
    send: (request) => worker.postMessage(request),
    listen(onResponse, onEnd) {
      worker.on('message', (response: Response) => onResponse(response));
      worker.once('error', onEnd);
      worker.once('exit', onEnd);
    },
    end: () => void worker.terminate(),
  };
}
