// Growth: what many calls leave behind, what parameters and bytes cost, and the proxy under load for
// `--minutes`, at up to `--rate` requests a second; one of them with `--work`. Prints the figures, and fails
// where memory grows.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { duoSignProxy, measure, memory } from '../../benches/proxy.mjs';
import { build } from '../../tools/build.mjs';
import { Problem, root, say, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';

const MB = 2 ** 20;

/** How often, and what the JavaScript heap may grow by after the first tenth; the core's may not at all. */
const works = {
  signatures: { count: 5_000_000, heap: 2 * MB },
  signers: { count: 100_000, heap: 2 * MB },
  diagnoses: { count: 10_000, heap: 2 * MB },
};

const kinds = [...Object.keys(works), 'costs', 'proxy'];

export async function testLoad({ minutes, rate, names = kinds }) {
  const wrong = [];
  for (const name of names.filter((it) => it in works)) {
    const { count, heap } = works[name];
    say(`${count} ${name}: memory of the core and of JavaScript, in MB`);
    const rows = work(name, count);
    console.table(rows.map((row) => ({ ...row, wasm: inMB(row.wasm), heap: inMB(row.heap) })));
    const [first] = rows;
    const last = rows.at(-1);
    if (last.wasm > first.wasm) wrong.push(`${name}: the memory of the core grows`);
    if (last.heap > first.heap + heap) wrong.push(`${name}: the heap of JavaScript grows`);
  }
  if (names.includes('costs')) printCosts();
  if (names.includes('proxy') && minutes > 0) wrong.push(...(await loadProxy(minutes, rate)));
  if (wrong.length > 0) throw new Problem(wrong.join('\n'));
}

function printCosts() {
  say('What one signature costs');
  const round = (value) => value && Number(value.toPrecision(3));
  console.table(
    work('costs', 0).map((it) => ({
      ...it,
      microseconds: round(it.microseconds),
      'ns each': round(it['ns each']),
    })),
  );
}

const inMB = (bytes) => Number((bytes / MB).toFixed(2));

function work(name, count) {
  const file = join(root, 'tests', 'load', 'work.mjs');
  const args = ['--expose-gc', file, '--work', name, '--count', String(count)];
  const stdio = ['ignore', 'pipe', 'inherit'];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio });
  if (status !== 0) throw new Problem(`${name}: it ended with ${status}`);
  return JSON.parse(stdout);
}

async function loadProxy(minutes, rate) {
  const speed = rate ? `${rate} requests a second` : 'as fast as it answers';
  say(`duo-sign proxy with 50 clients for ${minutes} minutes, ${speed}: its memory in MB`);
  const seconds = minutes * 60;
  const samples = [];
  let timer;
  const watch = (child) => {
    const sample = () => samples.push(Math.round(memory(child).now));
    timer = setInterval(sample, (seconds * 1000) / 11);
  };
  try {
    const found = await measure('proxy', duoSignProxy, { clients: 50, seconds, rate, watch });
    console.table([{ ...found, memory: samples.join(' ') }]);
    const half = Math.floor(samples.length / 2);
    const [before, after] = [samples.slice(0, half), samples.slice(half)].map((it) =>
      Math.max(...it),
    );
    const wrong = [];
    if (after > 1.25 * before) wrong.push(`proxy: its memory grows from ${before} to ${after} MB`);
    for (const kind of ['errors', 'wrong', 'lost']) {
      if (found[kind] > 0) wrong.push(`proxy: ${found[kind]} ${kind}`);
    }
    return wrong;
  } finally {
    clearInterval(timer);
  }
}

await whenCalled(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '0' },
      rate: { type: 'string', default: '0' },
      work: { type: 'string' },
    },
  });
  const minutes = Number(values.minutes);
  const rate = Number(values.rate);
  if (!(minutes >= 0 && rate >= 0)) throw new Problem('--minutes and --rate take a number');
  if (values.work && !kinds.includes(values.work)) {
    throw new Problem(`--work takes one of ${kinds.join(', ')}`);
  }
  if (values.work === 'proxy' && minutes === 0) throw new Problem('--work proxy needs --minutes');
  await setup();
  await build();
  await testLoad({ minutes, rate, names: values.work && [values.work] });
});
