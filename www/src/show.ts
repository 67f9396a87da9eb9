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

/** Controls, formats, separators, and whatever else is drawn as nothing. */
const unseen = /[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * A text whose invisible characters are shown by signs. Selected and copied it is the text itself, but
 * for NBSP, which browsers copy as a space.
 */
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
export function line(text: string, isLast: boolean): HTMLElement {
  const content = text === '' ? element('span', 'empty', 'empty line') : visible(text);
  return element('code', isLast ? '' : 'line-end', content);
}

/** A numbered line, with texts side by side. */
export function numbered(label: string, note: string, ...sides: [string, Node][]): HTMLElement {
  const heading = element('div', 'heading', element('b', '', label), element('span', 'note', note));
  const list = element('dl', 'sides');
  for (const [name, shown] of sides) {
    list.append(element('div', '', element('dt', '', name), element('dd', '', shown)));
  }
  return element('li', '', heading, list);
}

/** Two canonical strings, line by line; `labels` are those of the second, which is the right one. */
export function compare(
  [name, text]: readonly [string, string],
  [rightName, right]: readonly [string, string],
  labels: readonly string[],
): HTMLElement[] {
  const [lines, rightLines] = [text.split('\n'), right.split('\n')];
  const count = Math.max(lines.length, rightLines.length);
  let isFirst = true;
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [lines[i], rightLines[i]];
    const isLast = (all: string[]) => i === all.length - 1;
    const at = a !== b && isFirst ? commonLength(a ?? '', b ?? '') : undefined;
    const note = a === b ? '= the same' : isFirst ? '≠ differs first here' : '≠ differs';
    isFirst &&= a === b;
    const item = numbered(
      labels[i] ?? 'no such line',
      note,
      [name, side(a, isLast(lines), at)],
      [rightName, side(b, isLast(rightLines), at)],
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

/** A line with a mark on its character `at`, or on its end when it is shorter. */
function side(text: string | undefined, isLast: boolean, at?: number): HTMLElement {
  if (text === undefined) return element('span', 'empty', 'no such line');
  if (at === undefined) return line(text, isLast);
  if (text === '') return element('mark', '', line(text, isLast));
  const characters = [...text];
  const found = characters[at];
  const [before, after] = [characters.slice(0, at), characters.slice(at + 1)];
  const shown = element('code', '', visible(before.join('')));
  if (found === undefined) shown.append(element('mark', 'end'));
  else shown.append(element('mark', '', visible(found)), visible(after.join('')));
  shown.classList.toggle('line-end', !isLast && found !== undefined);
  return shown;
}
