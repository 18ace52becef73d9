// What workerd's bundlers make of these.
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
declare module '*.json' {
  const value: object;
  export default value;
}
