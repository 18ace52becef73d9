/** The modules of Node that are used where there are any; bundlers for browsers must not see them as imports. */
interface Builtins {
  'node:fs/promises': typeof import('node:fs/promises');
  'node:url': typeof import('node:url');
  'node:util': typeof import('node:util');
  'node:zlib': typeof import('node:zlib');
}

/** A module of Node, Bun or Deno; `undefined` in browsers and their like. */
export function builtin<K extends keyof Builtins>(name: K): Builtins[K] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as Builtins[K] | undefined;
}

// jsdom under Jest has neither; Node below it does.
const texts = typeof TextDecoder === 'function' && typeof TextEncoder === 'function' ? globalThis : builtin('node:util')!;

/** As the global one. */
export const Decoder: typeof TextDecoder = /* @__PURE__ */ (() => texts.TextDecoder)() as typeof TextDecoder;
/** As the global one. */
export const Encoder: typeof TextEncoder = /* @__PURE__ */ (() => texts.TextEncoder)() as typeof TextEncoder;
