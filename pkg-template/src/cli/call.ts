// duo-sign call: one call of the API, signed, sent and printed.

import { createWriteStream } from 'node:fs';
import { DuoApiError, DuoClient } from 'duo-sign/client';
import { diagnose, type SignedRequest, signRequest } from 'duo-sign/diagnose';
import { type Command, EXIT, text, UsageError } from './command.js';
import { CREDENTIALS, credentials } from './credentials.js';
import { agentFor, fetchBy, NETWORK } from './network.js';
import { describe, REQUEST } from './request.js';

export const call: Command = {
  summary: "call the API and print Duo's JSON",
  usage: 'METHOD PATH [name=value | name:=json …]',
  examples: [
    'call GET /auth/v2/check',
    'call GET /admin/v1/users limit=100 --paginate',
    'call POST /admin/v1/users username=narroway --dry-run',
  ],
  options: {
    ...REQUEST,
    ...CREDENTIALS,
    ...NETWORK,
    include: {
      type: 'boolean',
      short: 'i',
      help: 'print the status and headers of the answer as well',
    },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'write to this file' },
    paginate: { type: 'boolean', help: 'all pages, one record on each line' },
    slurp: { type: 'boolean', help: 'all pages, as one list' },
    'dry-run': { type: 'boolean', help: 'print what would be sent, without the signature' },
  },
  async run(given) {
    const { method, path, params, options } = describe(given);
    const { host, ...keys } = await credentials(given);
    if (given.values['dry-run'] === true) {
      const { url, headers, body } = signRequest(
        method,
        host,
        path,
        params,
        undefined,
        keys,
        options,
      );
      const shown = { ...headers, Authorization: 'Basic (integration key and signature)' };
      const lines = Object.entries(shown).map(([name, value]) => `${name}: ${value}`);
      process.stdout.write(
        `${[`${method} ${url}`, ...lines, '', body ?? ''].join('\n').trimEnd()}\n`,
      );
      return EXIT.ok;
    }
    const output = text(given, 'output');
    const out = output === undefined ? process.stdout : createWriteStream(output);
    const send = fetchBy(agentFor(`https://${host}`, given));
    let last: { request: object; answer: Response } | undefined;
    let attempts = 0;
    const client = new DuoClient({
      ...keys,
      host,
      signatureVersion: options.signatureVersion,
      async fetch(url, init) {
        attempts++;
        const answer = await send(url, init).catch((error) => {
          // The client tries again, for a minute.
          const told = `duo-sign: attempt ${attempts}: ${error.message.trim()}\n`;
          if (!init.signal?.aborted) process.stderr.write(told);
          throw error;
        });
        attempts = 0;
        last = { request: { url, ...init }, answer: answer.clone() };
        return answer;
      },
    });
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort(new UsageError('stopped')));
    try {
      if (given.values.paginate === true || given.values.slurp === true) {
        if (given.values.header !== undefined || given.values.data !== undefined) {
          throw new UsageError('pages are asked for without -H and --data: leave them out');
        }
        if (method !== 'GET') throw new UsageError('pages are those of a list: use GET');
        await pages(
          client.paginate(path, params, { signal: stop.signal }),
          given.values.slurp === true,
          out,
        );
      } else {
        const { header, data } = given.values;
        const isPlain = header === undefined && data === undefined;
        const { signal } = stop;
        const response = isPlain
          ? await client.request(method, path, params, { signal })
          : await own(client, signRequest(method, host, path, params, undefined, keys, options), {
              headers: options.headers as HeadersInit,
              signal,
            });
        if (given.values.include === true && last) out.write(head(last.answer));
        out.write(
          response instanceof Uint8Array ? response : `${JSON.stringify(response, null, 2)}\n`,
        );
      }
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof DuoApiError)) throw error;
      if (given.values.include === true && last) out.write(head(last.answer));
      if (last) out.write(`${(await last.answer.text()).trim()}\n`);
      process.stderr.write(
        `${error.status} ${error.message}${error.detail ? `: ${error.detail}` : ''}\n`,
      );
      if (last && (error.code === 40103 || error.code === 40105)) {
        const date = last.answer.headers.get('Date') ?? undefined;
        const { outcome, summary } = diagnose(last.request as never, keys, {
          response: { code: error.code, date },
        });
        const isKey = outcome === 'valid' && error.code === 40103;
        const why = isKey
          ? 'The signature is correct for these keys, so Duo has a different secret key.'
          : summary;
        process.stderr.write(`${why}\n`);
      }
      return EXIT.refused;
    } finally {
      client.dispose();
      if (out !== process.stdout) out.end();
    }
  },
};

/** A call with headers or a body of its own. */
async function own(
  client: DuoClient,
  { method, url, body }: SignedRequest,
  init: RequestInit,
): Promise<unknown> {
  const answer = await client.fetch(url, { ...init, method, body: body as BodyInit | null });
  const { stat, response, code, message, message_detail: detail } = await answer.json();
  if (stat !== 'OK') throw new DuoApiError(answer.status, code, message, detail);
  return response;
}

function head({ status, statusText, headers }: Response): string {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return `${[`HTTP ${status} ${statusText}`.trim(), ...lines].join('\n')}\n\n`;
}

async function pages(
  records: AsyncIterable<unknown>,
  isOne: boolean,
  out: NodeJS.WritableStream,
): Promise<void> {
  let count = 0;
  if (isOne) out.write('[');
  try {
    for await (const record of records) {
      const line = JSON.stringify(record);
      out.write(isOne ? `${count === 0 ? '\n' : ',\n'}  ${line}` : `${line}\n`);
      count++;
      if (process.stderr.isTTY && count % 100 === 0) process.stderr.write(`\r${count} records`);
    }
  } finally {
    // What came before an error, or Ctrl-C, is JSON too.
    if (isOne) out.write('\n]\n');
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${count} records\n`);
}
