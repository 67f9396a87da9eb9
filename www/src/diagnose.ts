// The task "Diagnose": from a refused request to the mistake.

import type { Cause, DiagnoseOptions, Diagnosis, ReceivedRequest } from 'duo-sign/diagnose';
import { announce, copyOnClick } from './copy.js';
import { ask, Ended, end, onProgress, type Refusal } from './core.js';
import {
  byId,
  element,
  type Field,
  fill,
  mark,
  problem,
  readHeaders,
  readParams,
  unmark,
  value,
} from './form.js';
import { credentials, withExampleKeys } from './keys.js';
import { compare, line, numbered } from './show.js';
import { example, now } from './sign.js';
import type { Calls } from './worker.js';

type Result = ReturnType<Calls['diagnose']>;

const section = byId('diagnose');
const scope = [section, document.querySelector('.keys') as Element];
let result: Result | undefined;
/** The texts of the example, while they are untouched. */
let untouched: { [id: string]: string } = {};
/**
 * Bodies and pastes as they came. A text area makes every line end an LF, which would be another
 * body: while its text is the same otherwise, the original counts.
 */
const originals = new Map<string, string | Uint8Array>();

/** Fills in a request whose query was forgotten. */
export async function showExample(): Promise<void> {
  const { signed } = await ask('sign', {
    ...example,
    date: now(),
    credentials: withExampleKeys(),
    options: { dateHeader: 'Date' },
  });
  const headers = Object.entries(signed.headers).map((it) => `-H '${it.join(': ')}'`);
  const [url] = signed.url.split('?');
  empty();
  untouched = {
    paste: `curl '${url}' \\\n  ${headers.join(' \\\n  ')}`,
    'meant-params': String(new URLSearchParams(example.params)),
    answer:
      '{"code": 40103, "message": "Invalid signature in request credentials", "stat": "FAIL"}',
  };
  fill(untouched);
  startReading();
}

/** Empties every field, and forgets what was found. */
export function empty(): void {
  untouched = {};
  reading = Promise.resolve();
  originals.clear();
  result = undefined;
  for (const field of section.querySelectorAll<Field>('input, textarea')) field.value = '';
  byId('paste-read').textContent = '';
  byId('diagnosis').hidden = true;
  byId('diagnose-empty').hidden = false;
  for (const id of ['causes', 'possible-causes', 'compared', 'authorization', 'verdict-note']) {
    byId(id).replaceChildren();
  }
  clearProblem();
}

export function start(): void {
  const paste = byId<HTMLTextAreaElement>('paste');
  paste.addEventListener('paste', (event) => {
    originals.set('paste', event.clipboardData?.getData('text/plain') ?? '');
  });
  paste.addEventListener('input', () => {
    leaveExample();
    startReading();
  });
  // What is typed or pasted over the example replaces it.
  paste.addEventListener('focus', () => {
    if (paste.value === untouched.paste) paste.select();
  });
  byId('run').addEventListener('click', run);
  byId('cancel').addEventListener('click', () => {
    end();
    announce('Cancelled');
  });
  byId('diagnose-example').addEventListener('click', () => showExample().catch(refuse));
  onProgress(({ searched, total }) => {
    const progress = byId<HTMLProgressElement>('progress');
    progress.max = total;
    progress.value = searched;
    const [done, all] = [searched, total].map((it) => it.toLocaleString('en'));
    byId('progress-text').textContent = `Tried ${done} of at most ${all} canonical strings`;
  });
  const texts: Record<string, () => string> = {
    diagnosis: () => asText(result?.diagnosis),
    authorization: () => result?.diagnosis.expected?.authorization ?? '',
  };
  for (const button of section.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const text = texts[button.dataset.copy ?? ''];
    if (text) copyOnClick(button, text);
  }
}

/** What belongs to the example must not be taken for known of another request. */
function leaveExample(): void {
  for (const [id, text] of Object.entries(untouched)) {
    if (id !== 'paste' && value(id) === text) fill({ [id]: '' });
  }
  untouched = {};
}

