/**
 * A module of this package, compiled: what runtimes and bundlers make of an imported `.wasm` file.
 * Its entry for Cloudflare Workers imports it; programs have no use for it by itself.
 */
declare const module: WebAssembly.Module;
export default module;
