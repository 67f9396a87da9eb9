// The page: its two tasks, and forgetting everything.

import { announce, copyOnClick } from './copy.js';
import { onBroken, searching, signing } from './core.js';
import * as diagnose from './diagnose.js';
import { byId, forgetOriginals, keepPasted } from './form.js';
import { forgetKeys, startKeys } from './keys.js';
import { fillFrom, linkOf } from './link.js';
import * as sign from './sign.js';

/** Forgets everything: fields, results, and the threads with their memory. */
function clear(): void {
  signing.end();
  searching.end();
  forgetKeys();
  forgetOriginals();
  sign.empty();
  diagnose.empty();
}

/** Shows the task that the URL's fragment names. Gives its heading. */
function showTask(): HTMLElement | undefined {
  const target = document.getElementById(/^#(\w+)/.exec(location.hash)?.[1] ?? 'sign');
  const task = target?.closest<HTMLElement>('[data-task]');
  if (!task) return undefined;
  for (const other of document.querySelectorAll<HTMLElement>('[data-task]')) {
    other.hidden = other !== task;
  }
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#${task.id}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const heading = byId(`${task.id}-title`);
  document.title = `${heading.textContent} a Duo API request: duo-sign`;
  return heading;
}

/** Takes what a link has for the fields, and leaves none of it in the address. */
function followLink(): boolean {
  const [, name, fragment] = /^#(sign|diagnose)\?(.*)/s.exec(location.hash) ?? [];
  if (name === undefined || fragment === undefined) return false;
  if (name === 'sign') sign.empty();
  else diagnose.empty();
  fillFrom(name, fragment);
  history.replaceState(null, '', `#${name}`);
  if (name === 'sign') sign.update();
  return true;
}

onBroken((message) => {
  byId('broken').textContent = message;
  byId('broken').hidden = false;
});
byId('form').addEventListener('submit', (event) => event.preventDefault());
byId('about-version').textContent = VERSION;
byId('clear').addEventListener('click', () => {
  clear();
  byId('ikey').focus();
  announce('Everything is cleared');
});
addEventListener('hashchange', () => {
  followLink();
  showTask()?.focus({ preventScroll: true });
});
// Also before the page is kept for the back button.
addEventListener('pagehide', clear);

showTask();
startKeys();
keepPasted();
sign.start();
diagnose.start();
sign.showExample();
diagnose.showExample();
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-link]')) {
  copyOnClick(button, () => linkOf(button.dataset.link ?? ''));
}
// Whoever follows one has keys of their own.
if (followLink()) {
  forgetKeys();
  sign.update();
}
