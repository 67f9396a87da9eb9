// The keys, which both tasks share, and which are nowhere but in their fields.

import type { Credentials } from 'duo-sign/diagnose';
import { byId, fill, value } from './form.js';

/** Those that Duo's documentation prints. */
const example: Credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};

export const credentials = (): Credentials => ({ ikey: value('ikey').trim(), skey: value('skey') });

/** Fills in the example's keys, unless there are others. */
export function withExampleKeys(): Credentials {
  if (value('ikey') === '' && value('skey') === '') fill({ ...example });
  noteKeys();
  return credentials();
}

export function forgetKeys(): void {
  fill({ ikey: '', skey: '' });
  showSecret(false);
  noteKeys();
}

export function startKeys(): void {
  byId('show-skey').addEventListener('click', () => {
    showSecret(byId('show-skey').getAttribute('aria-pressed') === 'false');
  });
  for (const id of ['ikey', 'skey']) byId(id).addEventListener('input', noteKeys);
}

function showSecret(is: boolean): void {
  byId<HTMLInputElement>('skey').type = is ? 'text' : 'password';
  byId('show-skey').setAttribute('aria-pressed', String(is));
}

function noteKeys(): void {
  const { ikey, skey } = credentials();
  const isExample = ikey === example.ikey && skey === example.skey;
  byId('keys-note').textContent = isExample
    ? "These are the example keys of Duo's documentation: put yours in their place."
    : '';
}
