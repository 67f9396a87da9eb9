import wasm from 'core.wasm';

/** Cloudflare Workers forbid compiling bytes, and import `.wasm` files as compiled modules. */
export function load(imports: WebAssembly.Imports): WebAssembly.Exports {
  return new WebAssembly.Instance(wasm, imports).exports;
}
