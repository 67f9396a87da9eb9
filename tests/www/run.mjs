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
import { dist, policyOf } from '../../tools/www.mjs';
import { NotHere } from '../runtimes/browsers.mjs';
import { checks, inspect, withoutWasm } from './checks.mjs';
import { launch, names, Tab } from './page.mjs';

/** Where the page comes from, and which checks are made there in which scheme (of colours only). */
const places = [
  { place: 'served', light: /./, dark: /overflow/ },
  { place: 'duo-sign.html from disk', file: 'duo-sign.html', light: /./ },
  { place: 'index.html from disk', file: 'index.html', light: /its example|every rendering/ },
];

/** Makes the checks whose names, with browser and place, contain `filter`. */
export async function testPage(filter = '') {
  say('Testing the page');
  const server = await servePage();
  const result = { failed: [], findings: [], states: 0 };
  try {
    await attempt(result, 'headers', () => checkHeaders(server.url));
    for (const name of names) {
      for (const scheme of ['light', 'dark']) {
        await testBrowser({ name, scheme, filter, served: server.url }, result);
      }
    }
    await attempt(result, 'without WebAssembly', withoutWasm);
    const { findings, states } = result;
    console.log(`  axe-core: ${findings.length} findings in ${states} states of the page`);
    for (const finding of findings) console.log(`    ${finding}`);
    await transferred(server.url);
  } finally {
    server.stop();
  }
  const { failed, findings } = result;
  if (findings.length > 0) failed.push(`${findings.length} findings of axe-core`);
  if (failed.length > 0) throw new Problem(`${failed.length} failures:\n  ${failed.join('\n  ')}`);
}

/** Makes the checks of one browser in one scheme. */
async function testBrowser({ name, scheme, filter, served }, result) {
  let browser;
  try {
    browser = await launch(name, scheme);
  } catch (error) {
    if (!(error instanceof NotHere)) throw error;
    console.log(`  ${name}, ${scheme}: not run: ${error.message}`);
    return;
  }
  const version = (await browser.version()).replace(/^\w+\//, '');
  try {
    for (const { place, file, [scheme]: some } of places.filter((it) => it[scheme])) {
      const url = file ? pathToFileURL(join(dist, file)).href : served;
      const shots = !file && name === 'Chromium';
      const passed = [];
      for (const [title, run] of Object.entries(checks)) {
        const label = `${name}, ${scheme}, ${place}: ${title}`;
        if (!some.test(title) || !label.includes(filter)) continue;
        const context = { name, scheme, shots };
        passed.push(await attempt(result, label, () => watched(browser, url, run, context)));
      }
      const where = `${name} ${version}, ${scheme}, ${place}`;
      const count = passed.filter(Boolean).length;
      console.log(`  ${where.padEnd(55)} ${count} of ${passed.length} checks passed`);
    }
    const label = `${name}, ${scheme}: axe`;
    if (!label.includes(filter)) return;
    await attempt(result, label, () =>
      watched(browser, served, async (context) => {
        const { findings, states } = await inspect(context);
        result.states += states;
        result.findings.push(...findings.map((it) => `${name}, ${scheme}, ${it}`));
      }),
    );
  } finally {
    await browser.close();
  }
}

/** Whether a check passes; takes down why not. */
async function attempt({ failed }, label, run) {
  try {
    await run();
    return true;
  } catch (error) {
    failed.push(`${label}: ${error.message}`);
    console.log(`  FAILED ${label}: ${error.message}`);
    return false;
  }
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
  const policy = policyOf(readFileSync(join(dist, 'index.html'), 'utf8'));
  assert.equal(headers.get('content-security-policy'), `${policy}; frame-ancestors 'none'`);
  assert.ok(policy.includes("; webrtc 'block'"));
  assert.ok(policy.includes("connect-src 'none'") && !policy.includes('unsafe-inline'));
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  const offline = await fetch(`${url}duo-sign.html`);
  assert.equal(offline.headers.get('content-disposition'), 'attachment');
  // Unlike fetch, this leaves the path as it is.
  const outside = http.get(url, { path: '/../index.html' });
  const [{ statusCode }] = await once(outside, 'response');
  outside.destroy();
  assert.equal(statusCode, 404);
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
