/**
 * dps-x509 in workerd, which compiles nothing while it runs: the parts are modules of the worker.
 *
 * @packageDocumentation
 */
import { locate } from './locate.js';

locate({
  inspection: () => import('./part/inspection.wasm'),
  complete: () => import('./part/complete.wasm'),
  session: () => import('./part/session.wasm'),
  pages: () => import('./part/pages.json', { with: { type: 'json' } }),
  lexicon: () => import('./part/lexicon.json', { with: { type: 'json' } }),
});

export * from './api.js';
