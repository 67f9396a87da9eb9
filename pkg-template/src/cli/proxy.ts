// duo-sign proxy: signs what any program on this machine sends, and passes it on to Duo.

import { timingSafeEqual } from 'node:crypto';
import http, {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { type SignatureVersion, type SignedRequest, Signer } from 'duo-sign/diagnose';
import { type Arguments, type Command, number, paint, port, text, UsageError } from './command.js';
import { CREDENTIALS, credentials } from './credentials.js';
import { agentFor, NETWORK } from './network.js';
import { VERSION_OPTION } from './request.js';
import { isOfThisMachine, listen, readBody } from './server.js';

const MOST_AT_ONCE = 500;
/** In seconds: `/auth/v2/auth` waits a minute for the user. */
const TIMEOUT = 90;
/** These may be sent again when a kept connection turns out to be closed. */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/** Of a request these headers are passed on; `--pass` names more. */
const PASSED = ['accept', 'accept-language', 'content-type', 'user-agent'];
/** Of an answer all but these (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
];
/** These are made anew, whatever `--pass` names. */
const MADE = ['authorization', 'date', 'host', 'content-length', 'x-duo-date', ...HOP_BY_HOP];

export const proxy: Command = {
  summary: 'sign what any program sends to a port of this machine, and pass it on to Duo',
  usage: '',
  examples: ['proxy --port 8080', 'proxy --pass X-Request-Id'],
  options: {
    ...CREDENTIALS,
    port: { type: 'string', value: 'N', help: 'the port (default: any free one)' },
    upstream: {
      type: 'string',
      value: 'URL',
      help: 'where to connect to (default: https://DUO_HOST)',
    },
    'sign-host': {
      type: 'string',
      value: 'HOST',
      help: 'the host that is signed (default: DUO_HOST)',
    },
    timeout: {
      type: 'string',
      value: 'SECONDS',
      help: `how long Duo may be silent (default: ${TIMEOUT})`,
    },
    pass: { type: 'string', multiple: true, value: 'HEADER', help: 'pass this header on as well' },
    ...NETWORK,
    ...VERSION_OPTION,
    listen: {
      type: 'string',
      value: 'ADDRESS',
      help: 'another address than 127.0.0.1; needs --token',
    },
    token: {
      type: 'string',
      value: 'TOKEN',
      help: 'ask for the header X-Duo-Sign-Token: TOKEN (default: DUO_SIGN_TOKEN)',
    },
  },
  details:
    'Authorization, Date and hop-by-hop headers are made anew; Accept, Accept-Language, Content-Type,\n' +
    'User-Agent and X-Duo-* are passed on. Forms are signed with signature version 2, all else with 5.\n' +
    'GET /.duo-sign/health answers 204. HTTPS_PROXY and NO_PROXY are honoured.',
  async run(given) {
    const address = text(given, 'listen') ?? '127.0.0.1';
    const token = tokenOf(given);
    if (address !== '127.0.0.1' && address !== '::1' && token === undefined) {
      throw new UsageError(
        `who can reach ${address} can call Duo with your keys: give --token, or DUO_SIGN_TOKEN`,
      );
    }
    const { host, ...keys } = await credentials(given);
    const signer = new Signer(keys);
    const forwarder = new Forwarder(given, host, signer);
    const server = http.createServer((request, response) => void forwarder.take(request, response));
    server.on('connect', (_, socket) => {
      const hint =
        'this proxy signs what it can read: send http:// URLs to it, not https:// ones\n';
      const head = `HTTP/1.1 405 Method Not Allowed\r\nContent-Length: ${hint.length}\r\n\r\n`;
      socket.end(head + hint);
    });
    try {
      return await listen(server, { port: port(given), address });
    } finally {
      signer.dispose();
    }
  },
};

/** A token that is empty protects nothing. */
function tokenOf(given: Arguments): string | undefined {
  const token = text(given, 'token') ?? process.env.DUO_SIGN_TOKEN;
  if (token === '') throw new UsageError('the token is empty: give one that cannot be guessed');
  return token;
}

class Forwarder {
  readonly #signer: Signer;
  readonly #host: string;
  readonly #upstream: URL;
  readonly #passed: ReadonlySet<string>;
  readonly #token: string | undefined;
  readonly #agent: http.Agent;
  readonly #version: SignatureVersion | undefined;
  readonly #timeout: number;
  #running = 0;

  constructor(given: Arguments, host: string, signer: Signer) {
    const upstream = text(given, 'upstream') ?? `https://${host}`;
    if (!URL.canParse(upstream) || !/^https?:/.test(upstream)) {
      throw new UsageError(`--upstream is no URL: ${upstream}`);
    }
    const more = (given.values.pass as readonly string[] | undefined) ?? [];
    const names = [...PASSED, ...more.map((name) => name.toLowerCase())];
    this.#signer = signer;
    this.#host = text(given, 'sign-host') ?? host;
    this.#upstream = new URL(upstream);
    this.#passed = new Set(names.filter((name) => !MADE.includes(name)));
    this.#token = tokenOf(given);
    this.#version = number(given, 'signature-version') as SignatureVersion | undefined;
    this.#timeout = (number(given, 'timeout') ?? TIMEOUT) * 1000;
    this.#agent = agentFor(this.#upstream.href, given, MOST_AT_ONCE);
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    response.once('finish', () => {
      const style = response.statusCode < 400 ? 'green' : 'red';
      // The query may have what does not belong in a log.
      const [path] = url.split('?');
      process.stdout.write(`${paint(style, String(response.statusCode))} ${method} ${path}\n`);
    });
    const refusal = this.#refusal(request);
    if (refusal) return refuse(response, ...refusal);
    const target = this.#target(request.url ?? '/');
    if (target === undefined) return refuse(response, 403, `this proxy is for ${this.#host} alone`);
    if (target === '/.duo-sign/health') return void response.writeHead(204).end();
    if (this.#running >= MOST_AT_ONCE) return refuse(response, 503, 'too many requests at once');
    this.#running++;
    try {
      const body = await readBody(request);
      if (body === undefined) return refuse(response, 413, 'the body is too large');
      await this.#forward(request, target, body, response);
    } catch (error) {
      refuse(response, 400, error instanceof Error ? error.message : String(error));
    } finally {
      this.#running--;
    }
  }

  /** Why a request is not passed on: it may be one that a page elsewhere makes a browser send. */
  #refusal({ headers, url = '' }: IncomingMessage): [status: number, message: string] | undefined {
    const { host = '', origin, 'sec-fetch-site': site } = headers;
    const isForeign = !isOfThisMachine(host) && !url.startsWith('http://');
    if (isForeign && this.#token === undefined) return [421, `the Host header names ${host}`];
    if (origin !== undefined || (site !== undefined && site !== 'none' && site !== 'same-origin')) {
      return [403, 'the request comes from a page in a browser'];
    }
    if (this.#token === undefined) return undefined;
    const given = Buffer.from(String(headers['x-duo-sign-token'] ?? ''));
    const wanted = Buffer.from(this.#token);
    const isRight = given.length === wanted.length && timingSafeEqual(given, wanted);
    return isRight ? undefined : [401, 'the header X-Duo-Sign-Token is missing or wrong'];
  }

  /** Path and query; of a whole URL, as a system's proxy gets it, for the API host or this machine. */
  #target(url: string): string | undefined {
    if (url.startsWith('/')) return url;
    if (!URL.canParse(url)) return undefined;
    const { host, pathname, search } = new URL(url);
    const isKnown = host === this.#host.toLowerCase() || isOfThisMachine(host);
    return isKnown ? `${pathname}${search}` : undefined;
  }

  #forward(
    request: IncomingMessage,
    target: string,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const [path = '/', query = ''] = target.split(/\?(.*)/s);
    const headers: [string, string][] = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      const [name, value] = [request.rawHeaders[i] as string, request.rawHeaders[i + 1] as string];
      const lower = name.toLowerCase();
      const isOfDuo = lower.startsWith('x-duo-') && lower !== 'x-duo-sign-token';
      if ((isOfDuo && !MADE.includes(lower)) || this.#passed.has(lower))
        headers.push([name, value]);
    }
    const method = (request.method ?? 'GET').toUpperCase();
    const takesBody = ['POST', 'PUT', 'PATCH'].includes(method);
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(
      request.headers['content-type'] ?? '',
    );
    const version = this.#version ?? (isForm && takesBody ? 2 : undefined);
    const signed = this.#signer.signRequest(method, this.#host, path, undefined, undefined, {
      query: new URLSearchParams(query),
      headers,
      ...(version !== undefined && { signatureVersion: version }),
      // An empty body is signed as what it is.
      ...((body.length > 0 || takesBody) && { body: new Uint8Array(body) }),
    });
    if (body.length === 0 && request.headers['content-type'] === undefined) {
      delete (signed.headers as Record<string, string>)['Content-Type'];
    }
    return this.#send(signed, body, response);
  }

  #send(
    signed: SignedRequest,
    body: Buffer,
    response: ServerResponse,
    isAgain = false,
  ): Promise<void> {
    const { pathname, search } = new URL(signed.url);
    const send = this.#upstream.protocol === 'http:' ? http.request : https.request;
    const outgoing = send({
      agent: this.#agent,
      host: this.#upstream.hostname,
      port: this.#upstream.port,
      // An address is no name for TLS (RFC 6066 section 3).
      servername: isIP(this.#upstream.hostname) ? '' : this.#upstream.hostname,
      method: signed.method,
      path: `${pathname}${search}`,
      headers: { ...signed.headers, Host: this.#host, 'Content-Length': body.length },
      timeout: this.#timeout,
    });
    return new Promise((resolve) => {
      response.once('close', () => {
        outgoing.destroy();
        resolve();
      });
      outgoing.once('timeout', () => {
        refuse(response, 504, `${this.#upstream.host} did not answer in time`);
        outgoing.destroy();
      });
      outgoing.once('error', ({ message }) => {
        const isStale = outgoing.reusedSocket && SAFE.includes(signed.method);
        if (isStale && !isAgain && !response.headersSent && !response.destroyed) {
          return resolve(this.#send(signed, body, response, true));
        }
        refuse(response, 502, `${this.#upstream.host} cannot be reached: ${message}`);
      });
      outgoing.once('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, passedBack(answer));
        answer.once('error', () => response.destroy());
        answer.pipe(response);
      });
      outgoing.end(body);
    });
  }
}

function passedBack({ headers }: IncomingMessage): OutgoingHttpHeaders {
  const entries = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
  return Object.fromEntries(entries);
}

/** Answers as Duo does, unless an answer is on its way already. */
function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  const answer = { stat: 'FAIL', code: status * 100, message: `duo-sign proxy: ${message}` };
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
}
