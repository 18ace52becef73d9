/** Where `pages.json` is: beside this file. Bundlers look for this form of address, in a declared function, and ship the file. */
export function pagesAddress(): URL {
  return new URL('./pages.json', import.meta.url);
}
