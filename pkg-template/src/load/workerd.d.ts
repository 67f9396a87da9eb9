/** Cloudflare Workers forbid compiling bytes, and import `.wasm` files as compiled modules. */
export declare function load(imports: WebAssembly.Imports): WebAssembly.Exports;
