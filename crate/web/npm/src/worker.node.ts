/**
 * Inspection of many files, and generation of test certificates, off the main thread, in Node.
 *
 * @packageDocumentation
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import './spare.js';
import { embeddedScripts } from './embedded.js';
import { Generator } from './generator.js';
import { Inspector } from './inspector.js';
import { completeAddress } from './part/complete.js';
import { inspectionAddress } from './part/inspection.js';
import { lexiconAddress } from './part/lexicon.js';
import { workerScriptAddress } from './part/worker.node.js';
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
 * Makes an inspector. Its workers start with the first files. They keep Node running while they work, and not while they wait.
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
  const addresses = { inspection: inspectionAddress, complete: completeAddress, lexicon: lexiconAddress };
  return new Inspector(new Pool('inspector', prepare, addresses, most));
}

/**
 * Makes a generator. Its worker starts with the first request. It keeps Node running while it works, and not while it
 * waits.
 *
 * @example
 * ```js
 * const generator = createGenerator();
 * const { files } = await generator.generate({ kind: 'self-signed', registrationId: 'device-1', keyType: 'rsa2048' });
 * generator.close();
 * ```
 */
export function createGenerator(): Generator {
  return new Generator(new Pool('generator', prepare, { inspection: inspectionAddress, complete: completeAddress }, 1));
}

/** From its file, or where a tool left that behind from what is embedded. */
async function prepare(): Promise<() => Port> {
  try {
    const file = fileURLToPath(workerScriptAddress());
    if (existsSync(file)) {
      return () => port(new Worker(file, { execArgv: [] }));
    }
  } catch {
    // A bundle may have no address.
  }
  const script = await embeddedScripts.node();
  return () => port(new Worker(script, { eval: true, execArgv: [] }));
}

function port(worker: Worker): Port {
  worker.unref();
  return {
    send(request) {
      worker.postMessage(request);
      worker.ref();
    },
    listen(onResponse, onEnd) {
      worker.on('message', (response: Response) => {
        if ('result' in response || 'error' in response) {
          worker.unref();
        }
        onResponse(response);
      });
      worker.once('error', onEnd);
      worker.once('exit', onEnd);
    },
    end: () => void worker.terminate(),
  };
}
