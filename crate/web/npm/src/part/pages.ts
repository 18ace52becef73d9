/** Where `pages.json` is: beside this file. Bundlers look for this very form of address, and ship the file. */
export const pagesAddress = (): URL => new URL('./pages.json', import.meta.url);
