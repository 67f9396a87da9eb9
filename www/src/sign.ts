// The task "Sign": the request of the fields, signed again with every change.

import type { CanonicalLine, SignatureVersion, SignedRequest } from 'duo-sign/diagnose';
import { announce, copyOnClick, startCopying } from './copy.js';
import { Ended, Refusal, signing } from './core.js';
import {
  byId,
  choose,
  chosen,
  element,
  exact,
  fill,
  fillExact,
  mark,
  type Pair,
  problem,
  Rows,
  readParams,
  unmark,
  value,
} from './form.js';
import { credentials, fillExampleKeys, keys } from './keys.js';
import { line, numbered, visible } from './show.js';
import type { Calls, SignInput } from './worker.js';

type Result = ReturnType<Calls['sign']>;

const section = byId('sign');
const scope = [section, keys];
const params = new Rows('params-rows');
const headersRows = new Rows('headers-rows');
export const rows = { params, headers: headersRows };
let result: Result | undefined;

export const example = {
  method: 'GET',
  host: 'api-xxxxxxxx.duosecurity.com',
  path: '/admin/v1/users',
  params: [
    ['username', 'root'],
    ['realname', 'First Last'],
  ] as Pair[],
};

/** Fills in a call with the parameters of Duo's documentation. */
export function showExample(): void {
  empty();
  const { method, host, path } = example;
  fill({ method, host, path, date: now() });
  params.pairs = example.params;
  fillExampleKeys();
  update();
}

/** Fills in a request that is signed already, to sign it again. */
export function open(
  { method, url, headers, body }: SignedRequest,
  version: SignatureVersion,
): void {
  empty();
  const { host, pathname, searchParams } = new URL(url);
  const methods = byId<HTMLSelectElement>('method').options;
  if (![...methods].some((it) => it.value === method)) methods.add(new Option(method));
  const dateHeader = headers['X-Duo-Date'] === undefined ? 'Date' : 'X-Duo-Date';
  fill({ method, host, path: pathname, date: now(), 'date-header': dateHeader });
  fill({ version: String(version) });
  params.pairs = [...searchParams];
  headersRows.pairs = Object.entries(headers).filter(([name]) => !own.has(name));
  byId<HTMLDetailsElement>('headers-details').open = headersRows.pairs.length > 0;
  if (body !== null) fillExact('body', body);
  byId<HTMLDetailsElement>('body-details').open = body !== null;
  update();
}

/** Headers that signing makes. */
const own = new Set(['Date', 'X-Duo-Date', 'Authorization']);

/** Empties every field. */
export function empty(): void {
  fill({ method: 'GET', host: '', path: '', 'params-text': '', body: '', date: '' });
  fill({ version: '5', digest: 'sha512', 'date-header': 'Date' });
  choose('params-as', 'rows');
  showParamsAs('rows');
  params.pairs = [];
  headersRows.pairs = [];
  // What is being signed is not wanted any more.
  latest++;
  clearTimeout(speaking);
  byId('sign-results').ariaBusy = 'false';
  result = undefined;
  byId('signed').hidden = true;
  for (const id of ['lines', 'parts', 'text', 'sign-status']) byId(id).replaceChildren();
  unmark(scope);
}

/** The text of the current time, as a Date header has it. */
export const now = (): string => new Date().toUTCString();

export function start(): void {
  for (const part of scope) part.addEventListener('input', update);
  byId('now').addEventListener('click', () => {
    fill({ date: now() });
    update();
  });
  byId('sign-example').addEventListener('click', showExample);
  for (const radio of section.querySelectorAll('input[name="params-as"]')) {
    radio.addEventListener('input', (event) => {
      // Signing would take the mark of a refusal away.
      if (!convertParams(chosen('params-as'))) event.stopPropagation();
    });
  }
  byId('version').addEventListener('input', () => {
    if (Number(value('version')) >= 4) fill({ digest: 'sha512' });
  });
  for (const radio of section.querySelectorAll('input[name="format"]')) {
    radio.addEventListener('input', (event) => {
      // Not a change of the request.
      event.stopPropagation();
      showText();
    });
  }
  setInterval(noteDate, 10_000);
  startCopying(section, {
    canonical: () => result?.signed.canonical ?? '',
    text: () => byId('text').textContent ?? '',
  });
}

