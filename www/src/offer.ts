// The way out of a diagnosis: the corrected request, as a command and for the task "Sign".

import type { Corrected } from './corrected.js';
import { byId } from './form.js';
import { open } from './sign.js';

let offered: Corrected | undefined;

export function startOffer(): void {
  byId('open-in-sign').addEventListener('click', () => {
    if (!offered || !('request' in offered)) return;
    open(offered.request, offered.version);
    location.hash = '#sign';
  });
}

/** Shows the corrected request, or what is missing for it; without one, hides both. */
export function offer(corrected?: Corrected, isExplained = false): void {
  offered = corrected;
  const isThere = corrected !== undefined && 'request' in corrected;
  byId('right').hidden = corrected === undefined;
  for (const part of byId('right').querySelectorAll<HTMLElement>('button, pre')) {
    part.hidden = !isThere;
  }
  byId('corrected').textContent = isThere ? corrected.curl : '';
  byId('corrected-note').textContent = !corrected
    ? ''
    : 'missing' in corrected
      ? `There is none. ${corrected.missing}`
      : isExplained
        ? 'Signed just now. Duo accepts it for about five minutes; "Open in Sign" signs it again.'
        : 'Signed just now with these keys. If Duo refuses this as well, the keys are wrong.';
}
