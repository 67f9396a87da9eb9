// The fields of the page: reading them, and saying what is wrong with one.

import type { Params } from 'duo-sign/diagnose';
import { Refusal } from './core.js';

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
export type Pair = [name: string, value: string];

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export const value = (id: string): string => byId<Field>(id).value;

export function fill(values: { readonly [id: string]: string }): void {
  for (const [id, text] of Object.entries(values)) byId<Field>(id).value = text;
}

/** The radio button that is chosen. */
export function chosen(name: string): string {
  return document.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? '';
}

export function choose(name: string, value: string): void {
  const radio = document.querySelector<HTMLInputElement>(`input[name="${name}"][value="${value}"]`);
  if (radio) radio.checked = true;
}

/**
 * Texts as they were before a text area had them, which makes every line end an LF: another body
 * then. While its text is the same otherwise, the original counts.
 */
const originals = new Map<string, string | Uint8Array>();

const asShown = (original: string | Uint8Array): string =>
  (typeof original === 'string' ? original : new TextDecoder().decode(original)).replace(
    /\r\n?/g,
    '\n',
  );

/** Keeps the original of everything that is pasted. */
export function keepPasted(): void {
  document.addEventListener('paste', ({ target, clipboardData }) => {
    if (!(target instanceof HTMLTextAreaElement)) return;
    originals.set(target.id, clipboardData?.getData('text/plain') ?? '');
  });
}

/** Fills in a text or bytes, to be had back by {@link exact} while they are not edited. */
export function fillExact(id: string, original: string | Uint8Array): void {
  originals.set(id, original);
  fill({ [id]: asShown(original) });
}

export function exact(id: string): string | Uint8Array {
  const original = originals.get(id);
  return original !== undefined && asShown(original) === value(id) ? original : value(id);
}

export const forgetOriginals = (): void => originals.clear();

/** Names and values in rows, which are added and removed. */
export class Rows {
  readonly #box: HTMLElement;
  readonly #what: string;

