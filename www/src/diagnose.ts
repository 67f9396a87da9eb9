// The task "Diagnose": from a refused request to the mistake.

import type { Cause, DiagnoseOptions, Diagnosis, ReceivedRequest } from 'duo-sign/diagnose';
import { announce, startCopying } from './copy.js';
import { Ended, Refusal, searching, signing } from './core.js';
import { examples, textsOf } from './examples.js';
import { takeFiles } from './file.js';
import {
  byId,
  element,
  exact,
  type Field,
  fill,
  fillExact,
  mark,
  problem,
  readHeaders,
  readParams,
  unmark,
  value,
} from './form.js';
import { credentials, fillExampleKeys, hasOwnKeys, keys } from './keys.js';
import { offer, startOffer } from './offer.js';
import { compare, line, numbered } from './show.js';
import { inline, plain } from './words.js';
import type { Calls } from './worker.js';

type Result = ReturnType<Calls['diagnose']>;

const section = byId('diagnose');
const scope = [section, keys];
let result: Result | undefined;
/** The texts of the example, while they are untouched. */
let untouched: { [id: string]: string } = {};

/** Fills in the example of a cause. */
export function showExample(cause = 'param-location'): void {
  const found = examples.find((it) => it.cause === cause);
  if (!found) return;
  empty();
  untouched = { ...textsOf(found), 'diagnose-example': cause };
  fill(untouched);
  startReading();
}

/** Empties every field, and forgets what was found. */
export function empty(): void {
  untouched = {};
  for (const field of section.querySelectorAll<Field>('input, textarea, select')) field.value = '';
  stopReading();
  forget();
}

export function start(): void {
  const paste = byId<HTMLTextAreaElement>('paste');
  paste.addEventListener('input', () => {
    leaveExample();
    startReading();
  });
  // What is typed or pasted over the example replaces it.
  paste.addEventListener('focus', () => {
    if (paste.value === untouched.paste) paste.select();
  });
  takeFiles('paste', 'paste-file', refuse);
  for (const id of fields) byId(id).addEventListener('input', stopReading);
  // What was found is not that of another request.
  for (const part of scope) part.addEventListener('input', forget);
  byId('run').addEventListener('click', run);
  byId('form').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    if (section.hidden || isSearching()) return;
    event.preventDefault();
    run();
  });
  byId('cancel').addEventListener('click', () => {
    searching.end();
    showSearching(false);
    byId('run').focus();
    announce('Cancelled');
  });
  const choice = byId<HTMLSelectElement>('diagnose-example');
  for (const { cause, title } of examples) choice.add(new Option(title, cause));
  choice.addEventListener('change', () => {
    if (hasOwnKeys() && !confirm('Replace your keys with those of the example?')) {
      fill({ 'diagnose-example': untouched['diagnose-example'] ?? '' });
      return;
    }
    fillExampleKeys({ replace: true });
    // For "Sign", which has the same keys.
    byId('ikey').dispatchEvent(new Event('input', { bubbles: true }));
    showExample(choice.value);
  });
  searching.onProgress = ({ searched, total }) => {
    const progress = byId<HTMLProgressElement>('progress');
    progress.max = total;
    progress.value = searched;
    const [done, all] = [searched, total].map((it) => it.toLocaleString('en'));
    byId('progress-text').textContent = `Tried ${done} of at most ${all} canonical strings`;
  };
  startCopying(section, {
    diagnosis: () => asText(result?.diagnosis),
    corrected: () => byId('corrected').textContent ?? '',
  });
  startOffer();
}

/** What belongs to the example must not be taken for known of another request. */
function leaveExample(): void {
  for (const [id, text] of Object.entries(untouched)) {
    if (id !== 'paste' && value(id) === text) fill({ [id]: '' });
  }
  untouched = {};
  fill({ 'diagnose-example': '' });
}

