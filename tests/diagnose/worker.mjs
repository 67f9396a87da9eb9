// Diagnoses the requests that it is sent, one at a time, so that times are those of one core.

import { parentPort } from 'node:worker_threads';
import { diagnose } from 'duo-sign/diagnose';

const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};

parentPort.on('message', ([i, it]) => parentPort.postMessage([i, examine(it)]));

function examine({ request, intended = {}, mistakes, canonical, budget }) {
  const start = performance.now();
  const diagnosis = diagnose(request, credentials, { intended, budget });
  const time = performance.now() - start;
  const { outcome, searched, signed, causes } = diagnosis;
  const found = causes.map((cause) => cause.mutation).sort();
  const isForeign = mistakes === null;
  const isRight = isForeign
    ? outcome === 'unexplained' && signed === null
    : outcome === 'explained' && signed?.canonical === canonical;
  const isExact = String(found) === String(mistakes);
  const note = JSON.stringify({ mistakes, outcome, found, request });
  return { time, searched, isRight, isExact, note };
}
