/** The same binary as JavaScript, where there is no WebAssembly or a policy forbids it. */
export declare function load(): WebAssembly.Exports;
