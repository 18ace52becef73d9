import { DpsError } from './error.js';
import type { Finding } from './finding.js';

/** Where a part of the package is: an address, its bytes, a response, a compiled module; for the pages also the object. */
export type Source = string | URL | Response | ArrayBuffer | Uint8Array | WebAssembly.Module | object;

/** The parts that are loaded when they are needed. */
export interface Sources {
  /** `inspection.wasm`: inspection and repair. */
  inspection?: Source;
  /** `complete.wasm`: the same with P-521, encrypted keys and stores; comparison, explanation of texts, configuration. */
  complete?: Source;
  /** `generation.wasm`: test certificates. */
  generation?: Source;
  /** `session.wasm`: the provisioning machine. */
  session?: Source;
  /** `pages.json`: the explanation pages. */
  pages?: Source;
}

/** Reads a part from beside the code: what an entry point knows how to do. */
export type Reader = (part: keyof Sources) => Promise<Source>;

let read: Reader = (part) => Promise.reject(new Error(`nobody said where ${part} is`));
const located: Sources = {};

/** Said once by every entry point. */
export function readBy(reader: Reader): void {
  read = reader;
}

/**
 * Says where parts of the package are, for bundlers and servers that move them. To be called before anything else; not
 * needed in Node, in browsers without a bundler, and with Vite and webpack.
 *
 * @param sources - Addresses or bytes.
 */
export function locate(sources: Sources): void {
  Object.assign(located, sources);
}

/** What was located, for workers. */
export function locations(): Sources {
  return { ...located };
}

/** Where a part is. */
export async function source(part: keyof Sources): Promise<Source> {
  try {
    return located[part] ?? (await read(part));
  } catch (cause) {
    throw new DpsError('module-unavailable', `The ${part} part of dps-x509 could not be loaded.`, [], { cause });
  }
}

let isPage = false;

/**
 * For the page that is made of this package: from here on findings name its fields and buttons instead of the package's
 * options and functions.
 */
export function speakAsPage(): void {
  isPage = true;
}

async function compile(from: Source): Promise<WebAssembly.Module> {
  if (from instanceof WebAssembly.Module) {
    return from;
  }
  const bytes = typeof from === 'string' || from instanceof URL ? await fetch(from) : from;
  if (bytes instanceof Response) {
    if (!bytes.ok) {
      throw new Error(`${bytes.status} ${bytes.statusText} at ${bytes.url}`);
    }
    // Servers that do not know the type of .wasm files are common.
    const isTyped = bytes.headers.get('Content-Type')?.startsWith('application/wasm') ?? false;
    return isTyped ? WebAssembly.compileStreaming(bytes) : WebAssembly.compile(await bytes.arrayBuffer());
  }
  return WebAssembly.compile(bytes as BufferSource);
}

/** What wasm-bindgen generates for `--target web`. */
export interface Glue {
  initSync(options?: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  __wbg_reset_state(): void;
  speakAsPage(): void;
}

/** A WebAssembly module that is there when it is needed and never stays broken. */
export class Module<G extends Glue> {
  #glue: Promise<G> | undefined;

  constructor(
    readonly part: Exclude<keyof Sources, 'pages'>,
    private readonly glue: G,
  ) {}

  /** Loads it, once; a failure is not kept. */
  load(): Promise<G> {
    this.#glue ??= this.#instantiate().catch((error: unknown) => {
      this.#glue = undefined;
      throw error;
    });
    return this.#glue;
  }

  async #instantiate(): Promise<G> {
    const from = await source(this.part);
    try {
      this.glue.initSync({ module: await compile(from) });
    } catch (cause) {
      throw new DpsError('module-unavailable', `${this.part}.wasm could not be loaded.`, [], { cause });
    }
    return this.glue;
  }

  /** Calls into the loaded module. A trap replaces the instance, so that the next call works. */
  call<T>(work: (glue: G) => T): T {
    try {
      if (isPage) {
        this.glue.speakAsPage();
      }
      return work(this.glue);
    } catch (error) {
      if (typeof error === 'string') {
        throw invalid(error);
      }
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
        this.renew();
        throw new DpsError('module-broken', 'The WebAssembly module stopped; it was replaced.', [], { cause: error });
      }
      throw error;
    }
  }

  /** Wipes the whole memory and starts with a fresh instance. */
  renew(): void {
    new Uint8Array(this.glue.initSync().memory.buffer).fill(0);
    this.glue.__wbg_reset_state();
  }
}

/** What the Rust side throws: JSON with a message and findings. */
function invalid(text: string): DpsError {
  const { message, findings } = JSON.parse(text) as { message: string; findings: Finding[] };
  return new DpsError(findings.length > 0 ? 'invalid-settings' : 'invalid-input', message, findings);
}
