// Reading what the caller gave, which may run code of the caller: getters, iterators, proxies. What
// that code throws comes through as it is; everything else that is thrown becomes a DuoSignError.

import { DuoSignError } from './error.js';

// Taken here, since a page may replace what prototypes hold. None of them runs code of the caller,
// but `keys` of a proxy.
const { getPrototypeOf: prototypeOf } = Reflect;
export const { apply } = Reflect;
const { prototype: plain } = Object;
export const { isArray } = Array;
export const { isView } = ArrayBuffer;
export const { isSafeInteger, isFinite: isFiniteNumber } = Number;
const { defineProperty, keys: objectKeys, values: objectValues } = Object;
const { toString: tagOf } = Object.prototype;
const { getTime } = Date.prototype;
const { entries } = Map.prototype;
const mapIterator = prototypeOf(new Map().entries());
const { next: nextEntry } = mapIterator as Iterator<unknown>;
const typedArray = prototypeOf(Uint8Array.prototype);
const getterOf = (name: PropertyKey) =>
  Object.getOwnPropertyDescriptor(typedArray, name)?.get as () => unknown;
const [kindOf, lengthOf, bufferOf] = [Symbol.toStringTag, 'length', 'buffer'].map(getterOf) as [
  () => unknown,
  () => number,
  () => ArrayBuffer,
];

/** What the caller's own code threw. */
class Thrown {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Runs code of the caller, who gave `object`. */
export function ask<T>(object: object, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw isRevoked(object) ? error : new Thrown(error);
  }
}

/** A member that the caller may compute. */
export function read(object: object, name: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown>)[name];
  } catch (error) {
    throw isRevoked(object) ? error : new Thrown(error);
  }
}

/** The names of an object's own members. */
export function namesOf(object: object): string[] {
  try {
    return objectKeys(object);
  } catch (error) {
    // A proxy whose names are none is not the caller's own error.
    throw isRevoked(object) || error instanceof TypeError ? error : new Thrown(error);
  }
}

/**
 * The values of an object that has many members, in the order of these names; of many, all at once
 * take a quarter of the time. `undefined` for few, and where a getter has removed a member.
 */
export function valuesOf(object: object, names: readonly string[]): unknown[] | undefined {
  if (names.length <= 16) return undefined;
  const values = ask(object, () => objectValues(object));
  return values.length === names.length ? values : undefined;
}

/** What to throw for what was thrown: the caller's own error, or a {@link DuoSignError}. */
export function outward(error: unknown): unknown {
  if (error instanceof Thrown) return error.error;
  if (error instanceof DuoSignError) return error;
  return new DuoSignError(
    'ERR_DUO_INTERNAL',
    'the call failed; the cause says why, such as a revoked proxy, a full stack or replaced built-ins',
    undefined,
    { cause: error },
  );
}

/** Whether this is an object as literals make it. */
export function isPlain(value: object): boolean {
  try {
    return (
      !isArray(value) &&
      prototypeOf(value) === plain &&
      (value as Record<symbol, unknown>)[Symbol.toStringTag] === undefined
    );
  } catch {
    return false;
  }
}

/** Whether this is a proxy that cannot be used any more. */
export function isRevoked(value: object): boolean {
  try {
    isArray(value);
    return false;
  } catch {
    return true;
  }
}

/** `Map` for a Map, also of another realm, where `instanceof` fails. */
export function typeOf(value: object): string {
  const type = ask(value, () => apply(tagOf, value, []) as string);
  return type === '[object Object]' ? 'Object' : type.slice(8, -1);
}

/** Milliseconds of a Date of any realm; `undefined` for everything else. */
export function timeOf(value: object): number | undefined {
  try {
    return apply(getTime, value, []);
  } catch {
    return undefined;
  }
}

/** The entries of a Map; `undefined` for everything else. */
export function entriesOf(value: object): (() => IteratorResult<unknown>) | undefined {
  // Asked first, since an error takes microseconds.
  if (isPlain(value) || typeOf(value) !== 'Map') return undefined;
  try {
    const iterator = apply(entries, value, []);
    return () => apply(nextEntry, iterator, []);
  } catch {
    return undefined;
  }
}

/** The length of a Uint8Array; `undefined` for everything else, and for one that is detached. */
export function byteLengthOf(value: object): number | undefined {
  if (!isView(value) || apply(kindOf, value, []) !== 'Uint8Array') return undefined;
  const length = apply(lengthOf, value, []);
  if (length > 0) return length;
  try {
    new Uint8Array(apply(bufferOf, value, []));
    return 0;
  } catch {
    return undefined;
  }
}

/** Adds a member, without running a setter that a prototype may have. */
export function define(object: object, name: string, value: unknown): void {
  const descriptor = {
    __proto__: null,
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  };
  defineProperty(object, name, descriptor as PropertyDescriptor);
}
