// duo-sign serve: an endpoint on this machine that verifies what any client sends, as Duo does, and
// says why it refuses.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diagnoseAsync, type ReceivedRequest, verify } from 'duo-sign/diagnose';
import {
  type Arguments,
  type Command,
  EXIT,
  number,
  paint,
  port,
  readFile,
  text,
  UsageError,
} from './command.js';
import { type Application, CREDENTIALS, credentials } from './credentials.js';
import { inTermsOfOptions, intended, MEANT } from './diagnose.js';
import { sample } from './samples.js';
import { isOfThisMachine, listen, readBody } from './server.js';

export const serve: Command = {
  summary: 'answer on this machine as Duo does, and say why a request is refused',
  usage: '',
  examples: ['serve --port 8080', 'serve --once --params limit=10'],
  options: {
    ...CREDENTIALS,
    port: { type: 'string', value: 'N', help: 'the port (default: any free one)' },
    tls: { type: 'boolean', help: 'speak TLS, with a certificate that openssl makes' },
    cert: { type: 'string', value: 'FILE', help: 'speak TLS with this certificate' },
    key: { type: 'string', value: 'FILE', help: 'the private key of --cert' },
    ...MEANT,
    once: { type: 'boolean', help: 'exit after one request: 0 if it was valid, else 1' },
    answer: {
      type: 'string',
      value: 'FILE',
      help: 'the JSON that right requests are answered with',
    },
    records: {
      type: 'string',
      value: 'N',
      help: 'how many records lists have, over pages (default: 3)',
    },
    'rate-limit': {
      type: 'string',
      value: 'N',
      help: 'answer 429 after so many requests a minute',
    },
  },
  async run(given) {
    const application = await credentials(given, ['ikey', 'skey']);
    const endpoint = new Endpoint(given, application);
    const { secure, file } = certificate(given);
    // A client may hang up within its request.
    const handle = (request: IncomingMessage, response: ServerResponse) =>
      void endpoint.answer(request, response).catch(() => response.destroy());
    const server = secure ? https.createServer(secure, handle) : http.createServer(handle);
    const where = { port: port(given), scheme: secure ? 'https' : 'http' };
    try {
      return await listen(server, where, (end) => {
        endpoint.onEnd = end;
        if (file !== undefined)
          server.once('listening', () => setImmediate(say, `certificate: ${file}`));
      });
    } finally {
      if (file !== undefined) rmSync(dirname(file), { recursive: true, force: true });
    }
  },
};

class Endpoint {
  onEnd: (code: number) => void = () => {};
  readonly #application: Application;
  readonly #intended: ReturnType<typeof intended>;
  readonly #answer: string | undefined;
  readonly #isOnce: boolean;
  readonly #records: number;
  readonly #limit: number;
  #times: number[] = [];

  constructor(given: Arguments, application: Application) {
    this.#application = application;
    this.#intended = intended(given);
    const file = text(given, 'answer');
    this.#answer = file === undefined ? undefined : readFile(file).toString();
    this.#records = number(given, 'records') ?? 3;
    this.#isOnce = given.values.once === true;
    this.#limit = number(given, 'rate-limit') ?? Number.POSITIVE_INFINITY;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', rawHeaders } = request;
    const body = await readBody(request);
    const say = (status: number, answer: object | string) => {
      const json = typeof answer === 'string' ? answer : JSON.stringify(answer);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(json);
      const style = status === 200 ? 'green' : 'red';
      process.stdout.write(`${paint(style, `${status}`)} ${method} ${url}\n`);
    };
    if (body === undefined) return say(413, failure(41301, 'Request body too large'));
    if (!isLocal(request.headers.host ?? ''))
      return say(421, failure(42101, 'Foreign Host header'));
    const headers = rawHeaders.flatMap((name, i): [string, string][] =>
      i % 2 === 0 ? [[name, rawHeaders[i + 1] as string]] : [],
    );
    const received: ReceivedRequest = { method, url, headers, body: new Uint8Array(body) };
    const path = url.startsWith('/') ? url.split('?')[0] : new URL(url, 'http://x').pathname;
    if (path === '/auth/v2/ping')
      return say(200, { stat: 'OK', response: { time: Math.floor(Date.now() / 1000) } });
    if (this.#isLimited()) return say(429, failure(42901, 'Too Many Requests'));
    const found = verify(received, this.#application);
    if (found.ok) {
      say(200, this.#answer ?? { stat: 'OK', ...sample(method, url, this.#records) });
    } else {
      const { summary, causes } = await diagnoseAsync(received, this.#application, {
        intended: this.#intended,
        now: Date.now(),
        response: found.code,
      });
      const all = causes.map((cause) => `${cause.summary} ${cause.fix}`).join(' ');
      const detail = inTermsOfOptions(all || summary);
      say(401, {
        ...failure(found.code, found.message),
        message_detail: detail,
      });
      process.stdout.write(`    ${detail}\n`);
    }
    if (this.#isOnce) this.onEnd(found.ok ? EXIT.ok : EXIT.refused);
  }

  #isLimited(): boolean {
    const now = Date.now();
    this.#times = this.#times.filter((time) => now - time < 60_000);
    this.#times.push(now);
    return this.#times.length > this.#limit;
  }
}

/** Nor can it name Duo's hosts, under which a program may know this endpoint. */
function isLocal(host: string): boolean {
  return isOfThisMachine(host) || /\.duo(security|federal)\.com(:\d+)?$/i.test(host);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const failure = (code: number, message: string) => ({ stat: 'FAIL', code, message });

interface Certificate {
  readonly secure?: { readonly cert: Buffer; readonly key: Buffer };
  /** Where one that was made is, until the server ends: clients may trust it. */
  readonly file?: string;
}

/** The certificate that was given, or one for this machine. */
function certificate(given: Arguments): Certificate {
  const [cert, key] = [text(given, 'cert'), text(given, 'key')];
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('give both --cert and --key, or --tls alone');
  }
  if (cert !== undefined && key !== undefined) {
    return { secure: { cert: readFile(cert), key: readFile(key) } };
  }
  if (given.values.tls !== true) return {};
  const folder = mkdtempSync(join(tmpdir(), 'duo-sign-'));
  try {
    const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '30', '-subj', '/CN=localhost', '-addext', names],
      ...['-keyout', files.key, '-out', files.cert],
    ]);
    if (made.status !== 0) {
      throw new UsageError('--tls needs openssl, which failed: give --cert and --key instead');
    }
    const secure = { cert: readFile(files.cert), key: readFile(files.key) };
    rmSync(files.key);
    return { secure, file: files.cert };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
