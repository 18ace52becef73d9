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
  initSync(options?: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  __wbg_reset_state(): void;
  speakAs(who: string): void;
}

/** A WebAssembly module that is there when it is needed and never stays broken. */
export class Module<G extends Glue> {
  #glue: Promise<G> | undefined;

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

  /** Calls into the loaded module. A trap replaces the instance, so that the next call works. */
  call<T>(work: (glue: G) => T): T {
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
