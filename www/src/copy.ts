// Copying texts, also where the clipboard's interface is missing or refused.

import { byId } from './form.js';

/** Says something to screen readers. */
export function announce(text: string): void {
  byId('announcements').textContent = text;
}

/** Makes the copy buttons of a part of the page copy these texts, by their names. */
export function startCopying(part: Element, texts: Record<string, () => string>): void {
  for (const button of part.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const text = texts[button.dataset.copy ?? ''];
    if (text) copyOnClick(button, text);
  }
}

/** Makes a button copy what `text` gives, and say so by its first word. */
export function copyOnClick(button: HTMLButtonElement, text: () => string): void {
  const word = button.firstChild as Text;
  const label = word.data;
  let timer = 0;
  button.addEventListener('click', async () => {
    const copied = await copy(text());
    word.data = copied ? 'Copied' : 'Not copied';
    announce(copied ? 'Copied' : 'The browser refused to copy');
    clearTimeout(timer);
    timer = setTimeout(() => {
      word.data = label;
      announce('');
    }, 2000);
  });
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement as HTMLElement | null;
    const field = document.createElement('textarea');
    field.value = text;
    field.setAttribute('aria-hidden', 'true');
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    focused?.focus();
    return copied;
  }
}
