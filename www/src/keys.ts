// The keys, which both tasks share, and which are nowhere but in their fields.

import type { Credentials } from 'duo-sign/diagnose';
import { Refusal } from './core.js';
import { byId, fill, value } from './form.js';

/** The part of the page that has their fields. */
export const keys = byId('keys');

/** Those that Duo's documentation prints. */
export const exampleKeys: Credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};

/** What is in the fields; a secret key in the wrong one would become part of what is shown. */
export function credentials(): Credentials {
  const [ikey, skey] = [value('ikey'), value('skey')];
  if (!/^\w{40}$/.test(ikey)) return { ikey, skey };
  const message = 'this has 40 characters, like a secret key; integration keys have 20';
  throw new Refusal({ message, field: 'ikey' });
}

/** Fills in the example's keys; replaces others only if told to. */
export function fillExampleKeys({ replace = false } = {}): void {
  if (replace || (value('ikey') === '' && value('skey') === '')) fill({ ...exampleKeys });
  noteKeys();
}

export function forgetKeys(): void {
  fill({ ikey: '', skey: '' });
  fold(false);
  showSecret(false);
  noteKeys();
}

export function startKeys(): void {
  byId('show-skey').addEventListener('click', () => {
    showSecret(byId('show-skey').getAttribute('aria-pressed') === 'false');
  });
  for (const id of ['ikey', 'skey']) byId(id).addEventListener('input', noteKeys);
  keys.addEventListener('focusout', ({ relatedTarget }) => {
    if (!keys.contains(relatedTarget as Node | null)) fold(isFilled() && !isExample());
  });
  byId('unfold').addEventListener('click', () => {
    keys.classList.remove('folded');
    // Before its own button goes, which would move the focus out of here.
    byId('ikey').focus();
    fold(false);
  });
}

function showSecret(is: boolean): void {
  byId<HTMLInputElement>('skey').type = is ? 'text' : 'password';
  byId('show-skey').setAttribute('aria-pressed', String(is));
}

function noteKeys(): void {
  byId('keys-note').textContent = isExample()
    ? "These are the example keys from Duo's documentation: replace them with yours."
    : '';
}

const isExample = (): boolean =>
  value('ikey') === exampleKeys.ikey && value('skey') === exampleKeys.skey;

/** Whether the fields have keys of somebody. */
export const hasOwnKeys = (): boolean =>
  (value('ikey') !== '' || value('skey') !== '') && !isExample();

const isFilled = (): boolean => value('ikey').length === 20 && value('skey').length === 40;

/** Keys that are filled in make room on a phone: the style folds nothing elsewhere. */
function fold(is: boolean): void {
  keys.classList.toggle('folded', is);
  byId('unfold').hidden = !is;
}
