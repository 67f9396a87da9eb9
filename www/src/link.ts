// A link with what is in the fields, but no keys: in its fragment, which browsers send to nobody.

import { byId, fill, value } from './form.js';
import { rows } from './sign.js';

const fields: Record<string, string[]> = {
  sign: [
    'method',
    'host',
    'path',
    'params-text',
    'body',
    'date',
    'version',
    'digest',
    'date-header',
  ],
  diagnose: [
    ...['sent-method', 'sent-url', 'sent-headers', 'sent-body', 'answer', 'answer-date'],
    ...['meant-params', 'meant-canonical', 'meant-body', 'meant-headers'],
  ],
};

/** Headers that have credentials in them. */
const isSecret = (name: string): boolean => /^\s*((proxy-)?authorization|cookie)\s*$/i.test(name);

/** The link to a task, as its fields are. */
export function linkOf(task: string): string {
  const all = new URLSearchParams();
  for (const id of fields[task] ?? []) all.set(id, withoutSecrets(id, value(id)));
  if (task === 'sign') {
    for (const [name, { pairs }] of Object.entries(rows)) {
      all.set(name, String(new URLSearchParams(pairs.filter(([name]) => !isSecret(name)))));
    }
  }
  const skey = value('skey');
  for (const [id, text] of [...all]) {
    if (text === '') all.delete(id);
    else if (skey !== '') all.set(id, text.replaceAll(skey, '[secret key]'));
  }
  const [page] = location.href.split('#');
  return `${page}#${task}?${all}`;
}

function withoutSecrets(id: string, text: string): string {
  if (id === 'sent-url') return text.replace(/^(\w+:\/\/)[^/?#]*@/, '$1');
  if (!id.endsWith('-headers')) return text;
  return text
    .split('\n')
    .filter((line) => !isSecret(line.split(':')[0] ?? ''))
    .join('\n');
}

/** Fills in what the fragment of a link has for a task; of no other field. */
export function fillFrom(task: string, fragment: string): void {
  const all = new URLSearchParams(fragment);
  for (const id of fields[task] ?? []) fill({ [id]: all.get(id) ?? value(id) });
  if (task === 'sign') {
    for (const [name, it] of Object.entries(rows)) {
      it.pairs = [...new URLSearchParams(all.get(name) ?? '')];
    }
  }
  for (const details of byId(task).querySelectorAll('details')) {
    details.open = [...details.querySelectorAll('input, textarea')].some(
      (it) => (it as HTMLInputElement).value !== '',
    );
  }
}
