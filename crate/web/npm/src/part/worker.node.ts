/** Where the script of a worker of Node is: beside this file, whole, so that it can be copied as it is. */
export function workerScriptAddress(): URL {
  return new URL('./worker-script.node.cjs', import.meta.url);
}
