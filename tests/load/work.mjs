// One kind of work in a process of its own, which prints its rows as JSON: memory after each step, after a
// garbage collection, or times.

import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};
const { Signer, diagnose } = createRequire(import.meta.url)('duo-sign/diagnose');

const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const host = 'api-1a2b3c4d.duosecurity.com';
const steps = 10;

async function memory() {
  // What is finalized is freed after it, and is garbage itself then.
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await turn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const wasm = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  // `arrayBuffers` does not count the memories of modules.
  return { wasm, heap: heapUsed + arrayBuffers };
}

/** Does `work` so many times, with a row for each tenth. */
async function inSteps(count, work) {
  const rows = [];
  let done = 0;
  for (let step = 1; step <= steps; step++) {
    const start = performance.now();
    for (const end = Math.round((count * step) / steps); done < end; done++) {
      work(done);
      // As in a server, where finalizers have their turn.
      if (done % 1000 === 0) await turn();
    }
    const seconds = (performance.now() - start) / 1000;
    rows.push({ done, 'a second': Math.round(count / steps / seconds), ...(await memory()) });
  }
  return rows;
}

const works = {
  signatures(count) {
    const signer = new Signer(credentials);
    return inSteps(count, (i) => {
      const params = { username: `user ${i}`, limit: i % 500, list: ['a', 'b'] };
      signer.signRequest(i % 4 ? 'GET' : 'POST', host, '/admin/v1/users', params);
    });
  },

  signers(count) {
    return inSteps(count, () => new Signer(credentials).signRequest('GET', host, '/', { a: 1 }));
  },

  diagnoses(count) {
    const signed = new Signer(credentials).signRequest('GET', host, '/admin/v1/users', {
      a: 'b c',
    });
    const other = { ...credentials, skey: credentials.skey.toLowerCase() };
    return inSteps(count, (i) => {
      const { outcome } = diagnose({ ...signed, body: null }, i % 2 ? other : credentials, {
        budget: 50,
      });
      if (outcome === 'valid' && i % 2) throw new Error('another key is valid');
    });
  },

  /** The fastest of some rounds, in microseconds. */
  costs() {
    const signer = new Signer(credentials);
    const time = (sign) => {
      let least = Infinity;
      for (const end = performance.now() + 500; performance.now() < end; ) {
        const start = performance.now();
        let calls = 0;
        do {
          sign();
          calls++;
        } while (performance.now() - start < 5);
        least = Math.min(least, ((performance.now() - start) * 1000) / calls);
      }
      return least;
    };
    const base = time(() => signer.signRequest('GET', host, '/'));
    const rows = [{ request: 'without parameters', microseconds: base }];
    for (const count of [1, 10, 100, 1000, 10_000]) {
      const pairs = Array.from({ length: count }, (_, i) => [
        `name${(i * 7919) % count}`,
        'a value',
      ]);
      const microseconds = time(() => signer.signRequest('GET', host, '/', pairs));
      const each = ((microseconds - base) * 1000) / count;
      rows.push({ request: `${count} parameters`, microseconds, 'ns each': each });
    }
    for (const count of [1e3, 1e4, 1e5, 1e6, 1e7]) {
      const body = new Uint8Array(count).fill(97);
      const microseconds = time(() =>
        signer.signRequest('POST', host, '/', {}, undefined, { body }),
      );
      const each = ((microseconds - base) * 1000) / count;
      rows.push({ request: `${count} bytes of body`, microseconds, 'ns each': each });
    }
    return rows;
  },
};

const { values } = parseArgs({ options: { work: { type: 'string' }, count: { type: 'string' } } });
console.log(JSON.stringify(await works[values.work](Number(values.count))));
