// Waiting, and being told to stop.

/** What `setTimeout` can wait, in milliseconds; it does not wait at all for more. */
export const MAX_TIMER = 2 ** 31 - 1;

/** The reason of an abort, which React Native does not keep. */
export function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error('the call was aborted'), { name: 'AbortError' });
}

const aborts = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `run` when the signal aborts; gives a function that takes this back. One listener for each
 * signal, since Node.js warns of a leak where there are many.
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  let runs = aborts.get(signal);
  if (!runs) {
    runs = new Set();
    aborts.set(signal, runs);
    const all = runs;
    signal.addEventListener('abort', () => {
      for (const run of all) run();
    });
  }
  runs.add(run);
  return () => runs.delete(run);
}

export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(reasonOf(signal));
    const timer = setTimeout(() => {
      forget?.();
      resolve();
    }, milliseconds);
    const forget =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(reasonOf(signal));
      });
  });
}
