/**
 * Inspection of many files, and generation of test certificates, off the main thread, in browsers.
 *
 * @packageDocumentation
 */
import { Generator } from './generator.js';
import { Inspector } from './inspector.js';
import { completeAddress } from './part/complete.js';
import { inspectionAddress } from './part/inspection.js';
import { lexiconAddress } from './part/lexicon.js';
import { workerScriptAddress } from './part/worker.js';
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

/** A `Worker` of the browser; projects without the types of pages have no such name. */
export interface BrowserWorker {
  postMessage(message: unknown): void;
  terminate(): void;
}

/** How to make an inspector. */
export interface InspectorOptions {
  /** How many workers at most; up to four, by the number of processors, unless said otherwise. */
  workers?: number;
  /** Makes a worker that runs `dps-x509/worker-script`, where a tool moved it: an address or a blob is up to you. */
  worker?: () => BrowserWorker;
}

/**
 * Makes an inspector. Its workers start with the first files.
 *
 * @example
 * ```js
 * const inspector = createInspector();
 * const reports = await Promise.all(files.map((file) => inspector.inspect(file)));
 * inspector.close();
 * ```
 */
export function createInspector({ workers, worker }: InspectorOptions = {}): Inspector {
  const addresses = { inspection: inspectionAddress, complete: completeAddress, lexicon: lexiconAddress };
  const most = workers ?? Math.min(4, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));
  return new Inspector(new Pool('inspector', prepare(worker), addresses, most));
}

/** How to make a generator. */
export interface GeneratorOptions {
  /** Makes a worker that runs `dps-x509/worker-script`, where a tool moved it: an address or a blob is up to you. */
  worker?: () => BrowserWorker;
}

/**
 * Makes a generator. Its worker starts with the first request.
 *
 * @example
 * ```js
 * const generator = createGenerator();
 * const { files } = await generator.generate({ kind: 'self-signed', registrationId: 'device-1', keyType: 'rsa2048' });
 * generator.close();
 * ```
 */
export function createGenerator({ worker }: GeneratorOptions = {}): Generator {
  return new Generator(new Pool('generator', prepare(worker), { inspection: inspectionAddress, complete: completeAddress }, 1));
}

/** How workers are started where nobody says it. */
let starter: () => Promise<() => BrowserWorker> = () => Promise.resolve(start);

/**
 * Says it.
 *
 * @internal
 */
export function startBy(other: () => Promise<() => BrowserWorker>): void {
  starter = other;
}

function prepare(worker: (() => BrowserWorker) | undefined): () => Promise<() => Port> {
  return async () => {
    const start = worker ?? (await starter());
    return () => port(start() as Worker);
  };
}

/** A worker starts from its own origin only; there it may import from another, such as a CDN's. */
function start(): Worker {
  const address = workerScriptAddress();
  if (address.origin === location.origin || !address.protocol.startsWith('http')) {
    return new Worker(address, { type: 'module' });
  }
  const script = new Blob([`import ${JSON.stringify(address.href)};`], { type: 'text/javascript' });
  const own = URL.createObjectURL(script);
  try {
    return new Worker(own, { type: 'module' });
  } finally {
    // The worker has it by now or gets it, whatever becomes of the address.
    setTimeout(() => URL.revokeObjectURL(own), 60_000);
  }
}

function port(worker: Worker): Port {
  return {
    send: (request) => worker.postMessage(request),
    listen(onResponse, onEnd) {
      worker.onmessage = ({ data }: MessageEvent<Response>) => onResponse(data);
      worker.onerror = (event) => onEnd(event.message);
      worker.onmessageerror = () => onEnd('a message could not be read');
    },
    end: () => worker.terminate(),
  };
}
