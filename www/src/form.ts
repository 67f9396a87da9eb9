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

/** Names and values in rows, which are added and removed. */
export class Rows {
  readonly #box: HTMLElement;
  readonly #what: string;

  constructor(id: string) {
    this.#box = byId(id);
    this.#what = this.#box.dataset.name ?? '';
    const add = element('button', 'quiet', `Add ${this.#what}`);
    add.type = 'button';
    add.addEventListener('click', () => this.#add('', '').querySelector('input')?.focus());
    this.#box.append(add);
  }

  /** Those that have a name or a value. */
  get pairs(): Pair[] {
    const rows = Array.from(this.#box.querySelectorAll('.row'), (row) =>
      Array.from(row.querySelectorAll('input'), (input) => input.value),
    ) as Pair[];
    return rows.filter(([name, value]) => name !== '' || value !== '');
  }

  set pairs(pairs: readonly Pair[]) {
    for (const row of this.#box.querySelectorAll('.row')) row.remove();
    for (const [name, value] of pairs) this.#add(name, value);
  }

  #add(name: string, value: string): HTMLElement {
    const made = byId<HTMLTemplateElement>('row').content.cloneNode(true) as DocumentFragment;
    const row = made.firstElementChild as HTMLElement;
    const [nameField, valueField] = row.querySelectorAll('input');
    const remove = row.querySelector('button');
    if (!nameField || !valueField || !remove) return row;
    nameField.value = name;
    valueField.value = value;
    nameField.setAttribute('aria-label', `Name of the ${this.#what}`);
    valueField.setAttribute('aria-label', `Value of the ${this.#what}`);
    nameField.placeholder = 'name';
    valueField.placeholder = 'value';
    remove.setAttribute('aria-label', `Remove the ${this.#what}`);
    remove.addEventListener('click', () => {
      const next = row.nextElementSibling;
      row.remove();
      const focused = next?.querySelector('input') ?? next;
      (focused as HTMLElement | null)?.focus();
      this.#box.dispatchEvent(new Event('input', { bubbles: true }));
    });
    this.#box.lastElementChild?.before(row);
    return row;
  }
}

/** Parameters as text: a query string, also with line breaks for `&`, or a JSON object. */
export function readParams(text: string, field: string): Params | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (!trimmed.startsWith('{')) {
    return [...new URLSearchParams(trimmed.replace(/^\?/, '').replace(/\s*\n\s*/g, '&'))];
  }
  try {
    return JSON.parse(trimmed, (name, value) => {
      if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
      throw new Error(`${name} is a number that JavaScript rounds; put it in quotes`);
    });
  } catch (error) {
    const message = `is not a JSON object that can be read: ${(error as Error).message}`;
    throw new Refusal({ message, field });
  }
}

/** Headers as text, one a line. */
export function readHeaders(text: string, field: string): Pair[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const colon = line.indexOf(':');
    if (colon > 0) return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    throw new Refusal({ message: `is no header, for lack of a colon: ${line}`, field });
  });
}

/** Marks the field within `scope` that an error is about, and gives it. */
export function mark(scope: Iterable<Element>, error: Refusal): HTMLElement | undefined {
  const fields = within(scope, '[data-field]');
  // The field itself, then the one that it is a part of.
  const names = [error.field, error.field?.split(/[.[]/)[0]];
  const found = names
    .map((name) => fields.find((it) => name && it.dataset.field?.split(' ').includes(name)))
    .find(Boolean);
  if (!found) return undefined;
  const target = found.matches('.rows') ? found.querySelector<HTMLElement>('input, button') : found;
  found.setAttribute(found.matches('.rows') ? 'data-invalid' : 'aria-invalid', 'true');
  const id = found
    .getAttribute('aria-describedby')
    ?.split(' ')
    .find((it) => it.endsWith('-error'));
  const place = id ? byId(id) : undefined;
  if (place) {
    place.textContent = error.message;
    place.hidden = false;
  }
  const details = found.closest('details');
  if (details) details.open = true;
  return target ?? found;
}

/** Takes all marks away. */
export function unmark(scope: Iterable<Element>): void {
  for (const found of within(scope, '[aria-invalid], [data-invalid]')) {
    found.removeAttribute('aria-invalid');
    found.removeAttribute('data-invalid');
  }
  for (const place of within(scope, '.error')) {
    place.textContent = '';
    place.hidden = true;
  }
}

function within(scope: Iterable<Element>, selector: string): HTMLElement[] {
  return [...scope].flatMap((part) => [...part.querySelectorAll<HTMLElement>(selector)]);
}

/** A sentence about an error, with a link to the field. */
export function problem(error: Refusal, target: HTMLElement | undefined): (Node | string)[] {
  if (!target?.id) return [element('strong', '', 'Not yet: '), error.message];
  const name = document.querySelector(`label[for="${target.id}"]`)?.textContent ?? error.field;
  const link = element('a', '', name ?? '');
  link.href = `#${target.id}`;
  link.addEventListener('click', (event) => {
    event.preventDefault();
    target.focus();
  });
  return [link, `: ${error.message}`];
}
