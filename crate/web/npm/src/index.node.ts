/**
 * dps-x509 in Node.
 *
 * @packageDocumentation
 */
import { readBy } from './module.js';
import { readFromDisk } from './read-from-disk.js';

readBy(readFromDisk);

export * from './api.js';
