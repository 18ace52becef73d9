/**
 * dps-x509 in browsers: from the addresses beside this file, which bundlers know how to carry along.
 *
 * @packageDocumentation
 */
export * from './api.js';
