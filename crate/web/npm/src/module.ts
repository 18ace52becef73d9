import { DpsError } from './error.js';
import type { Finding } from './finding.js';
import { compiled, json, loadPart, type Part } from './source.js';
import { speaker } from './speaker.js';

/** A part that is WebAssembly. */
export type CompiledPart = Exclude<Part, 'pages' | 'lexicon'>;

/** A part that workers need, and what they are given of it: a compiled module, or the text of the lexicon. */
export type SuppliedPart = Exclude<Part, 'pages'>;
export type Supply = WebAssembly.Module | string;

const supplied = new Map<SuppliedPart, Promise<Supply>>();

/** A part, once; a failure is not kept. Workers are given it by who started them. */
export function supply(part: SuppliedPart, address: () => URL): Promise<Supply> {
  const known = supplied.get(part);
  if (known !== undefined) {
    return known;
  }
  const use = part === 'lexicon' ? lexiconText : compiled;
  const supplying = supplier === undefined ? loadPart<Supply>(part, address, use) : supplier(part);
  supplied.set(part, supplying);
  supplying.catch(() => supplied.delete(part));
  return supplying;
}

/** The text of `lexicon.json`. */
async function lexiconText(content: object): Promise<string> {
  const { text } = (await json(content)) as { text?: unknown };
  if (typeof text !== 'string') {
    throw new Error('it is no lexicon');
  }
  return text;
}

let supplier: ((part: SuppliedPart) => Promise<Supply>) | undefined;

/** Said once, in a worker: who has the parts. */
export function suppliedBy(ask: (part: SuppliedPart) => Promise<Supply>): void {
  supplier = ask;
}

/** What wasm-bindgen generates for `--target web`. */
export interface Glue {
  initSync(options?: { module: WebAssembly.Module }): Exports;
  __wbg_reset_state(): void;
  speakAs(who: string): void;
}

/** Of an instance: its memory, and whether a call came to something that another module brings. */
interface Exports {
  memory: WebAssembly.Memory;
  wants?: { value: number };
}

/** What is thrown where a call came to something that has to be joined first: then the same call will do. */
export class Wanting extends Error {}

/** A WebAssembly module that is there when it is needed and never stays broken. */
export class Module<G extends Glue> {
  #glue: Promise<G> | undefined;
  #rest: WebAssembly.Module | undefined;
  #whole: Exports | undefined;
  #isWanting = false;
  #isKept = false;
  #kept: Promise<unknown> = Promise.resolve();

  constructor(
    readonly part: CompiledPart,
    private readonly glue: G,
    private readonly address: () => URL,
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
    const module = (await supply(this.part, this.address)) as WebAssembly.Module;
    try {
      this.glue.initSync({ module });
    } catch (cause) {
      throw new DpsError('module-unavailable', `${this.part}.wasm is of another version.`, [], { cause });
    }
    return this.glue;
  }

  /** Has every instance joined by what this one lacks. To be called when it is loaded. */
  join(rest: WebAssembly.Module): void {
    if (this.#rest !== undefined) {
      return;
    }
    this.#rest = rest;
    try {
      this.#exports();
    } catch (cause) {
      this.#rest = undefined;
      throw new DpsError('module-unavailable', `What is to join ${this.part}.wasm is of another version.`, [], { cause });
    }
  }

  /** The exports of the instance that there is, with the rest of it in its tables. */
  #exports(): Exports {
    const exports = this.glue.initSync();
    if (this.#rest !== undefined && this.#whole !== exports) {
      new WebAssembly.Instance(this.#rest, { '': exports as unknown as WebAssembly.ModuleImports });
      this.#whole = exports;
    }
    return exports;
  }

  /** Calls into the loaded module. A trap replaces the instance, so that the next call works. */
  call<T>(work: (glue: G) => T): T {
    this.#exports();
    this.#isWanting = false;
    try {
      const who = speaker();
      if (who !== undefined) {
        this.glue.speakAs(who);
      }
      return work(this.glue);
    } catch (error) {
      if (typeof error === 'string') {
        throw invalid(error);
      }
      if (isTrap(error)) {
        this.#replace();
        if (this.#isWanting) {
          throw new Wanting();
        }
        throw broken(error);
      }
      throw isStale(error) ? broken(error) : error;
    }
  }

  /**
   * Does something that waits in between, with one instance from its beginning to its end: what others leave in the memory
   * meanwhile is wiped with it. One after the other.
   */
  keep<T>(work: () => Promise<T>): Promise<T> {
    const kept = this.#kept.then(async () => {
      this.#isKept = true;
      try {
        return await work();
      } finally {
        this.#isKept = false;
        this.#replace();
      }
    });
    this.#kept = kept.catch(() => undefined);
    return kept;
  }

  /** Wipes the whole memory and starts with a fresh instance: at once, or when what keeps this one is done. */
  renew(): void {
    if (!this.#isKept) this.#replace();
  }

  #replace(): void {
    const { memory, wants } = this.#exports();
    this.#isWanting ||= wants?.value === 1;
    new Uint8Array(memory.buffer).fill(0);
    this.glue.__wbg_reset_state();
  }
}

/** A module together with a part that joins it. */
export class Joined<G extends Glue> {
  constructor(
    private readonly first: Module<G>,
    private readonly part: CompiledPart,
    private readonly address: () => URL,
  ) {}

  /** Loads both, once; a failure is not kept. */
  async load(): Promise<void> {
    const [rest] = await Promise.all([supply(this.part, this.address), this.first.load()]);
    this.first.join(rest as WebAssembly.Module);
  }

  call<T>(work: (glue: G) => T): T {
    return this.first.call(work);
  }

  keep<T>(work: () => Promise<T>): Promise<T> {
    return this.first.keep(work);
  }

  renew(): void {
    this.first.renew();
  }
}

function broken(cause: unknown): DpsError {
  return new DpsError('module-broken', 'The WebAssembly module stopped; it was replaced.', [], { cause });
}

/** What wasm-bindgen throws where an object is of an instance that another call has broken. */
function isStale(error: unknown): boolean {
  return String(error).endsWith('Invalid stale object from previous Wasm instance');
}

/** By name: a realm has classes of its own. */
function isTrap(error: unknown): boolean {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
  return name === 'RuntimeError' || name === 'RangeError';
}

/** What the Rust side throws: JSON with a message and findings. */
function invalid(text: string): DpsError {
  const { message, findings } = JSON.parse(text) as { message: string; findings: Finding[] };
  return new DpsError(findings.length > 0 ? 'invalid-settings' : 'invalid-input', message, findings);
}
