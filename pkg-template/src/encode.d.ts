/**
 * Arguments as one text, which crosses into WebAssembly in one piece. `src/wasm.rs` documents the
 * format, reads it and checks it, so that the rules and messages are there.
 */
export declare function encode(values: readonly unknown[]): string;
/** Fields given as an object stay one; a Map, URLSearchParams, Headers, … becomes its pairs. */
export declare function fields(value: unknown): unknown;
/** `Map` for a Map, also of another realm, where `instanceof` fails. */
export declare function typeOf(value: object): string;
