import base64 from 'core.wasm';

/** Compiles bytes that are part of this file, so that no bundler has a `.wasm` file to lose. */
export function load(imports: WebAssembly.Imports): WebAssembly.Exports {
  const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}