let latest = 0;

export async function update(): Promise<void> {
  const current = ++latest;
  const isLatest = () => current === latest;
  byId('sign-results').ariaBusy = 'true';
  unmark(scope);
  noteDate();
  try {
    const input = read();
    const signed = await signing.ask('sign', input);
    if (isLatest()) show(signed, input);
  } catch (error) {
    if (isLatest() && !(error instanceof Ended)) refuse(error as Refusal);
  } finally {
    if (isLatest()) byId('sign-results').ariaBusy = 'false';
  }
}

function read(): SignInput {
  const given =
    chosen('params-as') === 'text' ? readParams(value('params-text'), 'params') : params.pairs;
  const body = exact('body');
  return {
    method: value('method'),
    host: value('host'),
    path: value('path'),
    params: body === '' ? given : undefined,
    date: value('date'),
    credentials: credentials(),
    options: {
      signatureVersion: Number(value('version')) as SignatureVersion,
      digest: value('digest') as 'sha512' | 'sha1',
      dateHeader: value('date-header') as 'Date' | 'X-Duo-Date',
      headers: headersRows.pairs,
      ...(body !== '' && { body, query: given }),
    },
  };
}

/** Whether the parameters can be shown so. */
function convertParams(to: string): boolean {
  try {
    if (to === 'text') {
      fill({ 'params-text': params.pairs.map((pair) => new URLSearchParams([pair])).join('\n') });
    } else {
      params.pairs = asRows(readParams(value('params-text'), 'params'));
    }
    showParamsAs(to);
    return true;
  } catch (error) {
    choose('params-as', to === 'text' ? 'rows' : 'text');
    mark(scope, error as Refusal);
    return false;
  }
}

function showParamsAs(kind: string): void {
  byId('params-rows').hidden = kind !== 'rows';
  byId('params-as-text').hidden = kind !== 'text';
}

type Given = ReturnType<typeof readParams>;

const entries = (given: Given): [string, unknown][] =>
  Array.isArray(given) ? given : Object.entries(given ?? {});

/** Parameters as rows of text, unless they would be others then. */
function asRows(given: Given): Pair[] {
  return entries(given).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[name, value] as Pair];
    const isTexts = Array.isArray(value) && value.every((it) => typeof it === 'string');
    if (isTexts && value.length > 1) return value.map((it): Pair => [name, it]);
    const message = `rows hold text, and ${name} is something else in JSON: keep it as text here`;
    throw new Refusal({ message, field: 'params' });
  });
}

/** Duo takes dates that are up to some minutes from its own clock. */
function noteDate(): void {
  const seconds = (Date.now() - Date.parse(value('date'))) / 1000;
  const note = byId('date-note');
  note.hidden = !(Math.abs(seconds) > 240);
  if (note.hidden) return;
  const units = [
    ['day', 86_400],
    ['hour', 3600],
  ] as const;
  const [unit, size] =
    units.find(([, size]) => Math.abs(seconds) >= size) ?? (['minute', 60] as const);
  const when = new Intl.RelativeTimeFormat('en').format(-Math.round(seconds / size), unit);
  note.textContent = `That is ${when}: Duo refuses dates more than some minutes from its clock.`;
}

function refuse(error: Refusal): void {
  result = undefined;
  byId('signed').hidden = true;
  status('unexplained', 'Not signed yet', ...problem(error, mark(scope, error)));
}

let speaking = 0;