/** Takes away what was found, and ends a search. */
function forget(): void {
  if (isSearching()) searching.end();
  result = undefined;
  unmark([section]);
  byId('diagnose-problem').hidden = true;
  byId('diagnosis').hidden = true;
  byId('diagnose-empty').hidden = false;
  for (const id of ['causes', 'possible-causes', 'compared', 'verdict-note']) {
    byId(id).replaceChildren();
  }
  offer();
}

/** The fields that a pasted text is read into. */
const fields = ['sent-method', 'sent-url', 'sent-headers', 'sent-body'];

/** The reading of the pasted text; fails when it cannot be read. */
let reading: Promise<void> = Promise.resolve();

function startReading(): void {
  // Those of another text must not be taken for this one's.
  for (const id of fields) fill({ [id]: '' });
  stopReading();
  reading = readPaste();
  reading.catch((error) => {
    if (error instanceof Refusal) mark(scope, error);
  });
}

/** From here on the fields are what somebody fills in. */
function stopReading(): void {
  reading = Promise.resolve();
  byId('paste-read').textContent = '';
}

async function readPaste(): Promise<void> {
  const text = exact('paste') as string;
  if (text.trim() === '') return;
  const { request, response } = await signing.ask('parse', text);
  const { method, url, headers, body } = request;
  if (exact('paste') !== text) return;
  fill({
    'sent-method': method,
    'sent-url': url,
    'sent-headers': headers.map((header) => header.join(': ')).join('\n'),
    ...(response?.code && { answer: `${response.code}` }),
    ...(response?.date && { 'answer-date': response.date }),
  });
  fillExact('sent-body', body ?? '');
  const count = `${headers.length} ${headers.length === 1 ? 'header' : 'headers'}`;
  const rest = body === null ? 'no body' : `a body of ${sizeOf(body)} bytes`;
  const [place = ''] = url.split('?');
  const query = url.includes('?') ? 'a query' : 'no query';
  byId('paste-read').textContent = withoutKey(
    `Read: ${method} ${place}, ${query}, ${count}, ${rest}.`,
  );
}

const sizeOf = (body: string | Uint8Array): number =>
  typeof body === 'string' ? new TextEncoder().encode(body).length : body.length;

/** Somebody may paste the key itself. */
function withoutKey(text: string): string {
  const key = value('skey');
  return key === '' ? text : text.replaceAll(key, '[secret key]');
}

async function run(): Promise<void> {
  forget();
  try {
    await reading;
    const [request, options] = read();
    showSearching(true);
    result = await searching.ask('diagnose', request, credentials(), options);
    showSearching(false);
    show(result, options);
  } catch (error) {
    showSearching(false);
    refuse(error);
  }
}

const isSearching = (): boolean => !byId('searching').hidden;

function showSearching(is: boolean): void {
  if (is) announce('Searching');
  byId('searching').hidden = !is;
  byId<HTMLButtonElement>('run').disabled = is;
  byId<HTMLProgressElement>('progress').value = 0;
  byId('progress-text').textContent = 'Searching';
  if (is) byId('cancel').focus();
}

function read(): [ReceivedRequest, DiagnoseOptions] {
  const request = {
    method: value('sent-method') || 'GET',
    url: value('sent-url'),
    headers: readHeaders(value('sent-headers'), 'request.headers'),
    body: exact('sent-body'),
  };
  const params = readParams(value('meant-params'), 'intended.params');
  const headers = readHeaders(value('meant-headers'), 'intended.headers');
  const given = (id: string) => exact(id) || undefined;
  const canonical = given('meant-canonical') as string | undefined;
  return [
    request,
    {
      intended: {
        params,
        body: given('meant-body'),
        headers: headers.length > 0 ? headers : undefined,
        canonical,
      },
      response: value('answer'),
      now: readDate(value('answer-date')),
    },
  ];
}

function readDate(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  const message = 'this is not a date: copy the value of the Date header of the answer';
  throw new Refusal({ message, field: 'now' });
}

