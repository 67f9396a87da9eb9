// The calls that sign.

import { define, isView, namesOf, outward, read, typeOf } from './caller.js';
import { type Session, start } from './core.js';
import { type Bytes, Writer } from './encode.js';
import { DuoSignError } from './error.js';
import type {
  CanonicalLine,
  Credentials,
  Params,
  RequestDate,
  SignedRequest,
  SignOptions,
} from './types.js';

/**
 * Signs one request, and returns it finished: URL with its query, headers, body.
 *
 * Parameters go into the JSON body of POST, PUT and PATCH (into a form body under signature
 * versions 1 and 2), and into the query of every other method. To sign many requests with the same
 * keys, {@link Signer} is faster.
 *
 * @param method - The HTTP method, in any case.
 * @param host - The API hostname, such as `api-xxxxxxxx.duosecurity.com`.
 * @param path - The path of the endpoint, percent-encoded, without the query.
 * @param params - The parameters.
 * @param date - When the request is made; `undefined` for now.
 * @param credentials - The keys of the application.
 * @param options - How to sign.
 * @throws {@link DuoSignError} for every input that cannot be signed.
 *
 * @example
 * ```ts
 * const { DUO_IKEY: ikey = '', DUO_SKEY: skey = '', DUO_HOST: host = '' } = process.env;
 * const params = { limit: 10 };
 * const signed = signRequest('GET', host, '/admin/v1/users', params, undefined, { ikey, skey });
 * const response = await fetch(signed.url, signed);
 * ```
 */
export function signRequest(
  method: string,
  host: string,
  path: string,
  params: Params | undefined,
  date: RequestDate | undefined,
  credentials: Credentials,
  options?: SignOptions,
): SignedRequest {
  try {
    const writer = new Writer();
    const given = readOptions(writer, options);
    const text = request(writer, method, host, path, params, date) + given.text;
    const key = keyOf(writer, credentials);
    try {
      return signed(key, text, writer.bytes, given.body);
    } finally {
      free(key);
    }
  } catch (error) {
    throw outward(error);
  }
}

/**
 * Signs requests with the keys of one application.
 *
 * The HMAC key schedule is computed once. {@link Signer.dispose}, or `using`, wipes it from
 * memory. Garbage collection wipes a signer too, but only eventually, and only where there is a
 * `FinalizationRegistry`: a program that creates many should dispose of each.
 *
 * @example
 * ```ts
 * using signer = new Signer({ ikey, skey }, { signatureVersion: 2 });
 * const signed = signer.signRequest('POST', host, '/auth/v2/preauth', { username: 'narroway' });
 * ```
 */
export class Signer {
  readonly #key: Key;
  readonly #defaults: ReadOptions;

