import { Buffer } from 'node:buffer';
import text from 'core.wasm';

let module: WebAssembly.Module | undefined;

/** Where speed counts more than size; part of this file too, so that no bundler has a file to lose. */
export function load(imports: WebAssembly.Imports): WebAssembly.Exports {
  module ??= new WebAssembly.Module(Buffer.from(text, 'base64'));
  return new WebAssembly.Instance(module, imports).exports;
}
