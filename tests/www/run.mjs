// The built page in real browsers: served with its headers, and from disk.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../../tools/build.mjs';
import { Problem, say, whenCalled } from '../../tools/run.mjs';
import { servePage } from '../../tools/serve.mjs';
import { setup } from '../../tools/setup.mjs';
import { dist } from '../../tools/www.mjs';
import { NotHere } from '../runtimes/browsers.mjs';
import { checks, inspect, withoutWasm } from './checks.mjs';
import { launch, names, Tab } from './page.mjs';

/** Where the page comes from, and which checks are made there: all, or those whose names have it. */
const places = [
  { place: 'served', filter: '' },
  { place: 'duo-sign.html from disk', file: 'duo-sign.html', filter: '' },
  { place: 'index.html from disk', file: 'index.html', filter: 'its example|every rendering' },
];

/** Makes the checks whose names, with browser and place, contain `filter`. */
export async function testPage(filter = '') {
  say('Testing the page');
  const server = await servePage();
  const failed = [];
  const findings = [];
  let states = 0;
  const check = async (label, run) => {
    try {
      await run();
      return 1;
    } catch (error) {
      failed.push(`${label}: ${error.message}`);
      console.log(`  FAILED ${label}: ${error.message}`);
      return 0;
    }
  };
  try {
    await check('headers', () => checkHeaders(server.url));
    for (const name of names) {
      for (const scheme of ['light', 'dark']) {
        let browser;
        try {
          browser = await launch(name, scheme);
        } catch (error) {
          if (!(error instanceof NotHere)) throw error;
          console.log(`  ${name}, ${scheme}: not run: ${error.message}`);
          continue;
        }
        const version = (await browser.version()).replace(/^\w+\//, '');
        try {
          // The scheme changes colours only.
          const isAll = scheme === 'light';
          for (const { place, file, filter: some } of places) {
            const url = file ? pathToFileURL(join(dist, file)).href : server.url;
            const isSome = isAll ? new RegExp(some) : /overflow/;
            if (!isAll && file) continue;
            let [passed, count] = [0, 0];
            for (const [title, run] of Object.entries(checks)) {
              const label = `${name}, ${scheme}, ${place}: ${title}`;
              if (!isSome.test(title) || !label.includes(filter)) continue;
              count++;
              const shots = !file && name === 'Chromium';
              passed += await check(label, () =>
                watched(browser, url, run, { name, scheme, shots }),
              );
            }
            const where = `${name} ${version}, ${scheme}, ${place}`;
            console.log(`  ${where.padEnd(55)} ${passed} of ${count} checks passed`);
          }
          const label = `${name}, ${scheme}: axe`;
          if (label.includes(filter)) {
            await check(label, () =>
              watched(browser, server.url, async (context) => {
                const found = await inspect(context);
                states += found.states;
                findings.push(...found.findings.map((it) => `${name}, ${scheme}, ${it}`));
              }),
            );
          }
        } finally {
          await browser.close();
        }
      }
    }
    await check('without WebAssembly', withoutWasm);
    console.log(`  axe-core: ${findings.length} findings in ${states} states of the page`);
    for (const finding of findings) console.log(`    ${finding}`);
    await transferred(server.url);
  } finally {
    server.stop();
  }
  if (findings.length > 0) failed.push(`${findings.length} findings of axe-core`);
  if (failed.length > 0) throw new Problem(`${failed.length} failures:\n  ${failed.join('\n  ')}`);
}

/** Runs a check in tabs of its own, in which nothing may happen that must not. */
async function watched(browser, url, run, context) {
  const tabs = [];
  const open = async (options) => {
    const tab = await Tab.open(browser, url, options);
    tabs.push(tab);
    return tab;
  };
  try {
    await run({ open, url, ...context });
  } finally {
    const incidents = (await Promise.all(tabs.map((tab) => tab.close()))).flat();
    if (incidents.length > 0) console.log(`  ${incidents.join('\n  ')}`);
    assert.deepEqual(incidents, []);
  }
}

/** The policy of the headers is that of the page, and nobody may frame it. */
async function checkHeaders(url) {
  const { headers } = await fetch(url);
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const [, policy] = html.match(/content="(default-src [^"]+)"/);
  assert.equal(headers.get('content-security-policy'), `${policy}; frame-ancestors 'none'`);
  assert.ok(policy.includes("connect-src 'none'") && !policy.includes('unsafe-inline'));
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  const offline = await fetch(`${url}duo-sign.html`);
  assert.equal(offline.headers.get('content-disposition'), 'attachment');
  assert.equal((await fetch(`${url}../README.md`)).status, 404);
}

/** What a visit transfers, in the codings that browsers ask for. */
async function transferred(url) {
  for (const coding of ['gzip', 'br']) {
    let sum = 0;
    for (const name of ['', 'style.css', 'page.js', 'icon.svg']) {
      // Unlike fetch, this does not decompress.
      const request = http.get(`${url}${name}`, { headers: { 'Accept-Encoding': coding } });
      const [response] = await once(request, 'response');
      for await (const chunk of response) sum += chunk.length;
    }
    console.log(`  transferred with ${coding.padEnd(5)} ${(sum / 1024).toFixed(1)} KB`);
  }
}

await whenCalled(import.meta.url, async () => {
  await setup({ all: true });
  await build();
  await testPage(process.argv[2]);
});
