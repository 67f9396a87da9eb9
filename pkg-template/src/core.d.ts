import type { CanonicalLine } from './types.js';
/** What `src/wasm.rs` exports. Each takes the text that `encode.ts` writes, and throws an object. */
export interface Core {
    WasmSigner: new (keys: string) => WasmSigner;
    sign_once(keysAndRequest: string, bytes?: Uint8Array): string;
    canonicalize(request: string, bytes?: Uint8Array): string;
    explain(request: string, bytes?: Uint8Array): CanonicalLine[];
    /** Of the larger core of `duo-sign/diagnose` only. */
    verify(arguments_: string, bytes?: Uint8Array): string;
    WasmDiagnoser: new (arguments_: string, bytes?: Uint8Array, intended?: Uint8Array) => WasmDiagnoser;
    __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
/** The key schedule, in the memory of the module. */
export interface WasmSigner {
    sign(request: string, bytes?: Uint8Array): string;
    free(): void;
}
/** A search in the memory of the module; `finish` frees it. */
export interface WasmDiagnoser {
    step(count: number): boolean;
    tried(): number;
    total(): number;
    finish(): string;
    free(): void;
}
/**
 * The WebAssembly module, started by the first call and synchronously, so that importing this
 * package does nothing, and cannot fail.
 */
export declare function start(): Core;
/** Runs a call into the core, and turns what it throws into a {@link DuoSignError}. */
export declare function call<T>(run: (core: Core) => T): T;
