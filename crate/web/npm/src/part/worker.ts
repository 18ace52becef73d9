/** Where the script of a browser's worker is: beside this file, whole, so that it can be copied as it is. */
export function workerScriptAddress(): URL {
  return new URL('./worker-script.js', import.meta.url);
}
