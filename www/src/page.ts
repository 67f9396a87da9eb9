// The page: its two tasks, and forgetting everything.

import { announce } from './copy.js';
import { onBroken, searching, signing } from './core.js';
import * as diagnose from './diagnose.js';
import { byId, forgetOriginals, keepPasted } from './form.js';
import { forgetKeys, startKeys } from './keys.js';
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
  const target = document.getElementById(location.hash.slice(1) || 'sign');
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
addEventListener('hashchange', () => showTask()?.focus({ preventScroll: true }));
// Also before the page is kept for the back button.
addEventListener('pagehide', clear);

showTask();
startKeys();
keepPasted();
sign.start();
diagnose.start();
sign.showExample();
diagnose.showExample();
