/**
 * All of `duo-sign`, and the receiver's side: is a request signed correctly, and if not, why not?
 *
 * @packageDocumentation
 */

import { ask, namesOf, outward, read, timeOf } from './caller.js';
import { type Session, start } from './core.js';
import { Writer } from './encode.js';
import { DuoSignError } from './error.js';
import type {
  Credentials,
  HeaderFields,
  JsonValue,
  Params,
  SignatureVersion,
  SignedRequest,
} from './types.js';

export * from './index.js';

/**
 * A request as it came in.
 *
 * @example
 * ```ts
 * const request: ReceivedRequest = {
 *   method: 'GET',
 *   url: '/auth/v2/check',
 *   headers: [['Host', host], ['Date', 'Tue, 21 Aug 2012 17:29:18 -0000']],
 * };
 * ```
 */
export interface ReceivedRequest {
  /** The method. */
  readonly method: string;
  /** The URL; its path and query alone are enough when there is a `Host` header. */
  readonly url: string;
  /** All headers; a repeated name has several pairs, or a list of values. */
  readonly headers:
    | HeaderFields
    | { readonly [name: string]: string | readonly string[] | undefined };
  /** The body, byte for byte as it arrived. */
  readonly body?: string | Uint8Array | null | undefined;
}

/**
 * How to verify.
 *
 * @example
 * ```ts
 * const options: VerifyOptions = { clockSkew: 60_000, versions: [5] };
 * ```
 */
export interface VerifyOptions {
  /** When the request was received, in milliseconds since 1970. Default: now. */
  readonly now?: Date | number | undefined;
  /** How far its date may be from `now`, in milliseconds. Default: 300 000, as in Duo's mock server. */
  readonly clockSkew?: number | undefined;
  /**
   * The signature versions to accept; any other is refused with 40103. Default: 1, 2, 4 and 5. Versions 1
   * and 2 cover neither headers nor a body that is not a form, version 1 not even the date; version 4
   * covers no headers.
   */
  readonly versions?: readonly SignatureVersion[] | undefined;
}

/**
 * What {@link verify} finds: how the request is signed, or the code and message with which Duo refuses
 * it.
 *
 * @example
 * ```ts
 * const result: Verification = verify(request, credentials);
 * console.log(result.ok ? result.signatureVersion : result.message);
 * ```
 */
export type Verification =
  | { ok: true; signatureVersion: SignatureVersion; digest: 'sha512' | 'sha1' }
  | { ok: false; code: 40101 | 40102 | 40103 | 40104 | 40105; message: string };

/**
 * Verifies a received request as Duo does, as far as its own clients show: decodes the query and a form
 * body, canonicalizes them again, compares the path unchanged, and hashes the body. It does not detect
 * replays: to refuse a request that is sent twice, keep the signatures of the last minutes.
 *
 * @param request - The request as it came in, or as somebody reports it.
 * @param credentials - The keys of the application.
 * @param options - When it came in, and which signature versions to accept.
 * @throws {@link DuoSignError} with `ERR_DUO_INVALID_REQUEST` if the request is malformed; also if the
 * credentials are invalid.
 *
 * @example
 * ```ts
 * const result = verify(request, credentials);
 * if (!result.ok) console.error(result.code, result.message);
 * ```
 */
export function verify(
  request: ReceivedRequest,
  credentials: Credentials,
  options: VerifyOptions = {},
): Verification {
  try {
    const names = ['now', 'clockSkew', 'versions'] as const;
    const { now = Date.now(), clockSkew, versions } = members(options, 'options', names);
    return verified(request, credentials, now, clockSkew, versions);
  } catch (error) {
    throw outward(error);
  }
}

function verified(
  request: unknown,
  credentials: unknown,
  now?: unknown,
  clockSkew?: unknown,
  versions?: unknown,
): Verification {
  const writer = new Writer();
  const text =
    received(writer, request, credentials) +
    clock(writer, now, clockSkew) +
    writer.item(digits(versions));
  const texts = start().texts('verify', text, writer.bytes);
  if (texts[0] === '') {
    return { ok: false, code: Number(texts[2]), message: texts[3] } as Verification;
  }
  return { ok: true, signatureVersion: Number(texts[0]), digest: texts[1] } as Verification;
}

