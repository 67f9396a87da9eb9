/** Compiles bytes that are part of this file, so that no bundler has a `.wasm` file to lose. */
export declare function load(imports: WebAssembly.Imports): WebAssembly.Exports;
