// duo-sign proxy: signs what any program on this machine sends, and passes it on to Duo.

import { timingSafeEqual } from 'node:crypto';
import http, {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import https from 'node:https';
import { Signer } from 'duo-sign/diagnose';
import { type Arguments, type Command, number, readFile, text, UsageError } from './command.js';
import { CREDENTIALS, credentials } from './credentials.js';
import { isOfThisMachine, listen, readBody } from './server.js';

const MOST_AT_ONCE = 500;
/** In milliseconds: `/auth/v2/auth` waits a minute for the user. */
const TIMEOUT = 90_000;

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
    pass: { type: 'string', multiple: true, value: 'HEADER', help: 'pass this header on, too' },
    cacert: { type: 'string', value: 'FILE', help: "the certificate authority of the upstream's" },
    listen: {
      type: 'string',
      value: 'ADDRESS',
      help: 'another address than 127.0.0.1; needs --token',
    },
    token: { type: 'string', value: 'TOKEN', help: 'ask for it: X-Duo-Sign-Token: TOKEN' },
  },
  async run(given) {
    const address = text(given, 'listen') ?? '127.0.0.1';
    if (address !== '127.0.0.1' && address !== '::1' && text(given, 'token') === undefined) {
      throw new UsageError(
        `who can reach ${address} can call Duo with your keys: give --token too`,
      );
    }
    const { host, ...keys } = await credentials(given);
    const signer = new Signer(keys);
    const forwarder = new Forwarder(given, host, signer);
    const server = http.createServer((request, response) => void forwarder.take(request, response));
    server.on('connect', (_, socket) => {
      socket.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n');
    });
    try {
      return await listen(server, { port: number(given, 'port'), address });
    } finally {
      signer.dispose();
    }
  },
};

class Forwarder {
  readonly #signer: Signer;
  readonly #host: string;
  readonly #upstream: URL;
  readonly #passed: ReadonlySet<string>;
  readonly #token: string | undefined;
  readonly #agent: http.Agent;
  #running = 0;

  constructor(given: Arguments, host: string, signer: Signer) {
    const upstream = text(given, 'upstream') ?? `https://${host}`;
    if (!URL.canParse(upstream) || !/^https?:/.test(upstream)) {
      throw new UsageError(`--upstream is no URL: ${upstream}`);
    }
    const more = (given.values.pass as readonly string[] | undefined) ?? [];
    const names = [...PASSED, ...more.map((name) => name.toLowerCase())];
    const file = text(given, 'cacert');
    this.#signer = signer;
    this.#host = text(given, 'sign-host') ?? host;
    this.#upstream = new URL(upstream);
    this.#passed = new Set(names.filter((name) => !MADE.includes(name)));
    this.#token = text(given, 'token');
    const options = { keepAlive: true, maxSockets: MOST_AT_ONCE };
    this.#agent =
      this.#upstream.protocol === 'http:'
        ? new http.Agent(options)
        : new https.Agent({ ...options, ...(file !== undefined && { ca: readFile(file) }) });
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    return isRight ? undefined : [401, 'the header X-Duo-Sign-Token is missing, or another one'];
  }

  /** Path and query; of a whole URL, as a system's proxy gets it, those of the API host alone. */
  #target(url: string): string | undefined {
    if (url.startsWith('/')) return url;
    if (!URL.canParse(url)) return undefined;
    const { host, pathname, search } = new URL(url);
    return host === this.#host.toLowerCase() ? `${pathname}${search}` : undefined;
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
    const signed = this.#signer.signRequest(
      request.method ?? 'GET',
      this.#host,
      path,
      {},
      undefined,
      {
        query: new URLSearchParams(query),
        headers,
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      },
    );
    const { pathname, search } = new URL(signed.url);
    const send = this.#upstream.protocol === 'http:' ? http.request : https.request;
    const outgoing = send({
      agent: this.#agent,
      host: this.#upstream.hostname,
      port: this.#upstream.port,
      servername: this.#upstream.hostname,
      method: signed.method,
      path: `${pathname}${search}`,
      headers: { ...signed.headers, Host: this.#host, 'Content-Length': body.length },
      timeout: TIMEOUT,
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
