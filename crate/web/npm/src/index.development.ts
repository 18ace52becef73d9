/**
 * dps-x509 for development servers of pages, which may bundle dependencies anew and leave their files behind: where that is
 * so, the parts come with the code.
 *
 * @packageDocumentation
 */
import './spare.js';

export * from './api.js';