function refuse(error: unknown): void {
  if (error instanceof Ended) return;
  const target = mark(scope, error as Refusal);
  const box = byId('diagnose-problem');
  box.replaceChildren(...problem(error as Refusal, target));
  box.hidden = false;
  target?.focus();
}

const verdicts: Record<Diagnosis['outcome'], string> = {
  valid: 'The signature is correct',
  explained: 'This is the mistake',
  unexplained: 'No known mistake reproduces the signature with this key',
};

function title({ outcome, causes }: Diagnosis): string {
  const proven = causes.filter(({ proven }) => proven);
  if (proven.some(({ id }) => id === 'permission'))
    return `${verdicts.valid}, a permission is missing`;
  return proven.length > 1 ? 'These are the mistakes' : verdicts[outcome];
}

function show({ diagnosis, labels, corrected }: Result, { intended }: DiagnoseOptions): void {
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

  const printed = intended?.canonical;
  const other = signed?.canonical ?? (printed && withoutKey(printed));
  byId('comparison').hidden = !expected;
  offer(corrected, outcome === 'explained');
  if (expected) {
    const right = ['Duo expects', expected.canonical] as const;
    const isCompared = other && outcome !== 'valid';
    const who = signed ? 'You signed' : 'Your code printed';
    byId('comparison-title').textContent = isCompared
      ? `What ${signed ? 'was signed' : 'your code printed'}, and what Duo expects`
      : 'The canonical string of this request';
    byId('comparison-note').textContent = difference
      ? `They first differ at line ${difference.line}, character ${difference.character}.`
      : '';
    byId('compared').replaceChildren(
      ...(isCompared ? compare([who, other], right, labels) : listed(right, labels)),
    );
  }
  byId('diagnose-empty').hidden = true;
  byId('diagnosis').hidden = false;
  verdict.focus();
  verdict.scrollIntoView({ block: 'nearest' });
}

function listed([name, text]: readonly [string, string], labels: readonly string[]) {
  const lines = text.split('\n');
  return lines.map((it, i) =>
    numbered(labels[i] ?? '', '', [name, line(it, i === lines.length - 1)]),
  );
}

const advice = (outcome: Diagnosis['outcome']) => (outcome === 'explained' ? 'Do' : 'Try');

/** Whether a cause is only a possible one, beside others. */
const isDoubtful = ({ proven }: Cause, outcome: Diagnosis['outcome']) =>
  !proven && outcome === 'explained';

function causeItem(cause: Cause, outcome: Diagnosis['outcome']): HTMLElement {
  const { id, summary, fix } = cause;
  const isSure = !isDoubtful(cause, outcome);
  return element(
    'div',
    'cause',
    element('p', '', ...(isSure ? [] : [element('b', '', 'Possibly: ')]), ...inline(summary)),
    element('p', '', element('b', '', `${advice(outcome)}: `), ...inline(fix)),
    element('p', 'note', 'Cause: ', element('code', '', id)),
  );
}

/** A diagnosis to be sent to somebody; the package takes care that no key is in it. */
function asText(diagnosis: Diagnosis | undefined): string {
  if (!diagnosis) return '';
  const { outcome, summary, causes, notes, signed, expected, difference } = diagnosis;
  const part = (name: string, text: string | undefined) =>
    text === undefined ? [] : [`${name}:\n${text}`];
  const where = difference
    ? [`First difference: line ${difference.line}, character ${difference.character}`]
    : [];
  const isValid = outcome === 'valid';
  return [
    title(diagnosis),
    ...(isValid ? [plain(summary), 'If Duo still refuses it:'] : []),
    ...causes.map((cause) => {
      const doubt = isDoubtful(cause, outcome) ? 'Possibly: ' : '';
      return `[${cause.id}] ${doubt}${plain(cause.summary)} ${advice(outcome)}: ${plain(cause.fix)}`;
    }),
    ...notes.map(plain),
    ...part('Signed', signed?.canonical),
    ...(isValid ? [] : part('Duo expects', expected?.canonical)),
    ...where,
  ].join('\n\n');
}
