// duo-sign diagnose: why Duo refuses a request that was pasted.

import {
  type DiagnoseOptions,
  type Diagnosis,
  decodeText,
  diagnoseAsync,
  type ParsedExchange,
  type ParsedRequest,
  parseRequests,
  render,
} from 'duo-sign/diagnose';
import {
  type Arguments,
  type Command,
  EXIT,
  paint,
  readFile,
  readInput,
  text,
  UsageError,
} from './command.js';
import { CREDENTIALS, credentials } from './credentials.js';
import { headersOf } from './request.js';

/** What the sender meant, or knows of what was signed. */
export const MEANT = {
  params: {
    type: 'string',
    value: 'TEXT',
    help: 'the parameters that the program meant to send, as a query or JSON',
  },
  body: { type: 'string', value: 'TEXT|@FILE', help: 'the body that was hashed' },
  header: {
    type: 'string',
    short: 'H',
    multiple: true,
    value: 'NAME:VALUE',
    help: 'an X-Duo-* header that was signed',
  },
  canonical: { type: 'string', value: 'FILE', help: 'the canonical string that was printed' },
} as const satisfies Command['options'];

export const diagnose: Command = {
  summary: 'say why Duo refuses a request: a curl command, raw HTTP, a HAR file, a log, a script',
  usage: '[FILE]',
  examples: ['diagnose request.har', 'pbpaste | duo-sign diagnose --params limit=10'],
  options: {
    ...CREDENTIALS,
    ...MEANT,
    answer: {
      type: 'string',
      value: 'CODE|FILE',
      help: 'what Duo answered: its code, or its JSON',
    },
    now: { type: 'string', value: 'DATE', help: 'when Duo received the request' },
    json: { type: 'boolean', help: 'print the diagnosis as JSON' },
  },
  async run(given) {
    const [file] = given.positionals;
    if (file === undefined && process.stdin.isTTY) {
      process.stderr.write('Paste the request, then press Ctrl-D.\n');
    }
    const pasted = decodeText(file === undefined ? await readInput() : readFile(file));
    const { request, response } = choose(pasted);
    const keys = await credentials(given, ['ikey', 'skey']);
    const { code, date } = response ?? {};
    const answer = code === undefined ? {} : { response: { code, ...(date && { date }) } };
    const options = { ...answer, ...known(given), onProgress: progress() };
    const diagnosis = await diagnoseAsync(request, keys, options);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    const shown = given.values.json
      ? JSON.stringify(diagnosis, null, 2)
      : report(request, diagnosis);
    process.stdout.write(`${shown}\n`);
    return diagnosis.outcome === 'valid' ? EXIT.ok : EXIT.refused;
  },
};

/** What the command line says besides the request. */
function known(given: Arguments): DiagnoseOptions {
  const [answer, now] = [text(given, 'answer'), text(given, 'now')];
  const time = now === undefined ? undefined : Date.parse(now);
  if (Number.isNaN(time)) throw new UsageError(`--now is not a date: ${now}`);
  return {
    intended: intended(given),
    ...(answer !== undefined && {
      response: /^\d{5}$/.test(answer) ? Number(answer) : readFile(answer).toString(),
    }),
    ...(time !== undefined && { now: time }),
  };
}

/** What {@link MEANT} names. */
export function intended(given: Arguments): NonNullable<DiagnoseOptions['intended']> {
  const [params, body, canonical] = [
    text(given, 'params'),
    text(given, 'body'),
    text(given, 'canonical'),
  ];
  const headers = given.values.header === undefined ? undefined : headersOf(given);
  return {
    ...(params !== undefined && { params: meant(params) }),
    ...(body !== undefined && { body: body.startsWith('@') ? bytesOf(body.slice(1)) : body }),
    ...(headers !== undefined && { headers }),
    ...(canonical !== undefined && {
      canonical: readFile(canonical)
        .toString()
        .replace(/\r?\n$/, ''),
    }),
  };
}

function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFile(file));
}

/** Parameters as a query or as a JSON object. */
function meant(params: string): URLSearchParams | { [name: string]: string } {
  if (!params.trimStart().startsWith('{')) return new URLSearchParams(params);
  try {
    return JSON.parse(params);
  } catch {
    throw new UsageError(`--params is no JSON: ${params}`);
  }
}

/** Of several requests that which matters; they are listed. */
function choose(pasted: string): ParsedExchange {
  const all = parseRequests(pasted);
  const chosen = all.find((it) => it.chosen) as ParsedExchange;
  if (all.length < 2) return chosen;
  for (const exchange of all) {
    const { request, response } = exchange;
    const mark = exchange.chosen ? '>' : ' ';
    process.stderr.write(
      `${mark} ${response?.status ?? '   '} ${response?.code ?? '     '} ${request.method} ${request.url}\n`,
    );
  }
  return chosen;
}

/** Shows on a terminal how far the search is. */
function progress(): DiagnoseOptions['onProgress'] {
  if (!process.stderr.isTTY) return undefined;
  return ({ searched, total }) => {
    process.stderr.write(`\rSearching: ${searched} of at most ${total} canonical strings …`);
  };
}

/** The names of options in place of those that JavaScript has for them. */
export function inTermsOfOptions(sentence: string): string {
  return sentence
    .replace(/`?intended\.(params|body|canonical)`?/g, '--$1')
    .replace(/`?intended\.headers`?/g, '--header');
}

/** A diagnosis for people. */
export function report(request: ParsedRequest, diagnosis: Diagnosis): string {
  const { outcome, duoCode, causes, expected, signed, difference, notes } = diagnosis;
  const { corrected, uncorrected } = diagnosis;
  const colour = outcome === 'valid' ? 'green' : outcome === 'explained' ? 'red' : 'yellow';
  const code = duoCode === null ? '' : `, Duo answers ${duoCode}`;
  const lines = [
    `${request.method} ${request.url}`,
    paint(colour, `${outcome.toUpperCase()}${code}`),
    '',
  ];
  if (outcome === 'valid') lines.push(diagnosis.summary);
  for (const { id, summary, fix, proven } of causes) {
    lines.push(`${paint('bold', proven ? id : `${id}?`)}: ${summary}`, `  ${fix}`);
  }
  for (const note of notes) lines.push('', note);
  if (signed && expected && difference) {
    lines.push('', 'signed', ...numbered(signed.canonical, difference.line));
    lines.push('expected', ...numbered(expected.canonical, difference.line));
  }
  if (corrected)
    lines.push('', 'The request as Duo takes it, for some minutes:', render(corrected, 'curl'));
  if (uncorrected) lines.push('', `No corrected request: ${uncorrected.message}`);
  return inTermsOfOptions(lines.join('\n'));
}

function numbered(canonical: string, differing: number): string[] {
  return canonical.split('\n').map((line, i) => {
    const text = `${i + 1 === differing ? '>' : ' '} ${i + 1}  ${line}`;
    return i + 1 === differing ? paint('yellow', text) : text;
  });
}