/** Those of the signature versions. */
function digits(versions: unknown = VERSIONS): string {
  const list = items(versions, 'versions is not a list of signature versions: give [5], say');
  for (let i = 0; i < list.length; i++) {
    if (!VERSIONS.includes(list[i] as SignatureVersion)) {
      throw invalid('versions has another item than 1, 2, 4 and 5: give those that are taken');
    }
  }
  return list.join('');
}

const VERSIONS: readonly SignatureVersion[] = [1, 2, 4, 5];

/** The items of a list, each read once. */
function items(list: unknown, message: string): unknown[] {
  if (!Array.isArray(list)) throw invalid(message);
  const all: unknown[] = [];
  const length = Number(read(list, 'length'));
  for (let i = 0; i < length; i++) all[i] = read(list, String(i));
  return all;
}

/**
 * What the sender of a request meant to send.
 *
 * @example
 * ```ts
 * const intended: Intended = { params: { mintime: 1701381600000, maxtime: 1706652000000 } };
 * ```
 */
export interface Intended {
  /** The parameters that the program meant to send, wherever they went. */
  readonly params?: Params | undefined;
  /** The body that the program hashed. */
  readonly body?: string | Uint8Array | { readonly [name: string]: JsonValue } | null | undefined;
  /** X-Duo-* headers that the program signed, should they not have arrived. */
  readonly headers?: HeaderFields | undefined;
  /** The canonical string that the program printed. */
  readonly canonical?: string | undefined;
}

/**
 * What Duo answered: the `code` in its JSON, all of its JSON as text, or the response.
 *
 * @example
 * ```ts
 * const answers: DuoAnswer[] = [40103, '{"stat": "FAIL", "code": 40103}', { code: 40103, date }];
 * ```
 */
export type DuoAnswer =
  | number
  | string
  | { readonly code?: number | undefined; readonly date?: Date | number | string | undefined };

/**
 * The progress of a search.
 *
 * @example
 * ```ts
 * const show = ({ searched, total }: DiagnoseProgress) => console.log(`${searched} of ${total}`);
 * ```
 */
export interface DiagnoseProgress {
  /** How many canonical strings have been tried. */
  readonly searched: number;
  /** How many there are to try at most. */
  readonly total: number;
}

/**
 * What else is known of a request.
 *
 * @example
 * ```ts
 * const options: DiagnoseOptions = {
 *   intended: { params: { limit: 10 } },
 *   response: 40103,
 *   onProgress: ({ searched, total }) => console.log(`${searched} of ${total}`),
 * };
 * ```
 */
export interface DiagnoseOptions {
  /** What the sender meant to send, or printed as signed. */
  readonly intended?: Intended | undefined;
  /**
   * When the request was received, in milliseconds since 1970. Default: the date of the response;
   * without one, the request's date may be any.
   */
  readonly now?: Date | number | undefined;
  /** How far its date may be from `now`, in milliseconds. Default: 300 000, as in Duo's mock server. */
  readonly clockSkew?: number | undefined;
  /** What Duo answered. */
  readonly response?: DuoAnswer | undefined;
  /**
   * Other requests from the same program. One that is signed correctly rules out the key, the clock and
   * the host.
   */
  readonly others?: readonly ReceivedRequest[] | undefined;
  /** How many canonical strings to try at most. Default: 1 400 000, twice as many of HMAC-SHA1, fewer of long ones or with many parameters. */
  readonly budget?: number | undefined;
  /** Called repeatedly during the search. If it throws, the search ends. */
  readonly onProgress?: ((progress: DiagnoseProgress) => void) | undefined;
}

/**
 * The names of the causes.
 *
 * @example
 * ```ts
 * const id: CauseId = 'param-encoding';
 * ```
 */
export type CauseId =
  | 'param-order'
  | 'param-encoding'
  | 'param-set'
  | 'param-location'
  | 'date-mismatch'
  | 'date-format'
  | 'canonical-lines'
  | 'path'
  | 'host'
  | 'method'
  | 'output-form'
  | 'key-form'
  | 'signature-version'
  | 'static-credentials'
  | 'secret-key'
  | 'integration-key'
  | 'clock'
  | 'missing-date'
  | 'missing-credentials'
  | 'permission'
  | 'signature-type'
  | 'duo-side';

/**
 * A mistake, or a possible one.
 *
 * @example
 * ```ts
 * for (const { id, summary, fix } of causes satisfies Cause[]) console.log(id, summary, fix);
 * ```
 */
