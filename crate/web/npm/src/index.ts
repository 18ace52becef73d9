/**
 * dps-x509 in browsers: from the addresses beside this file, which Vite and webpack know how to carry along.
 *
 * @packageDocumentation
 */
import { readBy } from './module.js';
import { readByFetch } from './read-by-fetch.js';

readBy(readByFetch);

export * from './api.js';
