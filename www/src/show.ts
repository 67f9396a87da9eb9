// Canonical strings for people: what cannot be seen is made visible, and differences are marked.

import { element } from './form.js';

const names: Record<string, string> = {
  '\0': 'NUL',
  '\t': 'TAB',
  '\n': 'LF',
  '\r': 'CR',
  '\u00a0': 'NBSP',
  '\u200b': 'ZWSP',
  '\ufeff': 'BOM',
};

/** Controls, formats, separators, and letters that are drawn as nothing. */
const unseen = /[\p{Cc}\p{Cf}\p{Z}\u115f\u1160\u2800\u3164\uffa0]/u;

/** A text whose invisible characters are shown by signs; copied, it is the text itself. */
export function visible(text: string): DocumentFragment {
  const shown = document.createDocumentFragment();
  let plain = '';
  const flush = () => {
    if (plain) shown.append(plain);
    plain = '';
  };
  for (const found of text) {
    if (!unseen.test(found)) {
      plain += found;
      continue;
    }
    flush();
    shown.append(found === ' ' ? element('span', 'space', ' ') : named(found));
  }
  flush();
  return shown;
}

function named(found: string): HTMLElement {
  const code = found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  const shown = element('span', 'invisible', found);
  shown.dataset.name = names[found] ?? `U+${code}`;
  return shown;
}

/** A line of a canonical string in code, `isLast` when no line feed follows. */
export function line(text: string, isLast: boolean, className = ''): HTMLElement {
  const content = text === '' ? element('span', 'empty', 'empty line') : visible(text);
  const shown = element('code', className, content);
  if (!isLast) shown.classList.add('line-end');
  return shown;
}

/** A numbered line, with two texts side by side. */
export function numbered(label: string, note: string, ...sides: [string, Node][]): HTMLElement {
  const heading = element('div', 'heading', element('b', '', label), element('span', 'note', note));
  const list = element('dl', 'sides');
  for (const [name, shown] of sides) {
    list.append(element('div', '', element('dt', '', name), element('dd', '', shown)));
  }
  return element('li', '', heading, list);
}

/** Two canonical strings, line by line; `labels` are those of the right one. */
export function compare(signed: string, right: string, labels: readonly string[]): HTMLElement[] {
  const [signedLines, rightLines] = [signed.split('\n'), right.split('\n')];
  const count = Math.max(signedLines.length, rightLines.length);
  let isFirst = true;
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [signedLines[i], rightLines[i]];
    const label = labels[i] ?? 'no such line';
    const isLast = (lines: string[]) => i === lines.length - 1;
    const at = a !== b && isFirst ? commonLength(a ?? '', b ?? '') : undefined;
    const note = a === b ? '= the same' : isFirst ? '≠ differs first here' : '≠ differs';
    isFirst &&= a === b;
    const item = numbered(
      label,
      note,
      ['You signed', side(a, isLast(signedLines), at)],
      ['Duo expects', side(b, isLast(rightLines), at)],
    );
    item.classList.toggle('differs', a !== b);
    return item;
  });
}

/** How many characters two texts have in common at their start. */
function commonLength(a: string, b: string): number {
  const [first, second] = [[...a], [...b]];
  const at = first.findIndex((found, i) => found !== second[i]);
  return at < 0 ? first.length : at;
}

/** A line whose character `at` is marked; its end, when the line is shorter. */
function side(text: string | undefined, isLast: boolean, at?: number): HTMLElement {
  if (text === undefined) return element('span', 'empty', 'no such line');
  if (at === undefined || text === '') return line(text, isLast);
  const characters = [...text];
  const [before, after] = [characters.slice(0, at), characters.slice(at + 1)];
  const shown = line('', isLast);
  shown.replaceChildren(
    visible(before.join('')),
    element('mark', '', visible(characters[at] ?? ' ')),
    visible(after.join('')),
  );
  return shown;
}
