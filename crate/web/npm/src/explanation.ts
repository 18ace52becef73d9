import { DpsError } from './error.js';
import type { Severity, Standing } from './finding.js';
import { source } from './module.js';

/** What a code stands for. */
export interface Page {
  /** Stable code, such as `DX401`. */
  code: string;
  /** Stable name in kebab-case. */
  name: string;
  /** How bad it is, unless a finding itself says otherwise. */
  severity: Severity;
  /** How sure the rule behind it is. */
  standing: Standing;
  /** Where the rule comes from. */
  source: string;
  /** What it is, why DPS cares, an example and the fix, as Markdown. */
  markdown: string;
}

type Pages = Record<string, Omit<Page, 'code'>>;

let pages: Promise<Pages> | undefined;

/**
 * The page of a code. The texts are loaded with the first call.
 *
 * @param code - Such as `DX401`, in any case.
 * @returns The page; `undefined` if there is no such code.
 * @throws {@link DpsError} `module-unavailable`.
 */
export async function explain(code: string): Promise<Page | undefined> {
  const known = code.trim().toUpperCase();
  const all = await load();
  return Object.hasOwn(all, known) ? { code: known, ...all[known]! } : undefined;
}

/**
 * Every code that has a page, in order.
 *
 * @throws {@link DpsError} `module-unavailable`.
 */
export async function codes(): Promise<string[]> {
  return Object.keys(await load()).sort();
}

function load(): Promise<Pages> {
  pages ??= read().catch((error: unknown) => {
    pages = undefined;
    throw error;
  });
  return pages;
}

async function read(): Promise<Pages> {
  let from = await source('pages');
  try {
    if (typeof from === 'string' || from instanceof URL) {
      from = await fetch(from);
    }
    if (from instanceof Response) {
      if (!from.ok) {
        throw new Error(`${from.status} ${from.statusText}`);
      }
      return (await from.json()) as Pages;
    }
    const isBytes = from instanceof ArrayBuffer || ArrayBuffer.isView(from);
    return (isBytes ? JSON.parse(new TextDecoder().decode(from as Uint8Array)) : from) as Pages;
  } catch (cause) {
    throw new DpsError('module-unavailable', 'The explanation pages could not be loaded.', [], { cause });
  }
}
