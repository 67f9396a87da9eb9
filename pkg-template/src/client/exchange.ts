// One attempt: what is sent, and what is made of the answer.

import { DuoSignError, type SignedRequest } from '../index.js';
import { DuoApiError, invalid } from './error.js';
import { MAX_TIMER, onAbort, reasonOf } from './signals.js';

/** What sends a request, such as the global `fetch`. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

export interface Failure {
  readonly error: DuoApiError | DuoSignError;
  /** Whether it is certain that Duo did not get the request. */
  readonly isUnsent?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly response: unknown;
  readonly metadata: unknown;
}

export type Outcome = { readonly answer: Answer } | Failure;

export interface Limits {
  readonly send: Send | undefined;
  /** In milliseconds. */
  readonly timeout: number;
  readonly maxResponseBytes: number;
}

export function sender(send: Send | undefined): Send {
  const found = send ?? (typeof fetch === 'function' ? fetch : undefined);
  if (!found) throw invalid('fetch', 'is missing here as a global function: give one');
  return found as Send;
}

/** Sends a request. Rejects with what ends the call for good. */
export async function exchange(
  signed: SignedRequest,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forget: (() => void) | undefined;
  // Not left to `fetch`, which may be one that knows no signals.
  const ended = new Promise<never>((_, reject) => {
    const end = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
    };
    forget = signal && onAbort(signal, () => end(reasonOf(signal)));
    if (limits.timeout <= MAX_TIMER) {
      const late = `no answer from ${hostOf(signed.url)} within ${limits.timeout} ms`;
      timer = setTimeout(() => end(new DuoSignError('ERR_DUO_TIMEOUT', late)), limits.timeout);
    }
  });
  try {
    return await Promise.race([ended, send(signed, limits, controller.signal)]);
  } finally {
    clearTimeout(timer);
    forget?.();
  }
}

async function send(
  { method, url, headers, body }: SignedRequest,
  limits: Limits,
  signal: AbortSignal,
): Promise<Outcome> {
  const host = hostOf(url);
  const unreachable = (cause: unknown): Failure => {
    const message = `${host} cannot be reached: ${describe(cause)}`;
    return { error: new DuoSignError('ERR_DUO_NETWORK', message, undefined, { cause }) };
  };
  const send = sender(limits.send);
  let response: Response;
  try {
    response = await send(url, { method, headers, body, redirect: 'manual', signal });
  } catch (cause) {
    return { ...unreachable(cause), isUnsent: isUnsent(cause) };
  }
  if (typeof response?.status !== 'number' || typeof response.headers?.get !== 'function') {
    throw invalid('fetch', 'gives something else than a Response: give one like the global fetch');
  }
  if (isRedirected(response, host)) {
    discard(response);
    const message =
      `${host} redirects, which Duo's API does not, and the signature is not sent elsewhere: check ` +
      'the API hostname, and proxies on the way';
    return { error: new DuoApiError(response.status, undefined, message) };
  }
  try {
    return await read(response, limits.maxResponseBytes);
  } catch (cause) {
    return cause instanceof DuoSignError ? { error: cause } : unreachable(cause);
  }
}

function hostOf(url: string): string {
  return url.split('/')[2] as string;
}

/** A body that nobody reads keeps its connection. Whether that succeeds does not matter. */
function discard(response: Response): void {
  Promise.resolve(response.body?.cancel?.()).catch(() => undefined);
}

function isRedirected({ type, status, redirected, url: end }: Response, host: string): boolean {
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) return true;
  // React Native follows redirects, and tells by the URL alone. Elsewhere another host is that of a
  // `fetch` that rewrites the URL: a gateway, a test server.
  return redirected ?? Boolean(end && hostOf(end) !== host);
}

async function read(response: Response, most: number): Promise<Outcome> {
  const { status, headers } = response;
  const bytes = await bytesOf(response, most);
  if (status === 200 && headers.get('Content-Type')?.toLowerCase().startsWith('image/')) {
    const image = bytes ?? new Uint8Array(await response.arrayBuffer());
    return { answer: { status, headers, response: image, metadata: undefined } };
  }
  const answer = parse(bytes ? new TextDecoder().decode(bytes) : await response.text());
  if (status === 200 && answer?.stat === 'OK') {
    const { response, metadata } = answer;
    // At the top level for lists, within the response for v2 logs.
    const inner = (response as { metadata?: unknown } | null | undefined)?.metadata;
    const hasCursor = (metadata as { next_offset?: unknown } | undefined)?.next_offset != null;
    const found = hasCursor ? metadata : (inner ?? metadata);
    return { answer: { status, headers, response, metadata: found } };
  }
  const { code, message, message_detail: detail } = answer ?? {};
  const unknown =
    `the answer with status ${status} is not as Duo's API gives it: check the API hostname, the ` +
    'path, and proxies on the way';
  return {
    error: new DuoApiError(
      status,
      typeof code === 'number' ? code : undefined,
      typeof message === 'string' ? message : unknown,
      typeof detail === 'string' ? detail : undefined,
      retryTime(headers.get('Retry-After')),
      dateOf(headers.get('Date')),
    ),
  };
}

/** The body, unpacked; `undefined` where it is no stream, as in React Native. */
async function bytesOf(response: Response, most: number): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader?.();
  if (!reader) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      reader.cancel().catch(() => undefined);
      throw new DuoSignError(
        'ERR_DUO_TOO_LARGE',
        `the answer is larger than ${most} bytes: ask for less at once, or give the option ` +
          'maxResponseBytes',
      );
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

interface Json {
  readonly stat?: unknown;
  readonly response?: unknown;
  readonly metadata?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly message_detail?: unknown;
}

export function parse(text: string): Json | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110 section 10.2.3: seconds, or a date to come, in seconds from now. */
function retryTime(value: string | null): number | undefined {
  if (value !== null && /^\d+$/.test(value)) return Number(value);
  const date = dateOf(value);
  const wait = date ? (date.getTime() - Date.now()) / 1000 : 0;
  return wait > 0 ? wait : undefined;
}

/** A date of HTTP. */
export function dateOf(value: string | null): Date | undefined {
  // `Date.parse` takes much that is no date: `7, 7` is one in 2001.
  const time = value !== null && /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}

interface Cause extends Error {
  readonly errors?: unknown[];
  readonly code?: string;
  readonly syscall?: string;
  readonly socket?: { bytesWritten?: number };
}

/** The error at the root: Node.js says "fetch failed", and more in causes. */
function rootOf(error: unknown): Partial<Cause> {
  const { cause, errors } = (error ?? {}) as Cause;
  if (cause instanceof Error) return rootOf(cause);
  return errors?.length ? rootOf(errors[0]) : ((error ?? {}) as Cause);
}

/** Why a request failed. */
function describe(error: unknown): string {
  const { message, code, name } = rootOf(error);
  // OpenSSL's own text: codes, a library, a function, the reason, and a line of its source.
  const [, reason] = /:error:\w+:[^:]*:[^:]*:([^:]+):/.exec(message ?? '') ?? [];
  return reason ? `TLS fails: ${reason}` : message || code || name || 'no reason is given';
}

/**
 * Whether the request cannot have reached Duo as a whole: there was no connection, or it had been
 * closed when the request was written, as happens to one that is kept alive.
 */
function isUnsent(error: unknown): boolean {
  const { code, syscall, socket } = rootOf(error);
  return (
    ['connect', 'getaddrinfo', 'write'].includes(syscall ?? '') ||
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    socket?.bytesWritten === 0
  );
}