  constructor(id: string) {
    this.#box = byId(id);
    this.#what = this.#box.dataset.name ?? '';
    const add = element('button', 'quiet', `Add ${this.#what}`);
    add.type = 'button';
    add.addEventListener('click', () => this.#add('', '').focus());
    this.#box.append(add);
  }

  /** Those that have a name; a value without one is refused. */
  get pairs(): Pair[] {
    const rows = Array.from(this.#box.querySelectorAll('.row'), (row) =>
      Array.from(row.querySelectorAll('input'), (input) => input.value),
    ) as Pair[];
    const filled = rows.filter(([name, value]) => name !== '' || value !== '');
    if (filled.every(([name]) => name !== '')) return filled;
    const field = this.#box.dataset.field?.split(' ')[0];
    throw new Refusal({ message: `a ${this.#what} has a value, and no name`, field });
  }

  set pairs(pairs: readonly Pair[]) {
    for (const row of this.#box.querySelectorAll('.row')) row.remove();
    for (const [name, value] of pairs.length > 0 ? pairs : [['', ''] as const]) {
      this.#add(name, value);
    }
  }

  /** Adds a row, and gives the field of its name. */
  #add(name: string, value: string): HTMLInputElement {
    const made = byId<HTMLTemplateElement>('row').content.cloneNode(true) as DocumentFragment;
    const row = made.querySelector('.row') as HTMLElement;
    const [nameField, valueField] = row.querySelectorAll('input') as unknown as [
      HTMLInputElement,
      HTMLInputElement,
    ];
    nameField.value = name;
    valueField.value = value;
    row.querySelector('button')?.addEventListener('click', () => {
      const next = row.nextElementSibling;
      row.remove();
      this.#number();
      (next?.querySelector('input') ?? (next as HTMLElement | null))?.focus();
      this.#box.dispatchEvent(new Event('input', { bubbles: true }));
    });
    this.#box.lastElementChild?.before(row);
    this.#number();
    return nameField;
  }

  /** Names the fields for those who do not see where they are. */
  #number(): void {
    for (const [i, row] of this.#box.querySelectorAll('.row').entries()) {
      const which = `${this.#what} ${i + 1}`;
      const labels = [`Name of ${which}`, `Value of ${which}`, `Remove ${which}`];
      for (const [j, part] of row.querySelectorAll('input, button').entries()) {
        part.setAttribute('aria-label', labels[j] ?? '');
        if (j < 2) part.setAttribute('aria-describedby', this.#box.dataset.error ?? '');
      }
    }
  }
}

/** Parameters as text: a query string, also with line breaks for `&`, or a JSON object. */
export function readParams(text: string, field: string): Params | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (!/^[{[]/.test(trimmed)) {
    const joined = trimmed.replace(/^\?/, '').replace(/\s*\n\s*/g, '&');
    const pairs = [...new URLSearchParams(joined)];
    if (joined.includes('\ufffd') || !String(pairs).includes('\ufffd')) return pairs;
    const message = 'the percent-encoding is not UTF-8: %E9 is not a character, %C3%A9 is é';
    throw new Refusal({ message, field });
  }
  const read = readJson(trimmed, field);
  if (!Array.isArray(read)) return read as Params;
  throw new Refusal({ message: 'a JSON list has no names: give an object', field });
}

function readJson(text: string, field: string): unknown {
  let rounded = '';
  try {
    const read = JSON.parse(text, (name, value) => {
      if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) rounded = name;
      return value;
    });
    if (!rounded) return read;
  } catch (error) {
    // Not all of the message: some browsers quote the text, which may be secret.
    const place = /position \d+|line \d+ column \d+/.exec((error as Error).message)?.[0];
    const where = place ? `, at ${place}` : '';
    throw new Refusal({ message: `that is not JSON${where}: check quotes and commas`, field });
  }
  const message = `JavaScript rounds the number in ${rounded}: put it in quotes`;
  throw new Refusal({ message, field });
}

/** Headers as text, one a line. */
export function readHeaders(text: string, field: string): Pair[] {
  const lines = text.split('\n').map((line, i) => [line, i + 1] as const);
  return lines
    .filter(([line]) => line.trim() !== '')
    .map(([line, number]) => {
      const colon = line.indexOf(':');
      if (colon > 0) return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
      throw new Refusal({ message: `line ${number} has no colon, so it is not a header`, field });
    });
}

/** Marks the field within `scope` that an error is about, and gives it. */
export function mark(scope: Iterable<Element>, error: Refusal): HTMLElement | undefined {
  const found = fieldOf(within(scope, '[data-field]'), error.field ?? '');
  if (!found) return undefined;
  // Of rows, the first stands for all.
  const target = found.matches('.rows') ? found.querySelector<HTMLElement>('input') : found;
  const id = found.dataset.error ?? `${found.id}-error`;
  target?.setAttribute('aria-invalid', 'true');
  if (byId(id)) {
    byId(id).textContent = inTermsOf(found, error.message);
    byId(id).hidden = false;
  }
  const details = found.closest('details');
  if (details) details.open = true;
  return target ?? found;
}

/** The shown field of that name, or the one that it is a part of. */
function fieldOf(fields: HTMLElement[], name: string): HTMLElement | undefined {
  const shown = fields.filter((field) => !field.parentElement?.closest('[data-task] [hidden]'));
  for (let part = name; part !== ''; part = part.replace(/(^|[.[])[^.[]*$/, '')) {
    const found = shown.find(
      (field) => !field.hidden && field.dataset.field?.split(' ').includes(part),
    );
    if (found) return found;
  }
  return undefined;
}

/** Takes all marks away. */
export function unmark(scope: Iterable<Element>): void {
  for (const found of within(scope, '[aria-invalid]')) found.removeAttribute('aria-invalid');
  for (const place of within(scope, '.error')) {
    place.textContent = '';
    place.hidden = true;
  }
}

function within(scope: Iterable<Element>, selector: string): HTMLElement[] {
  return [...scope].flatMap((part) => [...part.querySelectorAll<HTMLElement>(selector)]);
}

/** A sentence about an error, with a way to its field. */
export function problem(error: Refusal, target: HTMLElement | undefined): (Node | string)[] {
  if (!target) return [error.message];
  return [linkTo(target), `: ${inTermsOf(target, error.message)}.`];
}

/** The name of a field, as its label has it. */
export function labelOf(field: HTMLElement): string {
  const label = document.querySelector(`label[for="${field.id}"]`);
  return field.getAttribute('aria-label') ?? label?.textContent ?? '';
}

/** A link with the name of a field, which goes there. A button would not break across lines. */
export function linkTo(field: HTMLElement): HTMLElement {
  const link = element('a', 'link', labelOf(field));
  link.href = `#${field.id}`;
  link.addEventListener('click', (event) => {
    // The fragment is that of the task.
    event.preventDefault();
    const details = field.closest('details');
    if (details) details.open = true;
    field.focus();
  });
  return link;
}

/** A message about a part of a field, which starts with the name of the option that the field is for. */
function inTermsOf(field: HTMLElement, message: string): string {
  const options = field.dataset.field?.split(' ') ?? [];
  const option = options.find((it) => message.startsWith(`${it}.`));
  return option === undefined ? message : message.slice(option.length + 1);
}
