// The threads that compute, as promises.

import type { DiagnoseProgress } from 'duo-sign/diagnose';
import source from 'worker';
import type { Calls, Failure, Question } from './worker.js';

/** Thrown for input that the package or the page refuses. */
export class Refusal extends Error {
  readonly field: string | undefined;

  constructor({ message, field }: Failure) {
    super(message);
    this.field = field;
  }
}

/** Thrown by a call that was ended. */
export class Ended extends Error {}

/** Where the script of the threads is: within this one, so that it needs no request, nor a server. */
const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));

// The page's policy lets no other text become a script's URL.
const policy = globalThis.trustedTypes?.createPolicy('duo-sign', { createScriptURL: () => blob });

let sayBroken = (_: string) => {};

/** Is called when nothing can be computed in this browser. */
export function onBroken(listener: (message: string) => void): void {
  sayBroken = listener;
}

interface Waiting {
  resolve(result: never): void;
  reject(error: Error): void;
}

class Thread {
  onProgress = (_: DiagnoseProgress) => {};
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;

  /** Calls a function of `worker.ts` there. */
  ask<Name extends keyof Calls>(
    call: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#start();
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, args } satisfies Question);
    });
  }

  /** Ends all calls, and with the thread everything that it has in memory, keys among it. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Ended());
    this.#waiting.clear();
  }

  #start(): Worker {
    const worker = new Worker(policy ? (policy.createScriptURL('') as unknown as string) : blob);
    worker.onmessage = ({ data: { id, result, failure, progress } }) => {
      if (progress) return this.onProgress(progress);
      const call = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure) call?.reject(new Refusal(failure));
      else call?.resolve(result as never);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.end();
      sayBroken(
        `This browser cannot run the page (${event.message || 'its thread does not start'}). It needs ` +
          'WebAssembly, which some settings and extensions turn off; try another browser.',
      );
    };
    return worker;
  }
}

/** Signs, and reads requests. */
export const signing = new Thread();
/** Searches, so that ending a search ends nothing else. */
export const searching = new Thread();
