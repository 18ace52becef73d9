// Every configuration, by kind.
import { bundlersOfNode } from './list/bundler-node.mjs';
import { bundlersOfPages } from './list/bundler-page.mjs';
import { frameworks } from './list/framework.mjs';
import { places } from './list/place.mjs';
import { runtimes } from './list/runtime.mjs';
import { testRunners } from './list/test-runner.mjs';

/** The fixed dozen of CI: one of each kind of trouble, with the tools of package-lock.json where there are any. */
const CI = [
  'node-esm',
  'node-cjs',
  'node-sea',
  'script-in-browser',
  'csp-wasm-unsafe-eval',
  'service-worker',
  'other-origin',
  'vite6-build',
  'vite6-dev',
  'webpack-page',
  'esbuild-node-cjs',
  'esbuild-page',
];

export const configurations = [...runtimes, ...testRunners, ...bundlersOfPages, ...bundlersOfNode, ...frameworks, ...places].map(
  (one) => ({ ...one, ci: CI.includes(one.name) }),
);

const names = new Set(configurations.map(({ name }) => name));
if (names.size !== configurations.length || CI.some((name) => !names.has(name))) throw new Error('a name stands twice, or is none');
