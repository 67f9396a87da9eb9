// Does `diagnose` find what really happened, and nothing where nothing is to be found? The requests
// are made by Python, of known mistakes (tests/oracle/faults.py) and by mechanisms that know none of
// them (mechanisms.py).

import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from '../../tools/build.mjs';
import { Problem, say, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';
import { runPython } from '../js/oracle.mjs';

/** For each group the share whose canonical string has to be found. */
const groups = [
  { name: 'one mistake', count: 400, least: 1 },
  { name: 'two mistakes', count: 400, least: 0.98 },
  { name: 'three mistakes', count: 400, least: 0.95 },
  // Not to the end, which takes seconds each.
  { name: 'another key', count: 400, least: 1, budget: 100_000 },
];
const mechanisms = [
  { name: 'one mechanism', count: 200, least: 0.99 },
  { name: 'two mechanisms', count: 200, least: 0.96 },
  { name: 'three of them', count: 200, least: 0.93 },
];

/** Prints a line for each group, and fails when too little is found. */
export async function testDiagnosis() {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  say(`Diagnosing requests with mistakes in them, seed ${seed}`);
  const counts = (list) => list.map((group) => group.count);
  const cases = [
    ...(await runPython('faults.py', seed, ...counts(groups))),
    ...(await runPython('mechanisms.py', seed, ...counts(mechanisms))),
  ];
  const failed = [];
  let start = 0;
  for (const { name, count, least, budget } of [...groups, ...mechanisms]) {
    const results = await inWorkers(
      cases.slice(start, start + count).map((it) => ({ ...it, budget })),
    );
    start += count;
    const share = (key) => results.filter((result) => result[key]).length / count;
    const percent = (key) => `${(share(key) * 100).toFixed(1)} %`;
    const timesOf = (key) => {
      const times = results.map((result) => result[key]).sort((a, b) => a - b);
      return `median ${times[Math.floor(count / 2)].toFixed(0)} ms, worst ${times.at(-1).toFixed(0)} ms`;
    };
    const sum = (key) => results.reduce((total, result) => total + result[key], 0);
    const found =
      name === 'another key'
        ? `${percent('isRight')} unexplained`
        : `${percent('isRight')} reproduced, ${percent('isExact')} with just these mistakes`;
    const speed = Math.round(sum('searched') / sum('ofCpu'));
    console.log(`  ${name.padEnd(14)}  ${String(count).padStart(4)} requests, ${found}`);
    console.log(
      `      CPU: ${timesOf('ofCpu')}, ${speed} 000 strings a second; clock: ${timesOf('time')}`,
    );
    for (const { isRight, note } of results) if (!isRight) console.log(`    not found: ${note}`);
    if (share('isRight') < least) failed.push(name);
  }
  if (failed.length > 0) throw new Problem(`too little was found of: ${failed.join(', ')}`);
}

/** Each case in one process; the results are in the order of the cases. */
async function inWorkers(cases) {
  const results = [];
  let next = 0;
  const work = () => {
    const worker = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)));
    return new Promise((resolve, reject) => {
      const give = (i) => (i < cases.length ? worker.send([i, cases[i]]) : worker.disconnect());
      worker.on('message', ([i, result]) => {
        results[i] = result;
        give(next++);
      });
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Problem(`exit ${code}`))));
      give(next++);
    });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await testDiagnosis();
});
