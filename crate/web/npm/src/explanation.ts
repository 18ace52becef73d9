import type { Severity, Standing } from './finding.js';
import { expectText } from './kind.js';
import { pagesAddress } from './part/pages.js';
import { json, loadPart } from './source.js';

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
  expectText('code', code);
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
  pages ??= loadPart('pages', pagesAddress, json).catch((error: unknown) => {
    pages = undefined;
    throw error;
  }) as Promise<Pages>;
  return pages;
}
