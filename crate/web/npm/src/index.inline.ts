/**
 * dps-x509 with everything inside, as JavaScript: no file is looked for anywhere.
 *
 * @packageDocumentation
 */
import { embedded } from './embedded.js';
import { locate } from './locate.js';

locate(embedded);

export * from './api.js';
