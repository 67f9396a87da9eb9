// The page: its two tasks, and forgetting everything.

import { announce } from './copy.js';
import { end, onBroken } from './core.js';
import * as diagnosis from './diagnose.js';
import { byId } from './form.js';
import { forgetKeys, startKeys } from './keys.js';
import * as signing from './sign.js';

/** Forgets everything: fields, results, and the thread with its memory. */
function clear(): void {
  end();
  forgetKeys();
  signing.empty();
  diagnosis.empty();
}

/** Shows the task that the URL's fragment names. */
function showTask(): void {
  const target = document.getElementById(location.hash.slice(1) || 'sign');
  const task = target?.closest<HTMLElement>('[data-task]');
  if (!task) return;
  for (const other of document.querySelectorAll<HTMLElement>('[data-task]')) {
    other.hidden = other !== task;
  }
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#${task.id}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
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
addEventListener('hashchange', showTask);
// Also before the page is kept for the back button.
addEventListener('pagehide', clear);

showTask();
startKeys();
signing.start();
diagnosis.start();
signing.showExample();
diagnosis.showExample();
