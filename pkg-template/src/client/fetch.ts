// Any request of the Fetch API, signed.

import { DuoSignError, type Params, type SignedRequest, type SignOptions } from '../index.js';
import { invalid } from './error.js';
import { sender } from './exchange.js';
import type { Settings } from './settings.js';

/** Signs a request for the API hostname of the client. */
export type Sign = (
  method: string,
  path: string,
  params: Params | undefined,
  options: SignOptions,
) => SignedRequest;

/** What goes out, and may go out again with another date. */
export interface Prepared {
  readonly sign: () => SignedRequest;
  readonly init: RequestInit;
}

/**
 * Reads a request once. `undefined` for one to another host, which is to be sent as it is.
 */
export async function prepare(
  settings: Settings,
  sign: Sign,
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<Prepared | undefined> {
  const { host, otherHosts } = settings;
  const isRequest = typeof input === 'object' && 'url' in input;
  const url = urlOf(isRequest ? input.url : String(input), host);
  if (url.host !== host.toLowerCase().replace(/:443$/, '')) {
    if (otherHosts === 'pass') return undefined;
    throw new DuoSignError(
      'ERR_DUO_INVALID_HOST',
      `the request is for ${url.host}, and the client signs for ${host} only: give otherHosts: ` +
        "'pass' to send others unsigned",
      'host',
    );
  }
  if (url.protocol !== 'https:') {
    const message = `the URL starts with ${url.protocol}: Duo takes https: only`;
    throw new DuoSignError('ERR_DUO_INVALID_REQUEST', message, 'request');
  }
  const request = new Request(isRequest ? input : url.href, init);
  const method = request.method.toUpperCase();
  const headers = headersOf(request);
  const query = queryOf(url);
  const given = { headers, query };
  const body = await bodyOf(request);
  const takesBody = ['POST', 'PUT', 'PATCH'].includes(method);
  const account: Params = settings.accountId ? [['account_id', settings.accountId]] : [];
  const withAccount = (query: Params) => [...(query as Iterable<[string, string]>), ...account];
  const path = url.pathname;
  const common = { ...init, method, redirect: 'manual' as const, signal: request.signal };
  if (body === undefined || isPairs(body)) {
    // Form data becomes the JSON that Duo takes in its place.
    if (body) delete headers['content-type'];
    const params = takesBody ? [...((body ?? []) as []), ...account] : undefined;
    const options = takesBody ? given : { ...given, query: withAccount(query) };
    return { sign: () => sign(method, path, params, options), init: common };
  }
  const type = headers['content-type'] ?? '';
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  // As `fetch` calls a text of which it knows nothing more.
  if (/^text\/plain\b/i.test(type)) headers['content-type'] = 'application/json';
  const options = {
    ...given,
    body: settings.accountId ? withMember(body, isForm, settings.accountId) : body,
    // Versions 4 and 5 are for JSON.
    ...(isForm && settings.signatureVersion === undefined && { signatureVersion: 2 as const }),
  };
  return { sign: () => sign(method, path, undefined, options), init: common };
}

/** Sends what was signed. */
export function sendSigned(
  settings: Settings,
  { method, url, headers, body }: SignedRequest,
  init: RequestInit,
): Promise<Response> {
  return sender(settings.send)(url, { ...init, method, headers, body: body as BodyInit | null });
}

function urlOf(url: string, host: string): URL {
  try {
    return new URL(url, `https://${host}`);
  } catch {
    throw new DuoSignError('ERR_DUO_INVALID_REQUEST', `this is no URL: ${url}`, 'request');
  }
}

/** Those that are not the signature's own. */
function headersOf({ headers }: Request): Record<string, string> {
  const own = ['authorization', 'date', 'x-duo-date', 'host', 'content-length'];
  return Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
}

/** The parameters of the query, which are sent in the spelling that is signed. */
function queryOf({ search, searchParams }: URL): Params {
  try {
    decodeURIComponent(search);
  } catch {
    const message = 'the query of the URL has a % that is not followed by the code of UTF-8';
    throw new DuoSignError('ERR_DUO_INVALID_QUERY', message, 'query');
  }
  return [...searchParams];
}

type Body = Uint8Array | [string, string][] | undefined;

function isPairs(body: Body): body is [string, string][] {
  return Array.isArray(body);
}

/** The bytes of the body, or the fields of a multipart form; `undefined` when it is empty. */
async function bodyOf(request: Request): Promise<Body> {
  if (['GET', 'HEAD'].includes(request.method)) return undefined;
  if (/^multipart\/form-data\b/i.test(request.headers.get('Content-Type') ?? '')) {
    return [...(await request.formData())].map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      const message = `the form field ${name} is a file, which Duo does not take: leave it out`;
      throw new DuoSignError('ERR_DUO_INVALID_BODY', message, 'body');
    });
  }
  const bytes = new Uint8Array(await request.arrayBuffer());
  return bytes.length > 0 ? bytes : undefined;
}

/** A body with the child account in it, its other bytes as they are. */
function withMember(body: Uint8Array, isForm: boolean, accountId: string): Uint8Array {
  const text = new TextDecoder().decode(body);
  const member = `"account_id":${JSON.stringify(accountId)}`;
  const start = /^\s*\{\s*(\}?)/.exec(text);
  if (!isForm && !start) {
    throw invalid('accountId', 'cannot be put into this body: give a JSON object or a form');
  }
  const json = () => `{${member}${start?.[1] ? '' : ','}${text.slice(text.indexOf('{') + 1)}`;
  const form = () => `account_id=${encodeURIComponent(accountId)}&${text}`;
  return new TextEncoder().encode(isForm ? form() : json());
}
