// What the tests of generation share: the two ways to generate, and the texts of what was made.
import * as api from 'dps-x509';

/** On the calling thread, and in a worker of this generator. */
export const waysOf = (generator) => [
  ['on the calling thread', api.generate],
  ['in a worker', (request, options) => generator().generate(request, options)],
];

export const text = ({ files }, path) => files.find((file) => file.path === path).text;
