// Diagnoses the requests that it is sent, one at a time: a process of its own, whose CPU time is that of
// the diagnosis.

import { diagnose } from 'duo-sign/diagnose';

const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};

process.on('message', ([i, it]) => process.send([i, examine(it)]));

function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function examine({ request, intended = {}, mistakes, canonical, budget }) {
  const [start, startOfCpu] = [performance.now(), cpu()];
  const diagnosis = diagnose(request, credentials, { intended, budget });
  const [time, ofCpu] = [performance.now() - start, cpu() - startOfCpu];
  const { outcome, searched, signed, causes } = diagnosis;
  const found = causes.map((cause) => cause.mutation).sort();
  const isForeign = mistakes === null;
  const isRight = isForeign
    ? outcome === 'unexplained' && signed === null
    : outcome === 'explained' && signed?.canonical === canonical;
  const isExact = String(found) === String(mistakes);
  const note = JSON.stringify({ mistakes, outcome, found, request });
  return { time, ofCpu, searched, isRight, isExact, note };
}
