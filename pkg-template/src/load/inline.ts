import text from 'core.wasm';
import { fromCharacters } from './characters.js';

let module: WebAssembly.Module | undefined;

/** Compiles bytes that are part of this file, so that no bundler has a `.wasm` file to lose. */
export function load(imports: WebAssembly.Imports): WebAssembly.Exports {
  module ??= new WebAssembly.Module(fromCharacters(text));
  return new WebAssembly.Instance(module, imports).exports;
}
