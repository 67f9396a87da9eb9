// The Postman script in newman and in the newest postman-runtime, over TLS to the endpoint: the torture
// requests, those that must be refused, and the collection that users get.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from '../../tools/build.mjs';
import { Problem, root, say, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';
import { startEndpoint } from '../js/oracle.mjs';
import { newmanCommand, runners } from './runners.mjs';
import { cases, items, refusals, variables } from './torture.mjs';

const keys = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const folder = join(root, 'pkg', 'postman');
const read = (name) => readFileSync(join(folder, `duo-sign.${name}`), 'utf8');
const prerequest = (...lines) => ({
  event: [{ listen: 'prerequest', script: { type: 'text/javascript', exec: lines } }],
});

export async function testPostman() {
  say('Testing the Postman script');
  const script = read('pre-request.js');
  const bytes = Buffer.byteLength(script);
  console.log(`  duo-sign.pre-request.js: ${(bytes / 1000).toFixed(1)} KB`);
  if (bytes > 90_000) throw new Problem('the script has more than 90 KB');
  const endpoint = await startEndpoint({ [keys.ikey]: keys.skey });
  const host = `localhost:${endpoint.https}`;
  const options = { ca: endpoint.ca };
  const wrong = [];
  const check = (name, problem) => problem && wrong.push(`${name}: ${problem}`);
  try {
    for (const [runner, run] of Object.entries(runners)) {
      const torture = { results: [], output: [] };
      for (const level of ['collection', 'folder', 'request']) {
        const { results, output, failures } = await run(
          tortureCollection(level, script, host),
          options,
        );
        torture.output.push(...output);
        for (const failure of failures) check(`${runner}, ${level}`, failure);
        torture.results.push(...results.map((it) => ({ ...it, level })));
      }
      const stopped = await run(refusalCollection(script, host), options);
      const everyday = await run(JSON.parse(read('postman_collection.json')), {
        ...options,
        environment: everydayEnvironment(host),
      });
      let [sent, verified] = [0, 0];
      for (const { name, level = 'everyday', ...result } of [
        ...torture.results,
        ...everyday.results,
      ]) {
        const place = `${runner}, ${level}: ${name}`;
        sent++;
        if (result.status === 200) verified++;
        else check(place, result.error ?? `status ${result.status} ${result.text}`);
        if (level !== 'everyday') check(place, wireProblem(result, cases[parseInt(name, 10)].sent));
      }
      const expected = 3 * cases.length + everyday.count;
      if (sent !== expected) check(runner, `${sent} of ${expected} requests were sent`);
      for (const { says } of refusals) {
        if (!stopped.output.some((line) => says.test(line))) check(runner, `nothing says ${says}`);
      }
      for (const { name } of stopped.results) check(`${runner}: ${name}`, 'was sent');
      const strangers = await run(specialCollection(script, host), options);
      const [stranger] = strangers.results;
      if (/^(authorization|date):/im.test(stranger.request.headers)) {
        check(`${runner}: ${stranger.name}`, 'was signed');
      }
      const canonical = `\nGET\n${host}\n/debugged\n`;
      const debugged = strangers.output.filter((line) => line.includes(canonical)).length;
      if (debugged !== 1) check(runner, 'duo_debug does not print the canonical string once');
      const module = readFileSync(join(root, 'pkg-postman', 'index.js'), 'utf8');
      for (const [kind, text] of [
        ['the script', `${script}\n${sending('duoSendRequest(')}`],
        ['the package', `${required(module)}duo.sign(pm);\n${sending('duo.sendRequest(pm, ')}`],
      ]) {
        const { results, output, failures } = await run(sendingCollection(text, host), options);
        for (const failure of failures) check(`${runner}, ${kind}`, failure);
        if (results.length !== 3 || results.some(({ status }) => status !== 200)) {
          check(
            `${runner}, ${kind}`,
            `the request: ${JSON.stringify(results.map((it) => it.status))}`,
          );
        }
        for (const wanted of ['sent 200', 'posted 200', 'refused ikey']) {
          if (!output.some((line) => line.includes(wanted))) {
            check(`${runner}, ${kind}`, `nothing says ${wanted}: ${output.join(' | ')}`);
          }
        }
        check(`${runner}, ${kind}`, leak(output.join('\n'), results));
      }
      const output = [torture, stopped, everyday, strangers].flatMap((it) => it.output).join('\n');
      check(runner, leak(output, torture.results));
      for (const failure of everyday.failures) check(`${runner}: collection`, failure);
      console.log(`  ${runner.padEnd(26)} ${sent} requests sent, ${verified} verified`);
    }
    const printed = await runCommand(everydayEnvironment(host), endpoint.ca);
    check('newman run', leak(printed, []));
    if (/Authorization|Basic [A-Za-z0-9+/]{20}/.test(printed))
      check('newman run', 'prints a header');
  } finally {
    await endpoint.stop();
  }
  if (wrong.length > 0) throw new Problem(`${wrong.length} failures:\n  ${wrong.join('\n  ')}`);
}

/** Every case, with the script at this level. */
function tortureCollection(level, script, host) {
  const at = (wanted) => level === wanted && prerequest(script);
  const folders = [false, true].map((inherited) => ({
    name: inherited ? 'authorization inherited' : 'authorization none',
    auth: inherited ? basic : { type: 'noauth' },
    ...at('folder'),
    item: items()
      .filter((it) => Boolean(it.inherited) === inherited)
      .map(({ name, request, script: own }) => {
        // Variables that a request sets are there before it is signed, if for a second time.
        const event = own.length > 0 ? prerequest(...own, script, unset) : at('request');
        return { name, request, ...event };
      }),
  }));
  return withVariables({ item: folders, ...at('collection') }, host);
}

/** What one request sets stays for the next. */
const unset = `for (const name of ['ikey', 'skey', 'apihost', 'DUO_HOST', 'duo_signature_version']) {
  pm.variables.unset(name);
}`;

const basic = {
  type: 'basic',
  basic: [
    { key: 'username', value: 'someone' },
    { key: 'password', value: 'else' },
  ],
};

function refusalCollection(script, host) {
  const item = items(refusals).map(({ name, request, script: own }) => ({
    name,
    request,
    ...prerequest(unset, ...own, script),
  }));
  return withVariables({ item }, host);
}

/** To a host that is not the configured one: nothing may be added. And one with duo_debug. */
function specialCollection(script, host) {
  const item = [
    {
      name: 'a stranger',
      request: { method: 'GET', url: `https://127.0.0.1:${host.split(':')[1]}/{{nowhere}}` },
    },
  ];
  item.push({
    name: 'a debugged request',
    request: { method: 'GET', url: 'https://{{apihost}}/debugged' },
    ...prerequest("pm.variables.set('duo_debug', 'true');", script),
  });
  return withVariables({ item, ...prerequest(script) }, host);
}

/** A module, as `pm.require` loads it. */
const required = (text) => `const duo = {};\n((exports) => {\n${text}\n})(duo);\n`;

/** Requests that a script sends itself, and one that cannot be signed. */
const sending = (call) => `
${call}'https://{{apihost}}/auth/v2/check?a=b c', (error, response) => {
  console.log('sent', error ? error.message : response.code);
  const body = { mode: 'raw', raw: JSON.stringify({ username: 'Zoë' }) };
  const header = { 'Content-Type': 'application/json' };
  ${call}{ url: 'https://{{apihost}}/admin/v1/users', method: 'POST', header, body }, (error, response) => {
    console.log('posted', error ? error.message : response.code);
    pm.variables.set('ikey', '');
    pm.variables.set('DUO_IKEY', '');
    try {
      ${call}'https://{{apihost}}/x', () => {});
    } catch (error) {
      console.log('refused', error.message.replace('duo-sign: ', ''));
    }
  });
});
`;

function sendingCollection(script, host) {
  const request = { method: 'GET', url: 'https://{{apihost}}/auth/v2/check' };
  return withVariables({ item: [{ name: 'sending', request, ...prerequest(script) }] }, host);
}

function withVariables(collection, host) {
  const { environment, globals, collection: own } = variables(keys, host);
  const list = (values) => Object.entries(values).map(([key, value]) => ({ key, value }));
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  return {
    info: { name: 'torture', schema },
    ...collection,
    variable: list(own),
    environment: list(environment),
    globals: list(globals),
  };
}

/** As a user sets it, with the variables that requests about one user and so on need. */
function everydayEnvironment(host) {
  const { values } = JSON.parse(read('postman_environment.json'));
  const own = { ...keys, apihost: host };
  const ids = [
    'username',
    'passcode',
    'txid',
    'user_id',
    'activation_code',
    'group_id',
    'phone_id',
  ];
  for (const name of [...ids, 'policy_key', 'account_id']) own[name] = `the ${name}`;
  const named = values.filter(({ key }) => !(key in own));
  return [...named, ...Object.entries(own).map(([key, value]) => ({ key, value }))];
}

/** `newman run` of the collection, as a user types it. Gives all that it prints. */
async function runCommand(values, ca) {
  const folder = mkdtempSync(join(tmpdir(), 'duo-sign-'));
  const environment = join(folder, 'environment.json');
  writeFileSync(environment, JSON.stringify({ name: 'test', values }));
  const collection = join(root, 'pkg', 'postman', 'duo-sign.postman_collection.json');
  const args = ['run', collection, '-e', environment, '--ssl-extra-ca-certs', ca];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      newmanCommand,
      ...args,
    ]);
    return stdout + stderr;
  } catch ({ stdout, stderr }) {
    throw new Problem(`newman run:\n${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wireProblem({ status, text, request }, sent) {
  if (!sent || status !== 200 || text === '') return;
  const [before, query = ''] = request.url.split('?');
  const path = before.replace(/^https:\/\/[^/]*/, '');
  const version = JSON.parse(text).response.signature_version;
  for (const [name, value] of Object.entries({ version, path, query, body: request.body })) {
    if (name in sent && sent[name] !== value) return `${name} is ${value}, expected ${sent[name]}`;
  }
}

/** Whether console output has the secret key, or the value of an Authorization header. */
function leak(output, results) {
  if (output.includes(keys.skey)) return 'the console has the secret key';
  for (const { request } of results) {
    const [, value] = request.headers.match(/^authorization: Basic (.+)$/im) ?? [];
    if (value && output.includes(value.trim())) return 'the console has an Authorization value';
  }
}

await whenCalled(import.meta.url, async () => {
  await setup({ all: true });
  await build();
  await testPostman();
});
