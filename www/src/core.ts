// The thread that computes, as promises.

import type { DiagnoseProgress } from 'duo-sign/diagnose';
import source from 'worker';
import type { Calls, Failure, Question } from './worker.js';

/** Thrown for input that the package refuses. */
export class Refusal extends Error {
  readonly field: string | undefined;

  constructor({ message, field }: Pick<Failure, 'message' | 'field'>) {
    super(message);
    this.field = field;
  }
}

/** Thrown by a call that was ended. */
export class Ended extends Error {}

interface Waiting {
  resolve(result: never): void;
  reject(error: Error): void;
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, Waiting>();
const listeners = { progress: (_: DiagnoseProgress) => {}, broken: (_: string) => {} };

/** Is called again and again during a search. */
export function onProgress(listener: (progress: DiagnoseProgress) => void): void {
  listeners.progress = listener;
}

/** Is called when nothing can be computed in this browser. */
export function onBroken(listener: (message: string) => void): void {
  listeners.broken = listener;
}

/** Calls a function of `worker.ts` there. */
export function ask<Name extends keyof Calls>(
  call: Name,
  ...args: Parameters<Calls[Name]>
): Promise<ReturnType<Calls[Name]>> {
  return new Promise((resolve, reject) => {
    worker ??= start();
    const id = ++last;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, call, args } satisfies Question);
  });
}

/** Ends all calls, and with the thread everything that it has in memory, keys among it. */
export function end(): void {
  worker?.terminate();
  worker = undefined;
  for (const { reject } of waiting.values()) reject(new Ended());
  waiting.clear();
}

/** Where the script of the thread is: within this one, so that it needs no request, nor a server. */
const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));

// The page's policy lets no other text become a script's URL.
const policy = globalThis.trustedTypes?.createPolicy('duo-sign', { createScriptURL: () => blob });

function start(): Worker {
  const started = new Worker(policy ? (policy.createScriptURL('') as unknown as string) : blob);
  started.onmessage = ({ data: { id, result, failure, progress } }) => {
    if (progress) return listeners.progress(progress);
    const call = waiting.get(id);
    waiting.delete(id);
    if (failure) call?.reject(new Refusal(failure));
    else call?.resolve(result as never);
  };
  started.onerror = (event) => {
    event.preventDefault();
    end();
    listeners.broken(
      `This browser cannot run the page (${event.message || 'its thread does not start'}). It needs WebAssembly, which ` +
        'some settings and extensions turn off; try another browser.',
    );
  };
  return started;
}
