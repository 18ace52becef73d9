/**
 * Inspection of many files, and generation of test certificates, off the main thread, in Node.
 *
 * @packageDocumentation
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Generator } from './generator.js';
import { Inspector } from './inspector.js';
import { locations } from './module.js';
import { Pool, type Port, type Response } from './pool.js';

export type {
  Generated,
  GeneratedFile,
  GenerationOptions,
  GenerationProgress,
  GenerationRequest,
} from './generation.js';
export type { Generator } from './generator.js';
export type { Inspector } from './inspector.js';

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
  const most = workers ?? Math.min(4, Math.max(1, availableParallelism() - 1));
  return new Inspector(new Pool('inspector', port, locations(), most));
}

/**
 * Makes a generator. Its worker starts with the first request, and keeps Node running until the generator is closed.
 *
 * @example
 * ```js
 * const generator = createGenerator();
 * const { files } = await generator.generate({ kind: 'self-signed', registrationId: 'device-1', keyType: 'rsa2048' });
 * generator.close();
 * ```
 */
export function createGenerator(): Generator {
  return new Generator(new Pool('generator', port, locations(), 1));
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
