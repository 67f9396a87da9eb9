import { DuoSignError } from './error.js';

/**
 * Arguments as one text, which crosses into WebAssembly in one piece. `src/wasm.rs` documents the
 * format, reads it and checks it, so that the rules and messages are there.
 */
export function encode(values: readonly unknown[]): string {
  const text = new Encoder(false).encode(values);
  // UTF-8 has no lone surrogates: the boundary would replace them without a word.
  return isWellFormed(text) ? text : new Encoder(true).encode(values);
}

/** Fields given as an object stay one; a Map, URLSearchParams, Headers, … becomes its pairs. */
export function fields(value: unknown): unknown {
  const iterable = value as Iterable<unknown> | null | undefined;
  if (typeof value !== 'object' || typeof iterable?.[Symbol.iterator] !== 'function') return value;
  const isLeftOut = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair[1] === undefined;
  return Array.from(iterable as Iterable<unknown>).filter((pair) => !isLeftOut(pair));
}

/** `Map` for a Map, also of another realm, where `instanceof` fails. */
export function typeOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Some thousand times what Duo takes, and far from what fills the memory of the module. */
const MAX_LENGTH = 2 ** 24;

/** Well above what the core takes, and well below the end of the stack. */
const MAX_DEPTH = 200;

/** Thrown by an object that contains itself, and by one nested too deeply. */
const tooDeep = new Error();

class Encoder {
  #length = 0;
  readonly #findsLoneSurrogates: boolean;

  constructor(findsLoneSurrogates: boolean) {
    this.#findsLoneSurrogates = findsLoneSurrogates;
  }

  encode(values: readonly unknown[]): string {
    let text = '';
    for (const value of values) text += this.#item(value, 0);
    return text;
  }

  #item(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.#isBroken(value) ? 'w' : `s${this.#text(value)}`;
      case 'undefined':
        return 'u';
      case 'boolean':
        return value ? 't' : 'f';
      case 'bigint':
        return `i${this.#text(String(value))}`;
      case 'number': {
        const tag = Number.isSafeInteger(value) ? 'i' : Number.isFinite(value) ? 'd' : 'x';
        return tag + this.#text(String(value));
      }
      case 'object':
        return value === null ? 'n' : this.#object(value, depth);
      default:
        return `x${this.#text(`a ${typeof value}`)}`;
    }
  }

  /** An item within an object or array; one within an argument itself can be told as too deep. */
  #inner(value: unknown, depth: number): string {
    if (depth > MAX_DEPTH) throw tooDeep;
    if (depth > 1) return this.#item(value, depth);
    try {
      return this.#item(value, depth);
    } catch (error) {
      if (error === tooDeep) return 'z';
      throw error;
    }
  }

  #object(value: object, depth: number): string {
    if (Array.isArray(value)) {
      let encoded = `[${value.length}:`;
      // By index, since `map` and `for … in` pass over holes.
      for (let i = 0; i < value.length; i++) encoded += this.#inner(value[i], depth + 1);
      return encoded;
    }
    const type = typeOf(value);
    if (type === 'Uint8Array' && ArrayBuffer.isView(value)) return 'b';
    if (type !== 'Object') return `x${this.#text(`a ${type} object`)}`;
    if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
      return `x${this.#text('an object with toJSON')}`;
    }
    let count = 0;
    let members = '';
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      count++;
      members += this.#isBroken(name)
        ? `${this.#text('?')}w`
        : this.#text(name) + this.#inner(member, depth + 1);
    }
    return `{${count}:${members}`;
  }

  #text(value: string): string {
    this.#length += value.length;
    if (this.#length > MAX_LENGTH) {
      throw new DuoSignError(
        'ERR_DUO_TOO_LARGE',
        `the request has more than ${MAX_LENGTH} characters: send less, or give the body as a ` +
          'Uint8Array',
      );
    }
    return `${value.length}:${value}`;
  }

  #isBroken(value: string): boolean {
    return this.#findsLoneSurrogates && !isWellFormed(value);
  }
}

function isWellFormed(value: string): boolean {
  const native = (value as { isWellFormed?: () => boolean }).isWellFormed;
  return native ? native.call(value) : !/[\uD800-\uDFFF]/u.test(value);
}
