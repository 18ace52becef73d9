/**
 * dps-x509 in Node and its like: from the files beside this one, or else from what is embedded.
 *
 * @packageDocumentation
 */
import './spare.js';

export * from './api.js';
