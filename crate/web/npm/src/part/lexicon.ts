/** Where `lexicon.json` is: beside this file. Bundlers look for this form of address, in a declared function, and ship the file. */
export function lexiconAddress(): URL {
  return new URL('./lexicon.json', import.meta.url);
}
