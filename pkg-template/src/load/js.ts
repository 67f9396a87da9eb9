/** The same binary as JavaScript, where there is no WebAssembly or a policy forbids it. */
export function load(): WebAssembly.Exports {
  return require('core.twin.js');
}