const lines = (text: string): string => text.replace(/\r\n?/g, '\n');

/** The text of a field as it was before the text area had it. */
function exact(id: string): string | Uint8Array {
  const original = originals.get(id);
  const shown = value(id);
  return original !== undefined && asShown(original) === shown ? original : shown;
}

function asShown(original: string | Uint8Array): string {
  return lines(typeof original === 'string' ? original : new TextDecoder().decode(original));
}

/** What the pasted text is read into the fields by; fails when it cannot be read. */
let reading: Promise<void> = Promise.resolve();

function startReading(): void {
  reading = readPaste();
  // It is said at the field already.
  reading.catch(() => {});
}

async function readPaste(): Promise<void> {
  const text = exact('paste');
  clearProblem();
  byId('paste-read').textContent = '';
  if (typeof text !== 'string' || text.trim() === '') return;
  try {
    const { method, url, headers, body } = await ask('parse', text);
    const all = headers.map((header) => header.join(': '));
    originals.set('sent-body', body ?? '');
    fill({
      'sent-method': method,
      'sent-url': url,
      'sent-headers': all.join('\n'),
      'sent-body': asShown(body ?? ''),
    });
    const count = new Intl.PluralRules('en').select(all.length) === 'one' ? 'header' : 'headers';
    const rest = body === null ? 'no body' : `a body of ${sizeOf(body)} bytes`;
    byId('paste-read').textContent = `Read: ${method} ${url}, ${all.length} ${count}, ${rest}.`;
  } catch (error) {
    if (error instanceof Ended) return;
    // Those of another text must not be taken for this one's.
    fill({ 'sent-method': '', 'sent-url': '', 'sent-headers': '', 'sent-body': '' });
    mark(scope, error as Refusal);
    throw error;
  }
}

const sizeOf = (body: string | Uint8Array): number =>
  typeof body === 'string' ? new TextEncoder().encode(body).length : body.length;

function clearProblem(): void {
  unmark(scope);
  byId('diagnose-problem').hidden = true;
}

async function run(): Promise<void> {
  clearProblem();
  byId('diagnosis').hidden = true;
  try {
    await reading;
    const [request, options] = read();
    searching(true);
    result = await ask('diagnose', request, credentials(), options);
    show(result, options);
  } catch (error) {
    if (!(error instanceof Ended)) refuse(error as Refusal);
  } finally {
    searching(false);
  }
}

function searching(is: boolean): void {
  byId('searching').hidden = !is;
  byId<HTMLButtonElement>('run').disabled = is;
  byId<HTMLProgressElement>('progress').value = 0;
  byId('progress-text').textContent = 'Searching';
}

function read(): [ReceivedRequest, DiagnoseOptions] {
  const request = {
    method: value('sent-method').trim() || 'GET',
    url: value('sent-url').trim(),
    headers: readHeaders(value('sent-headers'), 'request.headers'),
    body: exact('sent-body'),
  };
  const params = readParams(value('meant-params'), 'intended.params');
  const given = (id: string) => value(id) || undefined;
  const date = given('answer-date');
  const code = /\b4\d{4}\b/.exec(value('answer'))?.[0];
  return [
    request,
    {
      intended: { params, body: given('meant-body'), canonical: given('meant-canonical') },
      response: { code: code === undefined ? undefined : Number(code), date },
    },
  ];
}

function refuse(error: Refusal): void {
  const target = mark(scope, error);
  const box = byId('diagnose-problem');
  box.replaceChildren(...problem(error, target));
  box.hidden = false;
  target?.focus();
}

const verdicts: Record<Diagnosis['outcome'], string> = {
  valid: 'The signature is right',
  explained: 'This is the mistake',
  unexplained: 'No canonicalisation with this key gives this signature',
};

function title({ outcome, causes }: Diagnosis): string {
  const isOne = causes.filter(({ proven }) => proven).length < 2;
  return outcome === 'explained' && !isOne ? 'These are the mistakes' : verdicts[outcome];
}