function status(kind: string, title: string, ...text: (Node | string)[]): void {
  const box = byId('sign-status');
  box.className = `verdict ${kind}`;
  const icon = element('span', 'icon');
  icon.setAttribute('aria-hidden', 'true');
  const before = box.textContent;
  box.replaceChildren(element('h3', '', icon, title), element('p', '', ...text));
  clearTimeout(speaking);
  if (box.textContent === before) return;
  // Not with every key, so that it is not read aloud while somebody types.
  speaking = setTimeout(() => {
    if (!section.hidden) announce(`${title}. ${box.lastElementChild?.textContent}`);
  }, 800);
}

function show(given: Result, input: SignInput): void {
  result = given;
  const { signed, lines } = given;
  const { signatureVersion, digest } = input.options;
  const hash = digest === 'sha1' ? 'SHA1' : 'SHA512';
  status('valid', 'Signed', `Signature version ${signatureVersion}, HMAC-${hash}.`);
  byId('lines').replaceChildren(
    ...lines.map((it, i) => lineItem(it, entered(it, input, signed), i === lines.length - 1)),
  );
  byId('parts').replaceChildren(...parts(signed));
  showText();
  byId('signed').hidden = false;
}

function lineItem({ label, value, note }: CanonicalLine, inputs: string[], isLast: boolean) {
  const shown = inputs.map((it) => element('code', 'input', visible(it)));
  const input = element('div', '', ...shown);
  if (shown.length === 0) input.append(element('span', 'empty', 'nothing'));
  return numbered(label, note, ['Input', input], ['Signed', line(value, isLast)]);
}

/** What a line was made of. */
function entered({ label }: CanonicalLine, input: SignInput, signed: SignedRequest): string[] {
  const { body, query, signatureVersion = 5 } = input.options;
  switch (label) {
    case 'params': {
      if (signatureVersion >= 4 && !signed.url.includes('?')) return [];
      const pairs = entries((body ? query : input.params) as Given);
      const texts = pairs.flatMap(([name, value]) => [value].flat().map((it) => `${name}=${it}`));
      return signatureVersion < 4 && typeof body === 'string' ? [...texts, body] : texts;
    }
    case 'body hash':
      return signed.body === null ? [] : [String(signed.body)];
    case 'x-duo headers hash': {
      const all = Object.entries(signed.headers);
      const own = all.filter(([name]) => name.toLowerCase().startsWith('x-duo-'));
      return own.map((header) => header.join(': '));
    }
    default:
      return [input[label]];
  }
}

/** The URL, the headers and the body, each to be copied. */
function parts({ method, url, headers, body }: SignedRequest): HTMLElement[] {
  const authorization = headers.Authorization ?? '';
  const [, signature = ''] = atob(authorization.replace('Basic ', '')).split(':');
  const all: [string, string, string?][] = [
    ['URL', url, `${method} ${url}`],
    [
      'Headers',
      Object.entries(headers)
        .map((header) => header.join(': '))
        .join('\n'),
    ],
    ['Signature', signature],
  ];
  if (body !== null) all.push(['Body', String(body)]);
  return all.map(([name, text, shown = text]) => {
    const button = element('button', '', 'Copy', element('span', 'visually-hidden', ` ${name}`));
    button.type = 'button';
    copyOnClick(button, () => text);
    const code = element('code', '', shown);
    return element('div', '', element('dt', '', name), element('dd', '', code, button));
  });
}

const notes: Record<string, string> = {
  http: "For Fiddler's Composer, netcat or openssl s_client.",
  fetch: 'Browsers drop Date from fetch: choose X-Duo-Date there.',
  powershell: 'For PowerShell 7.',
};

function showText(): void {
  const format = chosen('format') as keyof Result['texts'];
  byId('text').textContent = result?.texts[format] ?? '';
  const { method, body = null } = result?.signed ?? {};
  byId('format-note').textContent =
    format === 'fetch' && method === 'GET' && body !== null
      ? 'fetch refuses a body with GET: use another way to send it.'
      : (notes[format] ?? '');
}
