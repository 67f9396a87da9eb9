import { DuoSignError } from './error.js';
import { load } from './load/inline.js';
import type { CanonicalLine } from './types.js';

/** What `src/wasm.rs` exports. Each takes the text that `encode.ts` writes, and throws an object. */
export interface Core {
  WasmSigner: new (keys: string) => WasmSigner;
  sign_once(keysAndRequest: string, bytes?: Uint8Array): string;
  canonicalize(request: string, bytes?: Uint8Array): string;
  explain(request: string, bytes?: Uint8Array): CanonicalLine[];
  /** Of the larger core of `duo-sign/diagnose` only. */
  verify(arguments_: string, bytes?: Uint8Array): string;
  parse_request(arguments_: string): string;
  render(arguments_: string, bytes?: Uint8Array): string;
  WasmDiagnoser: new (
    arguments_: string,
    bytes?: Uint8Array,
    intended?: Uint8Array,
  ) => WasmDiagnoser;
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

let core: Core | undefined;

/**
 * The WebAssembly module, started by the first call and synchronously, so that importing this
 * package does nothing, and cannot fail.
 */
export function start(): Core {
  if (core) return core;
  try {
    // Inlined by the build, where `require` defers the module's own start until here.
    const glue = require('core_bg.js');
    // The build puts the file of `load/` here that belongs to the entry.
    glue.__wbg_set_wasm(load({ './core_bg.js': glue as unknown as WebAssembly.ModuleImports }));
    core = glue;
    return core;
  } catch (cause) {
    throw new DuoSignError(
      'ERR_DUO_WASM_UNAVAILABLE',
      `WebAssembly cannot be started here (${cause}): if a content security policy forbids it, ` +
        "add 'wasm-unsafe-eval' to its script-src, or import 'duo-sign/js', which needs neither",
      undefined,
      { cause },
    );
  }
}

/** Runs a call into the core, and turns what it throws into a {@link DuoSignError}. */
export function call<T>(run: (core: Core) => T): T {
  const started = start();
  try {
    return run(started);
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    // What `src/wasm.rs` throws.
    const { code, message, field } = thrown as Pick<DuoSignError, 'code' | 'message' | 'field'>;
    throw new DuoSignError(code, message, field);
  }
}
