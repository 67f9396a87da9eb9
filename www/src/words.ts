// The core's sentences on the page: code is shown as code, and options by the fields that have them.

import { byId, element, linkTo } from './form.js';

/** Names of what a sender meant, and the fields for them. */
const fields: Record<string, string> = {
  'intended.params': 'meant-params',
  'intended.body': 'meant-body',
  'intended.headers': 'meant-headers',
  'intended.canonical': 'meant-canonical',
};

/**
 * A sentence of the core. Everything from a request is between backticks there, and becomes code
 * unchanged; names of options are in the core's own words only.
 */
export function inline(sentence: string): Node[] {
  const parts = sentence.split('`');
  return parts.flatMap((part, i) => {
    if (i % 2 === 1 && i < parts.length - 1) return [element('code', '', part)];
    return part.split(/\b(intended\.\w+)/).map((it) => {
      const id = fields[it];
      return id === undefined ? document.createTextNode(it) : linkTo(byId(id));
    });
  });
}

/** A sentence as text, with the names of fields for those of options. */
export const plain = (sentence: string): string =>
  inline(sentence)
    .map((node) => (node.nodeName === 'CODE' ? `\`${node.textContent}\`` : node.textContent))
    .join('');
