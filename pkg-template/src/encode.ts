/**
 * Arguments as one text, which crosses into WebAssembly in one piece. `src/wasm.rs` documents the
 * format, reads it and checks it, so that every rule and message is there.
 */
export function encode(values: readonly unknown[]): string {
  const text = values.map((value) => argument(value, false)).join('');
  // UTF-8 has no lone surrogates: the encoder would replace them without a word.
  return isWellFormed(text) ? text : values.map((value) => argument(value, true)).join('');
}

/** Fields given as an object stay one; a Map, URLSearchParams, Headers, … becomes its pairs. */
export function fields(value: unknown): unknown {
  const iterable = value as Iterable<unknown> | null | undefined;
  const isIterable = typeof value === 'object' && typeof iterable?.[Symbol.iterator] === 'function';
  return isIterable ? Array.from(iterable as Iterable<unknown>) : value;
}

/** `strict` looks for lone surrogates, string by string. */
type Encoder = (value: unknown, strict: boolean) => string;

function argument(value: unknown, strict: boolean): string {
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? object(value, strict, member) : item(value, strict);
}

/** A parameter or option. */
function member(value: unknown, strict: boolean): string {
  try {
    return item(value, strict);
  } catch (error) {
    // An object that contains itself, or one nested beyond the stack.
    if (error instanceof RangeError) return 'z';
    throw error;
  }
}

function item(value: unknown, strict: boolean): string {
  switch (typeof value) {
    case 'string':
      return strict && !isWellFormed(value) ? 'w' : `s${text(value)}`;
    case 'undefined':
      return 'u';
    case 'boolean':
      return value ? 't' : 'f';
    case 'bigint':
      return `i${text(String(value))}`;
    case 'number': {
      if (!Number.isFinite(value)) return `x${text(String(value))}`;
      return (Number.isSafeInteger(value) ? 'i' : 'd') + text(String(value));
    }
    case 'object':
      return value === null ? 'n' : object(value, strict, item);
    default:
      return `x${text(`a ${typeof value}`)}`;
  }
}

function object(value: object, strict: boolean, each: Encoder): string {
  if (Array.isArray(value)) {
    let encoded = `[${value.length}:`;
    // By index, since `map` and `for … in` pass over holes.
    for (let i = 0; i < value.length; i++) encoded += each(value[i], strict);
    return encoded;
  }
  // `[object Map]`, also of another realm, where `instanceof` fails.
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (type === 'Uint8Array') return 'b';
  const hasJson = typeof (value as { toJSON?: unknown }).toJSON === 'function';
  if (type !== 'Object' || hasJson) {
    return `x${text(hasJson && type === 'Object' ? 'an object with toJSON' : `a ${type} object`)}`;
  }
  let count = 0;
  let members = '';
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    count++;
    members += strict && !isWellFormed(name) ? `${text('?')}w` : text(name) + each(inner, strict);
  }
  return `{${count}:${members}`;
}

function text(value: string): string {
  return `${value.length}:${value}`;
}

function isWellFormed(value: string): boolean {
  const native = (value as { isWellFormed?: () => boolean }).isWellFormed;
  return native ? native.call(value) : !/\p{Surrogate}/u.test(value);
}
