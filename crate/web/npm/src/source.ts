import { DpsError } from './error.js';
import { builtin, Decoder } from './platform.js';
import { kindOf } from './realm.js';

/** The parts that are loaded when they are needed. */
export type Part = 'inspection' | 'complete' | 'session' | 'pages' | 'lexicon';

/**
 * Where a part of the package is: an address (of the web or, in Node, of a file), a path in Node, the bytes, a response, a
 * compiled module, what `import()` of the file gives; for the pages and the lexicon also the object. Or a function that gives
 * one of them when the part is needed.
 */
export type Source = string | URL | object | (() => Source | Promise<Source>);

/** Where parts are. */
export interface Sources {
  /** `inspection.wasm`: inspection of files in plain PEM or DER, with RSA or P-256. */
  inspection?: Source;
  /** `complete.wasm`, which joins it: the same for every file; outlines, comparison, explanation of texts, configuration; test certificates. */
  complete?: Source;
  /** `session.wasm`, which joins `inspection.wasm` too: the provisioning machine. */
  session?: Source;
  /** `pages.json`: the explanation pages. */
  pages?: Source;
  /** `lexicon.json`: what clients print, for the explanation of texts. */
  lexicon?: Source;
}

/** The content of a source. */
type Content = (source: Source) => Promise<object>;

const located: Sources = {};
let contentOf: Content;
let spare: Partial<Record<Part, () => Promise<object>>> = {};

/** Says where parts are, and how their content is had: whoever says nothing needs none of that. */
export function locateBy(sources: Sources, content: Content): void {
  Object.assign(located, sources);
  contentOf = content;
}

/** Says where parts are that are not where they should be. */
export function fallBackTo(sources: typeof spare): void {
  spare = sources;
}

/**
 * Loads a part: from where it was located, or else from its own address, or else from the spare.
 *
 * @param part - Which.
 * @param address - Its own, as bundlers know it; it may throw.
 * @param use - What is made of it. One that fails is a part that is not there: servers answer with pages.
 */
export async function loadPart<T>(part: Part, address: () => URL, use: (content: object) => Promise<T>): Promise<T> {
  const place = located[part];
  const ways = place === undefined ? [() => open(String(address())), spare[part]] : [() => contentOf(place)];
  let failure: unknown;
  for (const way of ways) {
    try {
      if (way !== undefined) {
        return await use(await way());
      }
    } catch (cause) {
      failure ??= cause;
    }
  }
  const why = failure instanceof Error || typeof failure === 'object' ? (failure as Error).message : String(failure);
  const message =
    `The ${part} part of dps-x509 could not be loaded (${why}). Say where it is with \`locate\`, or take ` +
    '"dps-x509/inline": the README has the recipe for your tool.';
  throw new DpsError('module-unavailable', message, [], { cause: failure });
}

/** What is at an address. */
export async function open(address: string): Promise<object> {
  const files = builtin('node:fs/promises');
  return files !== undefined && address.startsWith('file:')
    ? // A string, for a URL of another realm is none to Node.
      files.readFile(builtin('node:url')!.fileURLToPath(address))
    : fetch(address);
}

/** The bytes of a content, decoded as JSON; or the object that it is already. */
export async function json(content: object): Promise<unknown> {
  if (kindOf(content) === 'Response') {
    return (await answered(content as Response)).json();
  }
  const isBytes = kindOf(content) === 'ArrayBuffer' || ArrayBuffer.isView(content);
  return isBytes ? JSON.parse(new Decoder().decode(content as Uint8Array)) : content;
}

/**
 * The same, compiled.
 *
 * @internal
 */
export async function compiled(content: object): Promise<WebAssembly.Module> {
  if (kindOf(content) === 'WebAssembly.Module') {
    return content as WebAssembly.Module;
  }
  if (kindOf(content) !== 'Response') {
    return WebAssembly.compile(content as BufferSource);
  }
  const response = await answered(content as Response);
  // Servers that do not know the type of .wasm files are common.
  const isTyped = response.headers.get('Content-Type')?.startsWith('application/wasm') ?? false;
  return isTyped ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

async function answered(response: Response): Promise<Response> {
  if (!response.ok) {
    throw new Error(`${response.status} ${response.statusText} at ${response.url}`);
  }
  return response;
}
