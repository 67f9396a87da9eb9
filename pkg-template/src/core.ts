import { byteLengthOf } from './caller.js';
import type { Bytes } from './encode.js';
import { DuoSignError, type DuoSignErrorCode } from './error.js';
import { load } from './load/inline.js';

/** What the glue of wasm-bindgen exports. */
export interface Glue {
  Core: new () => Core;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/**
 * What `src/bindings/` exports. Calls take how many bytes of arguments are text, and how many are
 * bytes of bodies after it; they return the address of their results.
 */
export interface Core {
  reserve(length: number): number;
  new_signer(text: number, bytes: number): number;
  free_signer(signer: number): void;
  sign(text: number, bytes: number, signer: number): number;
  canonicalize(text: number, bytes: number): number;
  explain(text: number, bytes: number): number;
  /** Of the larger core of `duo-sign/diagnose` only. */
  verify(text: number, bytes: number): number;
  parse_request(text: number, bytes: number): number;
  parse_requests(text: number, bytes: number): number;
  render(text: number, bytes: number): number;
  new_diagnoser(text: number, bytes: number): number;
  step(diagnoser: number, count: number): boolean;
  tried(diagnoser: number): number;
  total(diagnoser: number): number;
  finish(diagnoser: number): unknown;
  free_diagnoser(diagnoser: number): void;
  __destroy_into_raw(): void;
}

/** The calls that take arguments. */
type Call = Exclude<
  {
    [Name in keyof Core]: Core[Name] extends (text: number, bytes: number, more: number) => number
      ? Name
      : never;
  }[keyof Core],
  'reserve' | 'tried' | 'total'
>;

/** What is kept for arguments between two calls, in bytes; a larger call has to ask for more. */
const KEPT = 2 ** 21;

let session: Session | undefined;

/**
 * The running instance of the WebAssembly module. The first call starts it, synchronously, so that
 * importing this package does nothing, and cannot fail.
 */
export function start(): Session {
  session ??= new Session();
  return session;
}

/** One instance of the module, with what was made in it. */
export class Session {
  readonly #core: Core;
  readonly #memory: WebAssembly.Memory;
  #bytes = new Uint8Array();
  #numbers = new Uint32Array();
  /** Where arguments are written, within the bytes. */
  #room = new Uint8Array();
  #written = 0;
  /** The result of the last call that is a number. */
  result = 0;

  constructor() {
    try {
      // Inlined by the build, where `require` defers the module's own start until here.
      const glue = require('core_bg.js');
      // The build puts the file of `load/` here that belongs to the entry.
      const exports = load({ './core_bg.js': glue as unknown as WebAssembly.ModuleImports });
      glue.__wbg_set_wasm(exports);
      this.#memory = exports.memory as WebAssembly.Memory;
      this.#core = new glue.Core();
    } catch (cause) {
      throw new DuoSignError(
        'ERR_DUO_WASM_UNAVAILABLE',
        "WebAssembly cannot start; the cause says why. If a content security policy forbids it, add 'wasm-unsafe-eval' to its script-src; without WebAssembly, import 'duo-sign/js'",
        undefined,
        { cause },
      );
    }
  }

  /** Whether this is still the running instance. */
  get isRunning(): boolean {
    return session === this;
  }

  /** Makes a call with these arguments; gives its results that are texts. */
  texts(call: Call, text: string, bytes: readonly Bytes[], more = 0): string[] {
    return this.#texts(this.#call(call, text, bytes, more));
  }

  /** Runs what takes no arguments, and is nothing that can be refused. */
  run<T>(call: (core: Core) => T): T {
    try {
      return call(this.#core);
    } catch (cause) {
      throw this.#end(cause);
    } finally {
      this.#look();
    }
  }

  /** Where the results are, counted in numbers. */
  #call(call: Call, text: string, bytes: readonly Bytes[], more: number): number {
    const length = this.#write(text, bytes);
    const byteLength = this.#written - length;
    const at = this.run((core) => core[call](length, byteLength, more)) / 4;
    this.result = this.#numbers[at + 4] as number;
    if (this.#numbers[at] === 0) return at;
    const texts = this.#texts(at);
    throw new DuoSignError(texts[0] as DuoSignErrorCode, texts[2] as string, texts[1] || undefined);
  }

  /** Gives how many bytes the text takes. */
  #write(text: string, bytes: readonly Bytes[]): number {
    // A code unit takes up to three bytes of UTF-8.
    let most = text.length * 3 + 1;
    for (let i = 0; i < bytes.length; i++) most += (bytes[i] as Bytes).length;
    if (most > this.#room.length || this.#room.length > KEPT) {
      const length = Math.max(most, 2 ** 12);
      const address = this.run((core) => core.reserve(length));
      this.#room = this.#bytes.subarray(address, address + length);
    }
    const room = this.#room;
    let length = encodeInto(text, room);
    if (length !== text.length) length = encodeInto((isWellFormed(text) ? '~' : '?') + text, room);
    this.#written = length;
    for (let i = 0; i < bytes.length; i++) {
      const { view, length } = bytes[i] as Bytes;
      if (byteLengthOf(view) !== length) throw changed();
      room.set(view, this.#written);
      this.#written += length;
    }
    return length;
  }

  /** The memory of the module has another buffer each time it has grown, which any call may make it. */
  #look(): void {
    const { buffer } = this.#memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    // It is asked for again.
    this.#room = this.#bytes.subarray(0, 0);
    this.#numbers = new Uint32Array(buffer);
  }

  /** `src/bindings/results.rs` says what is where. */
  #texts(at: number): string[] {
    const numbers = this.#numbers;
    const start = numbers[at + 1] as number;
    const decode = (from: number, to: number) =>
      decoder.decode(this.#bytes.subarray(start + from, start + to));
    const length = numbers[at + 2] as number;
    const all = decode(0, length);
    // Then code units are bytes.
    const isAscii = all.length === length;
    const count = numbers[at + 3] as number;
    const texts: string[] = [];
    for (let i = 0, from = 0; i < count; i++) {
      const to = numbers[at + 5 + i] as number;
      texts[i] = isAscii ? all.slice(from, to) : decode(from, to);
      from = to;
    }
    return texts;
  }

  /** After a trap nothing is certain but that the next call needs an instance of its own. */
  #end(cause: unknown): DuoSignError {
    if (session === this) session = undefined;
    this.#core.__destroy_into_raw();
    new Uint8Array(this.#memory.buffer).fill(0);
    return new DuoSignError(
      'ERR_DUO_INTERNAL',
      'the core failed, and the next call starts a new one; the cause says why, such as full ' +
        'memory: send less, make new signers',
      undefined,
      { cause },
    );
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function changed(): DuoSignError {
  const message = 'body changed its length during the call: leave it as it is';
  return new DuoSignError('ERR_DUO_INVALID_BODY', message, 'body');
}

/** Old engines have no `encodeInto`. */
function encodeInto(text: string, room: Uint8Array): number {
  if (encoder.encodeInto) return encoder.encodeInto(text, room).written;
  const bytes = encoder.encode(text);
  room.set(bytes);
  return bytes.length;
}

/** UTF-8 has no lone surrogates: they would be replaced without a word. */
function isWellFormed(text: string): boolean {
  const native = (text as { isWellFormed?: () => boolean }).isWellFormed;
  return native ? native.call(text) : !/[\uD800-\uDFFF]/u.test(text);
}
