/** Where `lexicon.json` is: beside this file. Bundlers look for this very form of address, and ship the file. */
export const lexiconAddress = (): URL => new URL('./lexicon.json', import.meta.url);