function show({ diagnosis, labels }: Result, { intended }: DiagnoseOptions): void {
  const { outcome, summary, causes, signed, expected, difference, searched, notes } = diagnosis;
  const verdict = byId('verdict');
  verdict.className = `verdict ${outcome}`;
  const icon = element('span', 'icon');
  icon.setAttribute('aria-hidden', 'true');
  byId('verdict-title').replaceChildren(icon, title(diagnosis));
  const tried = `${searched.toLocaleString('en')} canonical ${searched === 1 ? 'string' : 'strings'} tried.`;
  byId('verdict-note').replaceChildren(...inline([tried, ...notes].join(' ')));
  const isOpen = ({ proven }: Cause) => outcome === 'valid' && !proven;
  const items = (causes: Cause[]) => causes.map((cause) => causeItem(cause, outcome));
  byId('causes').replaceChildren(
    ...(outcome === 'valid' ? [element('p', '', ...inline(summary))] : []),
    ...items(causes.filter((cause) => !isOpen(cause))),
  );
  byId('possible-causes').replaceChildren(...items(causes.filter(isOpen)));
  byId('possible').hidden = !causes.some(isOpen);

  const other = signed?.canonical ?? intended?.canonical;
  byId('comparison').hidden = !expected;
  byId('right').hidden = !expected || outcome === 'valid';
  byId('authorization').textContent = `Authorization: ${expected?.authorization}`;
  if (expected) {
    const isCompared = other !== undefined && outcome !== 'valid';
    byId('comparison-title').textContent = isCompared
      ? `What ${signed ? 'was signed' : 'your code printed'}, and what is right`
      : 'The canonical string of this request';
    byId('comparison-note').textContent = !isCompared
      ? ''
      : difference
        ? `They first differ at line ${difference.line}, character ${difference.character}.`
        : signed
          ? 'The two texts are the same.'
          : '';
    const right = expected.canonical.split('\n');
    byId('compared').replaceChildren(
      ...(isCompared
        ? compare(other, expected.canonical, labels)
        : right.map((text, i) => {
            const shown = line(text, i === right.length - 1);
            return numbered(labels[i] ?? '', '', ['Signed', shown]);
          })),
    );
  }
  byId('diagnose-empty').hidden = true;
  byId('diagnosis').hidden = false;
  verdict.focus();
  verdict.scrollIntoView({ block: 'nearest' });
}

function causeItem({ id, summary, fix, proven }: Cause, outcome: string): HTMLElement {
  const isSure = proven || outcome !== 'explained';
  return element(
    'div',
    'cause',
    element('p', '', ...(isSure ? [] : [element('b', '', 'Possibly: ')]), ...inline(summary)),
    element('p', '', element('b', '', outcome === 'explained' ? 'Do: ' : 'Try: '), ...inline(fix)),
    element('p', 'note', 'Cause: ', element('code', '', id)),
  );
}

/** Text whose backticks enclose code. */
function inline(text: string): Node[] {
  const parts = text.split('`');
  return parts.map((part, i) => {
    const isCode = i % 2 === 1 && i < parts.length - 1;
    return isCode ? element('code', '', part) : document.createTextNode(part);
  });
}

/** A diagnosis to be sent to somebody; the package takes care that no key is in it. */
function asText(diagnosis: Diagnosis | undefined): string {
  if (!diagnosis) return '';
  const { causes, notes, signed, expected, difference } = diagnosis;
  const part = (name: string, text: string | undefined) =>
    text === undefined ? [] : [`${name}:\n${text}`];
  const where = difference
    ? [`First difference: line ${difference.line}, character ${difference.character}`]
    : [];
  return [
    title(diagnosis),
    ...causes.map(({ id, summary, fix }) => `[${id}] ${summary} ${fix}`),
    ...notes,
    ...part('Signed', signed?.canonical),
    ...part('Right', expected?.canonical),
    ...where,
  ].join('\n\n');
}