  /**
   * @param credentials - The keys of the application.
   * @param defaults - Options for every request, read once; each option of a call overrides its default.
   * @throws {@link DuoSignError} if the credentials or the defaults are invalid.
   */
  constructor(credentials: Credentials, defaults?: SignOptions) {
    try {
      const writer = new Writer();
      if (defaults !== undefined && !isOptions(defaults)) {
        throw new DuoSignError(
          'ERR_DUO_INVALID_OPTIONS',
          'defaults is not an object: give options such as { signatureVersion: 2 }',
          'options',
        );
      }
      this.#defaults = readOptions(writer, defaults);
      this.#key = keyOf(writer, credentials);
      unused?.register(this, this.#key, this);
    } catch (error) {
      throw outward(error);
    }
  }

  /**
   * Signs one request; see {@link signRequest}.
   *
   * @throws {@link DuoSignError} for every input that cannot be signed.
   */
  signRequest(
    method: string,
    host: string,
    path: string,
    params?: Params,
    date?: RequestDate,
    options?: SignOptions,
  ): SignedRequest {
    try {
      const writer = new Writer();
      const given = readOptions(writer, options, this.#defaults);
      const text = request(writer, method, host, path, params, date) + given.text;
      // Last, since reading the arguments may run code of the caller.
      return signed(this.#key, text, writer.bytes, given.body);
    } catch (error) {
      throw outward(error);
    }
  }

  /** Wipes the key from memory. The signer cannot be used afterwards. */
  dispose(): void {
    free(this.#key);
    this.#key.number = -1;
    unused?.unregister(this);
  }

  declare [Symbol.dispose]: () => void;
}

// Node.js 18 has no Symbol.dispose.
if (Symbol.dispose) Signer.prototype[Symbol.dispose] = Signer.prototype.dispose;

/** Where the key schedule of a signer is; the number is negative when there is none any more. */
interface Key {
  readonly session: Session;
  number: number;
}

function keyOf(writer: Writer, credentials: unknown): Key {
  if (typeof credentials !== 'object' || credentials === null) {
    throw new DuoSignError(
      'ERR_DUO_INVALID_CREDENTIALS',
      'credentials is not an object: give { ikey, skey }',
      'credentials',
    );
  }
  const text = writer.item(read(credentials, 'ikey')) + writer.item(read(credentials, 'skey'));
  const session = start();
  session.texts('new_signer', text, []);
  return { session, number: session.result };
}

function signed({ session, number }: Key, text: string, bytes: Bytes[], body: unknown) {
  if (number < 0 || !session.isRunning) {
    const why = number < 0 ? 'is disposed' : 'was lost when the core failed';
    throw new DuoSignError('ERR_DUO_DISPOSED', `this signer ${why}: make a new one`);
  }
  const texts = session.texts('sign', text, bytes, number);
  return finished(texts, session.result, body);
}

function free({ session, number }: Key): void {
  if (number >= 0 && session.isRunning) session.run((core) => core.free_signer(number));
}

const unused =
  typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry(free);

/**
 * The canonical string of a request: the text that is signed. Takes what {@link signRequest} takes,
 * without keys.
 *
 * @throws {@link DuoSignError} for every input that cannot be signed.
 *
 * @example
 * ```ts
 * canonicalize('GET', host, '/admin/v1/users', { limit: 10 }, 'Tue, 21 Aug 2012 17:29:18 -0000');
 * ```
 */
export function canonicalize(
  method: string,
  host: string,
  path: string,
  params?: Params,
  date?: RequestDate,
  options?: SignOptions,
): string {
  try {
    return described('canonicalize', method, host, path, params, date, options)[0] as string;
  } catch (error) {
    throw outward(error);
  }
}

/**
 * The canonical string line by line, with labels and rules.
 *
 * @throws {@link DuoSignError} for every input that cannot be signed.
 *
 * @example
 * ```ts
 * for (const { label, value, note } of explain('GET', host, '/admin/v1/users', { limit: 10 })) {
 *   console.log(label, value, note);
 * }
 * ```
 */
export function explain(
  method: string,
  host: string,
  path: string,
  params?: Params,
  date?: RequestDate,
  options?: SignOptions,
): CanonicalLine[] {
  try {
    const texts = described('explain', method, host, path, params, date, options);
    const lines: CanonicalLine[] = [];
    for (let i = 0; i < texts.length; i += 3) {
      const label = texts[i] as CanonicalLine['label'];
      lines[i / 3] = { label, value: texts[i + 1] as string, note: texts[i + 2] as string };
    }
    return lines;
  } catch (error) {
    throw outward(error);
  }
}

function described(call: 'canonicalize' | 'explain', ...given: unknown[]): string[] {
  const writer = new Writer();
  const options = readOptions(writer, given[5]);
  const text = request(writer, given[0], given[1], given[2], given[3], given[4]) + options.text;
  return start().texts(call, text, writer.bytes);
}

function request(
  writer: Writer,
  method: unknown,
  host: unknown,
  path: unknown,
  params: unknown,
  date: unknown,
): string {
  const target = writer.item(method) + writer.item(host) + writer.item(path);
  return target + writer.fields(params) + writer.date(date === undefined ? Date.now() : date);
}

/** Options as the core takes them. */
interface ReadOptions {
  /** The items of those that are given, by their names. */
  readonly items: Record<string, string>;
  /** All of them as one item. */
  readonly text: string;
  /** The body, to be returned as it is. */
  readonly body: unknown;
}

/** Those of a call without options, once they are known. */
let none: ReadOptions | undefined;

/** Each option is read once, so that what is signed and what is returned can't drift apart. */
function readOptions(writer: Writer, options: unknown, defaults = none): ReadOptions {
  // Bytes are not part of the text.
  if (options === undefined && defaults && !isView(defaults.body)) return defaults;
  const items = { __proto__: null, ...defaults?.items } as unknown as Record<string, string>;
  let body = defaults?.body;
  if (isView(body)) items.body = writer.item(body);
  if (options !== undefined) {
    // What is no options object is refused by the core.
    if (!isOptions(options)) return { items, text: writer.item(options), body };
    for (let i = 0; i < OPTIONS.length; i++) {
      const name = OPTIONS[i] as string;
      const value = read(options, name);
      if (value === undefined) continue;
      if (name === 'body') body = value;
      const isFields = name === 'headers' || name === 'query';
      items[name] = isFields ? writer.fields(value) : writer.item(value);
    }
    const names = namesOf(options);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      // The core names those that do not exist.
      if (!OPTIONS.includes(name) && read(options, name) !== undefined) items[name] = 'n';
    }
  }
  if (items.dateHeader === undefined && dropsDate()) items.dateHeader = writer.item('X-Duo-Date');
  const names = Object.keys(items);
  let text = `{${names.length}:`;
  for (let i = 0; i < names.length; i++) {
    text += writer.member(names[i] as string, items[names[i] as string] as string);
  }
  const all = { items, text, body };
  if (options === undefined && !defaults) none = all;
  return all;
}

function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null && typeOf(value) === 'Object';
}

const OPTIONS = [
  'signatureVersion',
  'digest',
  'headers',
  'body',
  'query',
  'dateHeader',
] as const satisfies readonly (keyof SignOptions)[] as readonly string[];

let drops: boolean | undefined;

/** Whether this is a browser, whose `fetch` drops a `Date` header (Fetch, "forbidden header"). */
function dropsDate(): boolean {
  if (drops === undefined) {
    // Asked first, since Node.js loads all of `fetch` for the second question.
    const isBrowserLike = 'document' in globalThis || 'WorkerGlobalScope' in globalThis;
    drops =
      isBrowserLike &&
      'Request' in globalThis &&
      !new Request('https://localhost', { headers: { Date: 'x' } }).headers.has('Date');
  }
  return drops;
}

/** The signed request from the core's results, as `src/bindings/results.rs` pushes them. */
function finished(texts: readonly string[], bodyIs: number, given: unknown): SignedRequest {
  const date = texts[5] as string;
  const authorization = texts[6] as string;
  const name = texts[4] as 'Date';
  // Members of a literal run no setter that a prototype may have, and take a fraction of the time,
  // above all those whose names are written here.
  const headers: Record<string, string> =
    texts.length > 7
      ? { [name]: date, Authorization: authorization, [texts[7] as string]: texts[8] as string }
      : name === 'Date'
        ? { Date: date, Authorization: authorization }
        : { [name]: date, Authorization: authorization };
  for (let i = 9; i < texts.length; i += 2) define(headers, texts[i] as string, texts[i + 1]);
  const body = bodyIs === 0 ? null : bodyIs === 1 ? texts[3] : given;
  return {
    method: texts[0] as string,
    url: texts[1] as string,
    headers,
    body: body as SignedRequest['body'],
    canonical: texts[2] as string,
  };
}
