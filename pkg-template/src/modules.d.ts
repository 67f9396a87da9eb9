// What tools/build.mjs puts in: the glue of wasm-bindgen, and the WebAssembly module.

/** The glue, an ES module that esbuild runs when it is first required. */
declare function require(module: 'core.js'): import('./core.js').Core;

declare module 'core.wasm' {
  /** The optimised module. */
  export default function bytes(): Uint8Array<ArrayBuffer>;
}
