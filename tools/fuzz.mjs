// Runs the targets of fuzz/ with libFuzzer, seeded from the test vectors.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { output, Problem, root, run, say, whenCalled } from './run.mjs';

const folder = join(root, 'fuzz');
const targets = readdirSync(join(folder, 'targets')).map((name) => name.replace('.rs', ''));

// What cargo-fuzz gives the compiler, without the sanitizers, which need nightly and find nothing in
// code without `unsafe`, and without a trace of comparisons: the seeds have the words that it would find,
// and in the same time more code is reached without it.
const coverage = ['level=3', 'inline-8bit-counters', 'pc-table'];
const rustFlags = [
  '--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module',
  ...coverage.map((it) => `-Cllvm-args=-sanitizer-coverage-${it}`),
  // The counters are found by the names of their sections, which lld drops otherwise.
  '-Clink-arg=-Wl,-z,nostart-stop-gc',
].join(' ');

/** Seconds and megabytes for one input: more is a finding. The longest seeds take milliseconds. */
const limits = ['-timeout=20', '-rss_limit_mb=2048'];

/** Inputs as they come: to weigh them by what is rare in each takes a third of the time, and finds no more. */
const schedule = '-entropic=0';

/** Runs each target for so many seconds, or until it has run so often; throws where one fails, with the input. */
export async function fuzz({ seconds, runs = Infinity, bytes = 4096, names = targets }) {
  if (!output('c++', ['--version'])) {
    throw new Problem('libFuzzer needs a C++ compiler (Debian: apt install g++)');
  }
  say(`Fuzzing ${names.join(', ')}: at most ${seconds} seconds each`);
  const triple = output('rustc', ['--print', 'host-tuple']);
  // With a target, the flags are not those of build scripts.
  await run('cargo', ['build', '--locked', '--release', '--target', triple], {
    cwd: folder,
    env: { RUSTFLAGS: rustFlags },
  });
  const rows = [];
  for (const name of names) {
    const program = join(folder, 'target', triple, 'release', name);
    rows.push({ target: name, ...(await fuzzOne(name, program, { seconds, runs, bytes })) });
  }
  console.table(rows);
}

async function fuzzOne(name, program, { seconds, runs, bytes }) {
  const corpus = join(folder, 'corpus', name);
  const artifacts = join(folder, 'artifacts', name);
  for (const path of [corpus, artifacts]) mkdirSync(path, { recursive: true });
  writeSeeds(name, corpus);
  const args = [corpus, ...limits, schedule, `-max_len=${bytes}`];
  args.push(`-max_total_time=${seconds}`, '-print_final_stats=1');
  if (runs < Infinity) args.push(`-runs=${runs}`);
  const { code, lines } = await libFuzzer(program, [...args, `-artifact_prefix=${artifacts}/`]);
  if (code !== 0) {
    const found = lines.findLast((it) => it.includes('Test unit written to'))?.split(' to ')[1];
    const input = found && (await minimised(program, found));
    const report = lines.filter((it) => !/^#\d/.test(it)).slice(-40);
    const shown = input
      ? `${input}:\n${JSON.stringify(readFileSync(input, 'latin1'))}`
      : 'no input';
    throw new Problem(`${report.join('\n')}\nThe target ${name} fails with ${shown}`);
  }
  const number = (label) =>
    Number(
      lines
        .find((it) => it.includes(label))
        ?.split(/\s+/)
        .pop(),
    );
  const executions = number('stat::number_of_executed_units');
  if (!(executions > 0)) throw new Problem(`The target ${name} ran nothing`);
  const inputs = readdirSync(corpus).length;
  return { executions, 'a second': number('stat::average_exec_per_sec'), inputs };
}

/** The shortest input that libFuzzer finds to fail as well, or the one given. */
async function minimised(program, input) {
  const shorter = `${input}.min`;
  const exact = `-exact_artifact_path=${shorter}`;
  const args = ['-minimize_crash=1', '-max_total_time=20', limits[0], exact, input];
  await libFuzzer(program, args);
  return existsSync(shorter) ? shorter : input;
}

async function libFuzzer(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  const closed = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  const lines = [];
  for await (const line of createInterface({ input: child.stderr })) lines.push(line);
  return { code: await closed, lines };
}

function writeSeeds(name, corpus) {
  for (const seed of seeds[name]()) {
    const file = createHash('sha256').update(seed).digest('hex').slice(0, 16);
    writeFileSync(join(corpus, file), seed);
  }
}

const vectors = (name) =>
  JSON.parse(readFileSync(join(root, 'tests', 'vectors', `${name}.json`), 'utf8'));

/** Between fields, as in fuzz/src/lib.rs. */
const separator = Buffer.from([0xff]);
const joined = (fields) =>
  Buffer.concat(fields.flatMap((it, i) => (i ? [separator, Buffer.from(it)] : [Buffer.from(it)])));

const flat = (params) =>
  Object.entries(params ?? {}).flatMap(([name, value]) =>
    [value].flat().flatMap((it) => [name, String(it)]),
  );

function requests() {
  const host = 'api-xxxxxxxx.duosecurity.com';
  const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
  const ofClients = vectors('signing').filter(({ input }) => input?.method);
  const given = ofClients.map(({ input }) => {
    const { method, path = '/', params, body = '' } = input;
    const header = Object.entries(input.x_duo_headers ?? {})[0] ?? ['', ''];
    const parts = [method, input.host ?? host, path, input.date ?? date];
    return [...parts, typeof body === 'string' ? body : '', ...header, ...flat(params)];
  });
  const forms = vectors('causes').map(({ request }) => {
    const pairs = [...new URLSearchParams(request.form ?? '')].flat();
    const parts = [request.method, request.host, request.path, request.date];
    return [...parts, request.json ?? '', 'X-Duo-Note', 'a', ...pairs];
  });
  const options = ['000', '001', '100', '201', '210', '300'];
  return [...given, ...forms].map((fields, i) => joined([options[i % 6] + i, ...fields]));
}

const seeds = {
  params: () =>
    vectors('signing')
      .filter(({ input }) => input?.params)
      .map(({ input }) => joined(flat(input.params))),
  sign: requests,
  render: requests,
  diagnose: requests,
  parse: () => [
    ...['clients', 'field', 'diagnosis'].flatMap(vectors).map(({ text }) => text),
    ...['pastes', 'programs'].flatMap(vectors).map(({ input }) => input),
  ],
};

await whenCalled(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      runs: { type: 'string', default: 'Infinity' },
      bytes: { type: 'string', default: '4096' },
      target: { type: 'string' },
    },
  });
  const seconds = Math.round(Number(values.minutes) * 60);
  if (!(seconds > 0)) throw new Problem('--minutes takes a number above 0');
  const runs = Number(values.runs);
  if (!(runs > 0)) throw new Problem('--runs takes a number above 0');
  const bytes = Number(values.bytes);
  if (!(bytes > 0)) throw new Problem('--bytes takes the length of the longest input, above 0');
  if (values.target && !targets.includes(values.target)) {
    throw new Problem(`--target takes one of ${targets.join(', ')}`);
  }
  await fuzz({ seconds, runs, bytes, names: values.target ? [values.target] : targets });
});
