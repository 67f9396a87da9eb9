// What tools/build.mjs puts in.

/** The glue of wasm-bindgen, an ES module that esbuild runs when it is first required. */
declare function require(module: 'core_bg.js'): import('./core.js').Glue;
/** The core as JavaScript, translated by wasm2js. */
declare function require(module: 'core.twin.js'): {
  default(imports: WebAssembly.Imports): WebAssembly.Exports;
};

declare module 'core.wasm' {
  /** The optimised module as text where it is inlined, and a compiled module under `workerd`. */
  const wasm: string & WebAssembly.Module;
  export default wasm;
}

/** Of Node.js, for `load/node.ts`. */
declare module 'node:buffer' {
  export const Buffer: { from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> };
}

/** The version of the package. */
declare const VERSION: string;
