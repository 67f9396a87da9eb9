import {
  apply,
  ask,
  byteLengthOf,
  entriesOf,
  isArray,
  isFiniteNumber,
  isPlain,
  isRevoked,
  isSafeInteger,
  isView,
  namesOf,
  read,
  timeOf,
  typeOf,
  valuesOf,
} from './caller.js';
import { DuoSignError } from './error.js';

/** Characters in all texts of a call: some thousand times what Duo takes. */
const MAX_TEXT = 2 ** 24;
/** Bytes in all `Uint8Array`s of a call. */
const MAX_BYTES = 2 ** 26;
/** Names and values of a call. */
const MAX_ITEMS = 2 ** 20;
const ITEMS = `${MAX_ITEMS} names and values`;
/** How deeply values may be nested: above what the core takes, and far from the end of the stack. */
const MAX_DEPTH = 200;

/** Those of short texts, once they were made: quicker to be had than made again. */
const prefixes: string[] = [];

/** Thrown by an object that contains itself, and by one nested too deeply. */
const tooDeep = new Error();

/** The bytes of a body, with the length that they had when they were read. */
export interface Bytes {
  readonly view: Uint8Array;
  readonly length: number;
}

/**
 * Writes the arguments of a call as one text, which crosses into WebAssembly in one piece, and the
 * bytes of bodies, which follow it. `src/bindings/items.rs` documents the format, reads it and checks
 * it, so that the rules and messages are there. Each member that the caller gives is read once.
 */
export class Writer {
  /** What follows the text. */
  readonly bytes: Bytes[] = [];
  #length = 0;
  #items = 0;
  #byteLength = 0;

  /** Any value, as it is. */
  item(value: unknown): string {
    return this.#item(value, 0);
  }

  /** Fields given as an object stay one; a Map, URLSearchParams, Headers, … becomes its pairs. */
  fields(value: unknown): string {
    return this.#item(pairs(value), 0);
  }

  /** A Date becomes its milliseconds. */
  date(value: unknown): string {
    const time = typeof value === 'object' && value !== null ? timeOf(value) : undefined;
    return this.#item(time ?? value, 0);
  }

  /** A member of an object. */
  member(name: string, item: string): string {
    return this.#text(name) + item;
  }

  #item(value: unknown, depth: number): string {
    if (++this.#items > MAX_ITEMS) throw tooLarge(ITEMS);
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'undefined':
        return 'u';
      case 'boolean':
        return value ? 't' : 'f';
      case 'bigint':
        return `i${this.#text(`${value}`)}`;
      case 'number': {
        const tag = isSafeInteger(value) ? 'i' : isFiniteNumber(value) ? 'd' : 'x';
        return tag + this.#text(`${value}`);
      }
      case 'object':
        return value === null ? 'n' : this.#object(value, depth);
      default:
        return `x${this.#text(`a ${typeof value}`)}`;
    }
  }

  /** An item within an object or array; one within an argument itself can be told as too deep. */
  #inner(value: unknown, depth: number): string {
    if (typeof value !== 'object') return this.#item(value, depth);
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
    if (!isPlain(value)) {
      if (isRevoked(value)) return `x${this.#text('a revoked proxy')}`;
      if (isArray(value)) return this.#list(value, depth);
      const byteLength = byteLengthOf(value);
      if (byteLength !== undefined) return this.#body(value as Uint8Array, byteLength);
      const type = typeOf(value);
      if (type !== 'Object') {
        const article = type === 'Uint8Array' && isView(value) ? 'a detached' : 'a';
        return `x${this.#text(`${article} ${type} object`)}`;
      }
    }
    if (typeof read(value, 'toJSON') === 'function') {
      return `x${this.#text('an object with toJSON')}`;
    }
    let count = 0;
    let members = '';
    const names = namesOf(value);
    const values = valuesOf(value, names);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const member = values ? values[i] : read(value, name);
      if (member === undefined) continue;
      count++;
      members += this.#text(name) + this.#inner(member, depth + 1);
    }
    return `{${count}:${members}`;
  }

  #list(value: object, depth: number): string {
    // A proxy may lie about it.
    const length = read(value, 'length') as number;
    if (!(isSafeInteger(length) && length <= MAX_ITEMS)) throw tooLarge(ITEMS);
    let encoded = `[${length}:`;
    // By index, since `map` and `for … in` pass over holes.
    for (let i = 0; i < length; i++) encoded += this.#inner(read(value, i), depth + 1);
    return encoded;
  }

  #body(value: Uint8Array, byteLength: number): string {
    this.#byteLength += byteLength;
    if (this.#byteLength > MAX_BYTES) throw tooLarge(`${MAX_BYTES} bytes in bodies`);
    this.bytes[this.bytes.length] = { view: value, length: byteLength };
    return `b${byteLength}:`;
  }

  #text(value: string): string {
    const { length } = value;
    this.#length += length;
    if (this.#length > MAX_TEXT) {
      throw tooLarge(`${MAX_TEXT} characters (a body may be a larger Uint8Array)`);
    }
    if (length > 255) return `${length}:${value}`;
    prefixes[length] ??= `${length}:`;
    return prefixes[length] + value;
  }
}

/** An iterable as a list of its pairs, but for those whose value is undefined; all else as it is. */
export function pairs(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isRevoked(value) || isView(value)) {
    return value;
  }
  const list: unknown[] = [];
  const add = (pair: unknown) => {
    const isPair = isPairOf(pair) && read(pair, 'length') === 2;
    const copy = isPair ? [read(pair, 0), read(pair, 1)] : pair;
    if (isPair && (copy as unknown[])[1] === undefined) return;
    list[list.length] = copy;
    if (list.length > MAX_ITEMS) throw tooLarge(ITEMS);
  };
  if (isArray(value)) {
    const length = Number(read(value, 'length'));
    if (!(length <= MAX_ITEMS)) throw tooLarge(ITEMS);
    for (let i = 0; i < length; i++) add(read(value, i));
    return list;
  }
  const next = entriesOf(value) ?? iteration(value);
  if (next === undefined) return value;
  for (;;) {
    const result = ask(value, next) as IteratorResult<unknown>;
    if (typeof result !== 'object' || result === null || read(result, 'done')) return list;
    add(read(result, 'value'));
  }
}

function isPairOf(pair: unknown): pair is object {
  return typeof pair === 'object' && pair !== null && !isRevoked(pair) && isArray(pair);
}

function iteration(value: object): (() => unknown) | undefined {
  const iterate = read(value, Symbol.iterator);
  if (typeof iterate !== 'function') return undefined;
  const iterator = ask(value, () => apply(iterate, value, []));
  const next = typeof iterator === 'object' && iterator !== null ? read(iterator, 'next') : 0;
  return typeof next === 'function' ? () => apply(next, iterator, []) : undefined;
}

function tooLarge(limit: string): DuoSignError {
  return new DuoSignError('ERR_DUO_TOO_LARGE', `the request has more than ${limit}: send less`);
}