export interface Cause {
  /** What kind of mistake it is. */
  id: CauseId;
  /** The mistake itself, such as `ENC-PLUS`; empty where there is only one. */
  mutation: string;
  /** What happened, in a sentence or two. */
  summary: string;
  /** What to do about it; if the User-Agent names a language, with the call to use there. */
  fix: string;
  /** What was signed there; empty if there is no such text. */
  signed: string;
  /** What should have been signed; empty if there is no such text. */
  expected: string;
  /** Whether it is certain. */
  proven: boolean;
}

/**
 * Why a refused request has no corrected one.
 *
 * @example
 * ```ts
 * const { uncorrected } = diagnose(request, credentials);
 * if (uncorrected) console.log(uncorrected.message satisfies Uncorrected['message']);
 * ```
 */
export interface Uncorrected {
  /**
   * `no-host`: the request names no host. `no-clock`: the current time is unknown. `unsignable`: the
   * request cannot be signed. `secret-key`: the request contains the secret key. `binary-body`: the body
   * is not text.
   */
  reason: 'no-host' | 'no-clock' | 'unsignable' | 'secret-key' | 'binary-body';
  /** The same in a sentence, with what to do about it. */
  message: string;
}

/**
 * Why a request is refused. It never holds the secret key.
 *
 * @example
 * ```ts
 * const { outcome, summary, causes }: Diagnosis = diagnose(request, credentials);
 * console.log(outcome, summary, ...causes.map((cause) => cause.fix));
 * ```
 */
export interface Diagnosis {
  /**
   * `valid`: the signature is correct for this request. `explained`: the mistake is in `causes`.
   * `unexplained`: no known mistake reproduces the signature with this key; usually the key is wrong.
   */
  outcome: 'valid' | 'explained' | 'unexplained';
  /** What Duo answers to this request, such as 40103; `null` if it accepts it. */
  duoCode: 40101 | 40102 | 40103 | 40104 | 40105 | null;
  /** All of it in a sentence or two. */
  summary: string;
  /** The mistakes, the most common first; merely possible ones only if no other was found. */
  causes: Cause[];
  /** What should have been signed; `null` if the request has no date and `now` is not given. */
  expected: {
    canonical: string;
    authorization: string;
    signatureVersion: SignatureVersion;
  } | null;
  /** What the sender signed; `null` when it could not be reproduced. */
  signed: { canonical: string; signature: string } | null;
  /**
   * The request as Duo accepts it, signed again with the current time and with what was `intended` where
   * that did not arrive. `null` when the request is valid already, or for the reason in `uncorrected`.
   */
  corrected: SignedRequest | null;
  /** Why a refused request has no `corrected` one; `null` when it has, and when the request is valid. */
  uncorrected: Uncorrected | null;
  /** Where the two canonical strings first differ: line and character, counted from 1. */
  difference: { line: number; character: number } | null;
  /** How many canonical strings were tried. */
  searched: number;
  /** Further remarks, in sentences. */
  notes: string[];
}

/**
 * Explains why Duo refuses a request. It checks the headers and the date first, then searches for the
 * mistakes that reproduce the signature: those seen in the field, up to three at once. This can take
 * seconds; {@link diagnoseAsync} does not block meanwhile.
 *
 * @param request - The request as it was sent.
 * @param credentials - The keys of the application that it was meant for.
 * @param options - What else is known of it.
 * @throws {@link DuoSignError} with `ERR_DUO_INVALID_REQUEST` if the request is malformed; also if the
 * credentials are invalid.
 *
 * @example
 * ```ts
 * const { outcome, causes } = diagnose(request, credentials, { intended: { params } });
 * for (const { summary, fix } of causes) console.log(outcome, summary, fix);
 * ```
 */
export function diagnose(
  request: ReceivedRequest,
  credentials: Credentials,
  options: DiagnoseOptions = {},
): Diagnosis {
  try {
    const search = new Search(request, credentials, options, OPTIONS);
    try {
      while (!search.step(STEP)) search.report();
      return search.finish();
    } finally {
      search.free();
    }
  } catch (error) {
    throw outward(error);
  }
}

/**
 * The same as {@link diagnose}, in slices of a few milliseconds, and until `signal` aborts it.
 *
 * @param request - The request as it was sent.
 * @param credentials - The keys of the application that it was meant for.
 * @param options - What else is known of it, and a signal.
 * @throws {@link DuoSignError} as {@link diagnose} does; the reason of `signal` when that aborts it.
 *
 * @example
 * ```ts
 * const signal = AbortSignal.timeout(5000);
 * const { summary } = await diagnoseAsync(request, credentials, { signal });
 * ```
 */
