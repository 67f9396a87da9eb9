/** The same as JavaScript, where there is no WebAssembly or a policy forbids it. */
export function load(imports: WebAssembly.Imports): WebAssembly.Exports {
  return require('core.twin.js').default(imports);
}