export async function diagnoseAsync(
  request: ReceivedRequest,
  credentials: Credentials,
  options: DiagnoseOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<Diagnosis> {
  try {
    const search = new Search(request, credentials, options, [...OPTIONS, 'signal']);
    const { signal } = search;
    try {
      for (;;) {
        if (signal?.aborted) ask(signal, () => signal.throwIfAborted());
        const start = Date.now();
        while (Date.now() - start < SLICE) if (search.step(STEP)) return search.finish();
        search.report();
        await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      search.free();
    }
  } catch (error) {
    throw outward(error);
  }
}

/**
 * A request read from a text.
 *
 * @example
 * ```ts
 * const { method, url, headers, body }: ParsedRequest = parseRequest(text);
 * ```
 */
export interface ParsedRequest extends ReceivedRequest {
  /** The headers in their order. */
  readonly headers: [name: string, value: string][];
  /** The body; bytes only where it is not UTF-8. */
  readonly body: string | Uint8Array | null;
}

/**
 * Reads a request from what people copy:
 *
 * - commands of curl, wget, HTTPie and xh, for bash, cmd or PowerShell, in a script or alone
 * - `Invoke-WebRequest` and `Invoke-RestMethod`
 * - programs in JavaScript (`fetch`, axios, got, ky, undici, request, superagent, k6, jQuery, `https.request`,
 *   `XMLHttpRequest`) and in Python (Requests, httpx, aiohttp, urllib, `http.client`)
 * - what was typed into the consoles of Python, IPython and Node.js, with its prompts
 * - raw HTTP, the `.http` files of editors, and files of Hurl and Bruno
 * - JSON: HAR, collections of Postman and Insomnia, `{ method, url, headers, body }`, axios errors, events of AWS
 *   Lambda, and lines of a log
 * - logs of a request: `curl -v` and `--trace`, nghttp, wget, Python's `http.client`, a printed `PreparedRequest`,
 *   Go, Guzzle, Faraday, Ruby, OkHttp, Apache's client, Jersey, .NET, Node.js, mitmproxy, Wireshark, tcpdump, ngrep,
 *   Postman's console, the headers pane of browsers
 * - any of these within a mail, a ticket or a web page
 *
 * Variables have the values that the text gives them. Anything that would change the request and cannot be
 * read, or that only the running program knows, is an error that names it.
 *
 * @param text - The text. If it has several requests, the best one is taken: for Duo, with credentials, refused.
 * @throws {@link DuoSignError} with `ERR_DUO_INVALID_TEXT`, which says at which line and character
 * reading stopped, and why.
 *
 * @example
 * ```ts
 * const request = parseRequest("curl 'https://api-x.duosecurity.com/auth/v2/check' -H 'Date: …'");
 * console.log(diagnose(request, credentials).summary);
 * ```
 */
export function parseRequest(text: string): ParsedRequest {
  try {
    const writer = new Writer();
    const texts = start().texts('parse_request', writer.item(text), writer.bytes);
    return parsed(texts, 0).request;
  } catch (error) {
    throw outward(error);
  }
}

/**
 * A request of a text, and what the text says of the answer.
 *
 * @example
 * ```ts
 * for (const { request, response } of parseRequests(har)) console.log(request.url, response?.status);
 * ```
 */
export interface ParsedExchange {
  /** The request. */
  readonly request: ParsedRequest;
  /** Whether this is the one that {@link parseRequest} takes. */
  readonly chosen: boolean;
  /** What Duo answered, as far as the text has it; `diagnose` takes it as its option `response`. */
  readonly response?: {
    /** The HTTP status. */
    readonly status?: number;
    /** Duo's code, such as 40103. */
    readonly code?: number;
    /** The `Date` header. */
    readonly date?: string;
  };
}

/**
 * All requests that a text describes, such as those of a HAR file, a log or a script, in their order.
 * {@link parseRequest} picks the one that matters: for Duo, with credentials, refused.
 *
 * @throws {@link DuoSignError} with `ERR_DUO_INVALID_TEXT` when none can be read.
 *
 * @example
 * ```ts
 * const refused = parseRequests(har).filter(({ response }) => response?.status === 401);
 * for (const { request, response } of refused) {
 *   console.log(diagnose(request, credentials, { response }).summary);
 * }
 * ```
 */
export function parseRequests(text: string): ParsedExchange[] {
  try {
    const writer = new Writer();
    const session = start();
    const texts = session.texts('parse_requests', writer.item(text), writer.bytes);
    const chosen = session.result;
    const all: ParsedExchange[] = [];
    for (let at = 0; at < texts.length; ) {
      const { request, end } = parsed(texts, at);
      const [status, code, date] = [texts[end], texts[end + 1], texts[end + 2]];
      const response = {
        ...(status && { status: Number(status) }),
        ...(code && { code: Number(code) }),
        ...(date && { date }),
      };
      const answer = status || code ? { response } : {};
      all[all.length] = { request, chosen: all.length === chosen, ...answer };
      at = end + 3;
    }
    return all;
  } catch (error) {
    throw outward(error);
  }
}

/** A request from the core's results, as `src/bindings/diagnose.rs` pushes it, and where it ends. */
function parsed(texts: readonly string[], at: number): { request: ParsedRequest; end: number } {
  const [method, url, kind, content] = [texts[at], texts[at + 1], texts[at + 2], texts[at + 3]];
  const end = at + 5 + 2 * Number(texts[at + 4]);
  const headers: [string, string][] = [];
  for (let i = at + 5; i < end; i += 2) {
    headers[headers.length] = [texts[i] as string, texts[i + 1] as string];
  }
  const text = content as string;
  const body = kind === 'none' ? null : kind === 'text' ? text : fromHex(text);
  return { request: { method: method as string, url: url as string, headers, body }, end };
}

function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/**
 * What {@link render} writes: a curl or HTTPie command for POSIX shells, raw HTTP/1.1, JavaScript
 * with `fetch`, Python with Requests, or PowerShell 7.
 *
 * @example
 * ```ts
 * const formats: RenderFormat[] = ['curl', 'http', 'fetch', 'python', 'httpie', 'powershell'];
 * ```
 */
export type RenderFormat = 'curl' | 'http' | 'fetch' | 'python' | 'httpie' | 'powershell';

/**
 * Writes a signed request as a command or as code, quoted for the shell or language. The result holds
 * the signature, which Duo accepts for about five minutes, but not the secret key.
 *
 * @param signed - What `signRequest` returns.
 * @param format - What to write.
 * @throws {@link DuoSignError} for a body that is not text, with `ERR_DUO_INVALID_BODY`.
 *
 * @example
 * ```ts
 * console.log(render(signed, 'curl'));
 * ```
 */
export function render(
  signed: Pick<SignedRequest, 'method' | 'url' | 'headers' | 'body'>,
  format: RenderFormat,
): string {
  try {
    const writer = new Writer();
    const text = message(writer, signed) + writer.item(format);
    return start().texts('render', text, writer.bytes)[0] as string;
  } catch (error) {
    throw outward(error);
  }
}

const OPTIONS = [
  'intended',
  'now',
  'clockSkew',
  'response',
  'others',
  'budget',
  'onProgress',
] as const;

/** Canonical strings at once: some milliseconds. */
const STEP = 2000;

/** Milliseconds between two moments at which other work may be done. */
const SLICE = 20;

type Report = (progress: DiagnoseProgress) => void;

class Search {
  readonly signal: AbortSignal | undefined;
  readonly #session: Session;
  readonly #number: number;
  readonly #onProgress: Report | undefined;
  #isFinished = false;

  constructor(
    request: ReceivedRequest,
    credentials: Credentials,
    options: object,
    names: readonly string[],
  ) {
    const writer = new Writer();
    const { intended, now, clockSkew, response, others, budget, onProgress, signal } = members(
      options,
      'options',
      names,
    );
    if (onProgress !== undefined && typeof onProgress !== 'function') {
      throw invalid('onProgress is not a function: give one, or leave it out');
    }
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw invalid('signal is not an AbortSignal: give the signal of an AbortController');
    }
    const meant = members(intended ?? {}, 'intended', ['params', 'body', 'headers', 'canonical']);
    const list = items(others ?? [], 'others is not a list: give requests');
    let hasWorked = false;
    for (let i = 0; i < list.length; i++) hasWorked ||= verified(list[i], credentials).ok;
    const { code, date } = answer(response);
    const text =
      received(writer, request, credentials) +
      clock(writer, now ?? date, clockSkew) +
      writer.fields(meant.params) +
      writer.item(meant.body) +
      writer.fields(meant.headers) +
      writer.item(meant.canonical) +
      writer.item(code) +
      writer.item(hasWorked) +
      writer.item(Date.now()) +
      writer.item(budget);
    this.signal = signal;
    this.#onProgress = onProgress as Report | undefined;
    this.#session = start();
    this.#session.texts('new_diagnoser', text, writer.bytes);
    this.#number = this.#session.result;
  }

  step(count: number): boolean {
    this.#checkSession();
    return this.#session.run((core) => core.step(this.#number, count));
  }

  report(): void {
    const report = this.#onProgress;
    if (!report) return;
    const [searched, total] = this.#session.run((core) => [
      core.tried(this.#number),
      core.total(this.#number),
    ]) as [number, number];
    ask(report, () => report({ searched, total }));
  }

  finish(): Diagnosis {
    this.#isFinished = true;
    return this.#session.run((core) => core.finish(this.#number)) as Diagnosis;
  }

  free(): void {
    if (this.#isFinished || !this.#session.isRunning) return;
    this.#session.run((core) => core.free_diagnoser(this.#number));
  }

  /** Another call may have ended it meanwhile. */
  #checkSession(): void {
    if (this.#session.isRunning) return;
    const message = 'the diagnosis was lost when the core failed in another call: diagnose again';
    throw new DuoSignError('ERR_DUO_INTERNAL', message);
  }
}

/** A request and the keys, in the order of `src/bindings/diagnose.rs`. */
function received(writer: Writer, request: unknown, credentials: unknown): string {
  const { ikey, skey } = members(credentials, 'credentials');
  return writer.item(ikey) + writer.item(skey) + message(writer, request);
}

function message(writer: Writer, request: unknown): string {
  const { method, url, headers, body } = members(request, 'request');
  return writer.item(method) + writer.item(url) + writer.fields(headers) + writer.item(body);
}

function clock(writer: Writer, now: unknown, clockSkew: unknown = 300_000): string {
  return writer.date(now) + writer.item(clockSkew);
}

/** Duo's code, and the time of its answer. */
function answer(response: unknown): { code?: unknown; date?: unknown } {
  if (typeof response === 'string') {
    const code = /\b40\d{3}\b/.exec(response)?.[0];
    return code === undefined ? {} : { code: Number(code) };
  }
  if (typeof response !== 'object' || response === null) return { code: response ?? undefined };
  const [code, date] = [read(response, 'code'), read(response, 'date')];
  const time = typeof date === 'object' && date !== null ? timeOf(date) : date;
  // A text that is no date, and an invalid Date, say nothing.
  const known = typeof time === 'string' ? Date.parse(time) : time;
  return { code, date: Number.isNaN(known) ? undefined : known };
}

/** The members of an argument that has to be an object, each read once; of options none else. */
function members(
  given: unknown,
  name: keyof typeof CODES,
  names?: readonly string[],
): Record<string, unknown> {
  if (typeof given !== 'object' || given === null) {
    const field = name === 'intended' ? 'options' : name;
    throw new DuoSignError(CODES[name], `${name} is not an object: give one`, field);
  }
  const wanted = names ?? MEMBERS;
  const all: Record<string, unknown> = {};
  for (let i = 0; i < wanted.length; i++)
    all[wanted[i] as string] = read(given, wanted[i] as string);
  const unknown = names && namesOf(given).find((it) => !names.includes(it));
  if (unknown === undefined) return all;
  const prefix = name === 'intended' ? 'intended.' : '';
  throw invalid(`unknown option ${prefix}${unknown}: the options are ${names?.join(', ')}`);
}

/** Of requests and credentials, which may have others that do not matter. */
const MEMBERS = ['ikey', 'skey', 'method', 'url', 'headers', 'body'];

const CODES = {
  request: 'ERR_DUO_INVALID_REQUEST',
  credentials: 'ERR_DUO_INVALID_CREDENTIALS',
  options: 'ERR_DUO_INVALID_OPTIONS',
  intended: 'ERR_DUO_INVALID_OPTIONS',
} as const;

function invalid(message: string): DuoSignError {
  return new DuoSignError('ERR_DUO_INVALID_OPTIONS', message, 'options');
}

/**
 * The text of a file: UTF-8, or UTF-16 with a byte order mark, as Windows PowerShell writes it.
 *
 * @param bytes - The content of the file.
 * @returns Its text, without the mark; bytes that are not UTF-8 become U+FFFD.
 *
 * @example
 * ```ts
 * const request = parseRequest(decodeText(bytes));
 * ```
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const isBigEndian = first === 0xfe && second === 0xff;
  const encoding = isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
