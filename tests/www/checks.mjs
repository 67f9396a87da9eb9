// What the page has to do, each as a person would try it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root } from '../../tools/run.mjs';
import { dist } from '../../tools/www.mjs';
import { expected, runPython } from '../js/oracle.mjs';
import { launch } from './page.mjs';

const keys = {
  ikey: 'DIABCDEFGHIJKLMNOPQR',
  skey: 'aSecretKeyThatMustNotBeSeenAnywhereAt0ll',
};
const example = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const host = 'api-1a2b3c4d.duosecurity.com';
const formats = ['curl', 'http', 'fetch', 'python', 'httpie', 'powershell'];
const date = 'Tue, 21 Aug 2012 17:29:18 -0000';

const right = 'The signature is correct';
const mistake = 'This is the mistake';
const none = 'No known mistake reproduces the signature with this key';

/** Requests that are typed into the fields, and by which of Duo's clients they are checked. */
const requests = [
  {
    method: 'GET',
    path: '/admin/v1/users',
    params: [
      ['username', 'root'],
      ['realname', 'First Last'],
      ['notes', "it's (ok)! 50% ~b* Zoë 日本 a/b+c"],
    ],
    version: 5,
    digest: 'sha512',
    headers: { 'X-Duo-Note': 'one; two' },
  },
  {
    method: 'POST',
    path: '/admin/v1/users',
    params: [['realname', 'Zoë "Z" 日本']],
    version: 5,
    digest: 'sha512',
    headers: {},
  },
  {
    method: 'POST',
    path: '/auth/v2/preauth',
    params: [['username', "o'neill & co"]],
    version: 2,
    digest: 'sha1',
    headers: {},
  },
];

/** By the keyboard and the mouse, with every field that it needs. */
async function enter(tab, { method, path, params, version, digest, headers }) {
  const { page } = tab;
  await tab.openDetails();
  await tab.type('#ikey', keys.ikey);
  await tab.type('#skey', keys.skey);
  await page.select('#method', method);
  await tab.type('#host', host);
  await tab.type('#path', path);
  await tab.type('#date', date);
  await page.select('#version', String(version));
  await page.select('#digest', digest);
  await rows(tab, '#params-rows', params);
  await rows(tab, '#headers-rows', Object.entries(headers));
  await tab.signed();
}

async function rows(tab, box, pairs) {
  for (;;) {
    const remove = await tab.page.$(`${box} .remove`);
    if (!remove) break;
    await remove.click();
  }
  for (const pair of pairs) {
    await tab.page.click(`${box} > button`);
    for (const [i, name] of ['name', 'value'].entries()) {
      await tab.type(`${box} .row:nth-last-child(2) .${name}`, pair[i]);
    }
  }
}

/** The lines of a canonical string, without what is drawn around their characters. */
function shownLines(tab, selector) {
  return tab.page.$$eval(selector, (all) =>
    all
      .filter((it) => it.textContent !== 'no such line')
      .map((it) => (it.querySelector('.empty') ? '' : it.textContent)),
  );
}

/** The offered request is what duo_client makes of these, and Sign makes the same of it. */
async function takes(tab, params, headers = {}, body = '') {
  // Here, since it is built after this file is imported.
  const { parseRequest, verify } = await import('duo-sign/diagnose');
  const text = await tab.text('#corrected');
  const request = parseRequest(text);
  const { pathname } = new URL(request.url);
  const sent = new Map(request.headers);
  const { method } = request;
  const given = {
    ...example,
    method,
    path: pathname,
    version: 5,
    digest: 'sha512',
    headers,
    params,
  };
  const signedAt = (date) => ({ ...given, host: new URL(request.url).host, date });
  const [{ duo_client }] = await expected([signedAt(sent.get('Date'))]);
  if (body) assert.equal(request.body, body, 'its bytes, which duo_client would not spell so');
  else assert.equal(sent.get('Authorization'), duo_client.authorization);
  await tab.page.click('#open-in-sign');
  await tab.until(() => document.activeElement.id === 'sign-title');
  await tab.signed();
  const again = parseRequest(await tab.text('#text'));
  assert.equal(again.url, request.url);
  assert.equal(again.body, request.body);
  for (const [name, value] of again.headers) {
    if (!['Date', 'Authorization'].includes(name)) assert.equal(value, sent.get(name), name);
  }
  assert.equal(again.headers.length, request.headers.length);
  assert.deepEqual(verify(again, example).ok, true);
}

function asHttp({ method, url, headers, body }) {
  const lines = headers.map((header) => header.join(': '));
  return [`${method} ${url} HTTP/1.1`, ...lines, '', body ?? ''].join('\n');
}

function asHar({ method, url, headers, body }) {
  const [, host] = headers.find(([name]) => name === 'Host');
  const request = {
    method,
    url: `https://${host}${url}`,
    headers: headers.map(([name, value]) => ({ name, value })),
    ...(body && { postData: { text: body } }),
  };
  return JSON.stringify({ request }, null, 2);
}

/** Nothing is wider than the window. */
async function fits(tab, width) {
  const [wide, parts] = await tab.page.evaluate(() => [
    document.documentElement.scrollWidth,
    [...document.querySelectorAll('main *')]
      .filter((it) => it.checkVisibility() && it.getBoundingClientRect().right > innerWidth)
      .map((it) => it.outerHTML.slice(0, 80)),
  ]);
  assert.ok(wide <= width, `${wide} px at ${width}`);
  assert.deepEqual(parts, []);
}

export const checks = {
  'first load: an example is signed, as duo_client signs it': async ({ open }) => {
    const tab = await open();
    const sent = await tab.page.$eval('#date', (it) => it.value);
    const [{ duo_client }] = await expected([
      {
        ...example,
        host: 'api-xxxxxxxx.duosecurity.com',
        method: 'GET',
        path: '/admin/v1/users',
        date: sent,
        version: 5,
        digest: 'sha512',
        params: { username: 'root', realname: 'First Last' },
        headers: {},
      },
    ]);
    assert.ok((await tab.text('#parts')).includes(duo_client.authorization));
    assert.ok((await tab.text('#text')).includes(duo_client.authorization));
    const seen = await tab.page.$eval('body', (it) => it.innerText);
    assert.ok(!seen.includes(example.skey));
  },

  'what is entered is signed as duo_client signs it': async ({ open }) => {
    const tab = await open();
    for (const it of requests) {
      await enter(tab, it);
      const params = Object.fromEntries(it.params);
      const [{ duo_client }] = await expected([{ ...keys, ...it, host, date, params }]);
      const authorization = `Authorization: ${duo_client.authorization}`;
      assert.ok((await tab.text('#parts')).includes(authorization));
      // The lines as they are shown are those that are signed, whatever is drawn around them.
      const shown = await shownLines(tab, '#lines .sides :last-child dd');
      assert.equal(shown.join('\n'), duo_client.canonical);
    }
  },

  'every rendering, copied and pasted into Diagnose, is right': async ({ open }) => {
    const tab = await open();
    for (const request of requests) {
      await tab.task('sign');
      await enter(tab, request);
      for (const format of formats) {
        await tab.task('sign');
        await tab.page.click(`label:has([value="${format}"])`);
        const text = await tab.text('#text');
        assert.ok(!text.includes(keys.skey), `${format} has the secret key`);
        await tab.copy('#sign [data-copy="text"]');
        await tab.task('diagnose');
        await tab.paste('#paste');
        await tab.until(
          (path) => document.querySelector('#paste-read').textContent.includes(path),
          request.path,
        );
        assert.equal(await tab.diagnose(), right, text);
      }
    }
  },

  'Diagnose: its example is explained and copied': async ({ open }) => {
    const tab = await open({ task: 'diagnose' });
    await tab.until(() => document.querySelector('#paste').value !== '');
    assert.equal(await tab.diagnose(), mistake);
    assert.match(await tab.text('#causes'), /without the query string.*param-location/s);
    const [marked, ...others] = await tab.page.$$eval('.differs', (all) =>
      all.map((it) => it.textContent),
    );
    assert.match(marked, /^params≠ differs first here/);
    assert.deepEqual(others, []);
    assert.equal(await tab.text('.differs mark'), 'r');
    assert.equal(await tab.page.$eval(':focus', (it) => it.id), 'verdict');
    await tab.copy('[data-copy="diagnosis"]');
    await tab.paste('#meant-canonical');
    const copied = await tab.page.$eval('#meant-canonical', (it) => it.value);
    assert.match(copied, /^This is the mistake\n\n\[param-location\].*line 5, character 1$/s);
  },

  'Diagnose: each example gives its cause': async ({ open }) => {
    const tab = await open({ task: 'diagnose' });
    const causes = await tab.page.$$eval('#diagnose-example option', (all) =>
      all.map((it) => it.value).filter(Boolean),
    );
    assert.ok(causes.length > 15);
    const dialogs = [];
    const answer = (how) =>
      tab.page.once('dialog', (dialog) => {
        dialogs.push(dialog.message());
        dialog[how]();
      });
    for (const cause of causes) {
      await tab.type('#skey', keys.skey);
      answer('accept');
      await tab.page.select('#diagnose-example', cause);
      await tab.diagnose();
      assert.match(await tab.text('#causes'), new RegExp(`Cause: ${cause}$`), cause);
      assert.equal(await tab.page.$eval('#skey', (it) => it.value), example.skey);
      assert.equal(await tab.page.$eval('#diagnose-example', (it) => it.value), cause);
    }
    assert.equal(dialogs.length, causes.length);
    assert.match(dialogs[0], /^Replace your keys/);
    // Keys that somebody typed stay if that is the answer, and so does what the page shows.
    const shown = await tab.page.$eval('#diagnose-example', (it) => it.value);
    await tab.type('#skey', keys.skey);
    answer('dismiss');
    await tab.page.select('#diagnose-example', causes[0]);
    assert.equal(await tab.page.$eval('#skey', (it) => it.value), keys.skey);
    assert.equal(await tab.page.$eval('#diagnose-example', (it) => it.value), shown);
    await tab.type('#skey', example.skey);
    // Nothing of it is taken for known of another request.
    await tab.page.select('#diagnose-example', 'clock');
    await tab.type('#paste', `curl https://${host}/`);
    const left = await tab.page.$$eval('#answer, #answer-date, #diagnose-example', (all) =>
      all.map((it) => it.value),
    );
    assert.deepEqual(left, ['', '', '']);
  },

  'Diagnose: a link to it shows the keys too, and Ctrl+Enter runs it': async ({ open }) => {
    const tab = await open({ task: 'diagnose' });
    assert.ok((await tab.page.$eval('#skey', (it) => it.getBoundingClientRect().top)) > 0);
    await tab.page.focus('#meant-params');
    await tab.chord('Enter');
    await tab.until(() => document.querySelector('#diagnosis').checkVisibility());
    assert.equal(await tab.text('#verdict-title'), mistake);
    await tab.task('sign');
    await tab.type('#skey', keys.skey);
    await tab.chord('Enter');
    assert.equal(await tab.page.$eval('#searching', (it) => it.hidden), true);
  },

  'a link has all fields, and neither keys nor credentials': async ({ open }) => {
    const tab = await open();
    const { page } = tab;
    const linked = async (task) => {
      await tab.copy(`[data-link="${task}"]`);
      await tab.task('diagnose');
      await tab.paste('#meant-canonical');
      const link = await page.$eval('#meant-canonical', (it) => it.value);
      await tab.type('#meant-canonical', '');
      for (const { ikey, skey } of [keys, example]) {
        for (const key of [ikey, skey]) assert.ok(!link.includes(key), link);
      }
      assert.doesNotMatch(decodeURIComponent(link), /authorization|basic/i);
      return link;
    };
    const follow = async (link) => {
      await page.click('#clear');
      await page.evaluate((link) => location.assign(link), link);
      await tab.until(() => !location.hash.includes('?'));
    };
    await enter(tab, { ...requests[1], method: 'PATCH', headers: { 'X-Duo-Note': 'a&b' } });
    const sign = await linked('sign');
    await follow(sign);
    await tab.type('#ikey', keys.ikey);
    await tab.type('#skey', keys.skey);
    await tab.signed();
    const params = Object.fromEntries(requests[1].params);
    const headers = { 'X-Duo-Note': 'a&b' };
    const given = { ...keys, ...requests[1], method: 'PATCH', host, date, params, headers };
    const [{ duo_client }] = await expected([given]);
    assert.ok((await tab.text('#parts')).includes(duo_client.authorization));
    await tab.task('diagnose');
    const secret = `${keys.ikey}:${keys.skey}`;
    await tab.clip(
      `curl 'https://${secret}@${host}/a?b=${keys.skey}' -H 'Date: ${date}' -H 'Cookie: Basic' -d x=1`,
    );
    await tab.paste('#paste');
    await tab.until(() => document.querySelector('#sent-url').value !== '');
    await tab.openDetails();
    await tab.type('#sent-url', `https://x:basic@${host}/a?b=${keys.skey}`);
    await tab.type('#meant-params', 'a=1&b=2');
    await follow(await linked('diagnose'));
    const filled = await page.$$eval('#sent-url, #sent-headers, #sent-body, #meant-params', (all) =>
      all.map((it) => it.value),
    );
    assert.equal(filled[0], `https://${host}/a?b=[secret key]`);
    assert.match(filled[1], new RegExp(`Date: ${date}`));
    assert.deepEqual(filled.slice(2), ['x=1', 'a=1&b=2']);
    // Opened anew, it has no example's keys either.
    await page.goto('about:blank');
    await page.goto(sign);
    await tab.until(() => document.querySelector('#path').value === '/admin/v1/users');
    assert.equal(await page.$eval('#skey', (it) => it.value), '');
    assert.equal(await page.$eval('#method', (it) => it.value), 'PATCH');
    tab.incidents = tab.incidents.filter((it) => !it.startsWith('request of '));
  },

  'Diagnose: a file is opened, and dropped': async ({ open }) => {
    const tab = await open({ task: 'diagnose' });
    const folder = mkdtempSync('/tmp/duo-sign-');
    try {
      const sent = (path) =>
        asHar({ method: 'GET', url: path, headers: [['Host', host]], body: null });
      const isRead = (path) =>
        tab.until((path) => document.querySelector('#sent-url').value.endsWith(path), path);
      for (const [name, encoding] of [
        ['/opened.har', 'utf8'],
        ['/powershell.log', 'utf16le'],
      ]) {
        writeFileSync(folder + name, Buffer.from(`\ufeff${sent(name)}`, encoding));
        const input = await tab.page.$('#paste-file');
        await input.uploadFile(folder + name);
        await isRead(name);
      }
      await tab.page.evaluate((text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], 'dropped.har'));
        const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
        document.querySelector('#paste').dispatchEvent(event);
        if (!event.defaultPrevented) throw new Error('the browser opens the file');
      }, sent('/dropped'));
      await isRead('/dropped');
      writeFileSync(`${folder}/large.log`, Buffer.alloc(2 ** 24 + 1, 'x'));
      await (await tab.page.$('#paste-file')).uploadFile(`${folder}/large.log`);
      await tab.until(() => document.querySelector('#paste-error').textContent.includes('16 MB'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },

  'on a phone the keys fold once they are filled in': async ({ open }) => {
    const tab = await open({ width: 360 });
    await tab.type('#ikey', keys.ikey);
    await tab.type('#skey', keys.skey);
    assert.equal(await tab.isVisible('#skey'), true);
    await tab.page.focus('#path');
    await tab.until(() => !document.querySelector('#skey').checkVisibility());
    await tab.signed();
    await fits(tab, 360);
    await tab.page.click('#unfold');
    assert.equal(await tab.page.$eval(':focus', (it) => it.id), 'ikey');
    assert.equal(await tab.isVisible('#skey'), true);
    await tab.page.focus('#path');
    await tab.page.setViewport({ width: 768, height: 900 });
    assert.equal(await tab.isVisible('#skey'), true);
    assert.equal(await tab.isVisible('#unfold'), false);
  },

  'Diagnose: the corrected request is offered, and opened in Sign': async ({ open }) => {
    const tab = await open({ task: 'diagnose' });
    await tab.until(() => document.querySelector('#paste').value !== '');
    await tab.diagnose();
    await takes(tab, { username: 'root', realname: 'First Last' });
    // What was lost comes back, and a body stays as it is.
    for (const [body, meant] of [
      ['', 'realname=Zo%C3%AB+%22Z%22'],
      ['{"realname":  "Zoë"}', ''],
    ]) {
      await tab.task('diagnose');
      const head = `POST /admin/v1/users HTTP/1.1\nHost: ${host}\nDate: ${date}\nX-Duo-Note: a, b`;
      const credentials = Buffer.from(`${example.ikey}:${'0'.repeat(128)}`).toString('base64');
      await tab.clip(
        `${head}\nContent-Type: application/json\nAuthorization: Basic ${credentials}\n\n${body}`,
      );
      await tab.paste('#paste');
      await tab.until(() => document.querySelector('#sent-headers').value.includes('X-Duo-Note'));
      await tab.type('#meant-params', meant);
      await tab.diagnose();
      await takes(tab, { realname: body ? 'Zoë' : 'Zoë "Z"' }, { 'X-Duo-Note': 'a, b' }, body);
    }
    // What cannot be signed is said, in the words of the core.
    await tab.task('diagnose');
    await tab.openDetails();
    await tab.type('#sent-url', `https://${host}/admin users`);
    await tab.diagnose();
    assert.match(await tab.text('#corrected-note'), /cannot be signed: path .*admin%20users/);
    assert.equal(await tab.isVisible('#open-in-sign'), false);
    assert.equal(await tab.isVisible('#corrected'), false);
    await tab.type('#sent-url', `https://${host}/?a=${example.skey}`);
    await tab.diagnose();
    assert.match(await tab.text('#corrected-note'), /The request contains the secret key/);
  },

  'Diagnose: what a request says is quoted unchanged': async ({ open }) => {
    const tab = await open({ task: 'diagnose' });
    await tab.until(() => document.querySelector('#paste').value !== '');
    await tab.openDetails();
    await tab.type('#sent-url', `https://${host}/auth/v2/check?intended.params=1`);
    const signature = 'Basic '.concat(
      Buffer.from('intended.params:intended.body').toString('base64'),
    );
    await tab.type(
      '#sent-headers',
      `Date: ${date}\nUser-Agent: intended.params\nAuthorization: ${signature}`,
    );
    await tab.diagnose();
    const codes = await tab.page.$$eval('#causes code', (all) => all.map((it) => it.textContent));
    assert.ok(codes.includes('intended.params'), await tab.text('#causes'));
    assert.equal(await tab.page.$('#causes .link'), null);
  },

  'Diagnose: mistakes that Python made are explained': async ({ open }) => {
    const tab = await open({ task: 'diagnose' });
    await tab.type('#ikey', example.ikey);
    await tab.type('#skey', example.skey);
    const cases = await runPython('faults.py', 11, 3, 2, 1, 1);
    for (const [i, { request, intended, mistakes, canonical }] of cases.entries()) {
      await tab.clip(i % 2 === 0 ? asHttp(request) : asHar(request));
      await tab.paste('#paste');
      await tab.until(
        (path) => document.querySelector('#paste-read').textContent.includes(path),
        request.url.split('?')[0],
      );
      await tab.type('#meant-params', String(new URLSearchParams(intended?.params ?? [])));
      const title = await tab.diagnose();
      if (mistakes === null) {
        assert.equal(title, none);
        continue;
      }
      assert.match(title, /^Th(is is|ese are) the mistakes?$/);
      assert.equal(
        (await shownLines(tab, '#compared .sides :first-child dd')).join('\n'),
        canonical,
      );
    }
  },

  'Diagnose: another key gives no canonicalisation, after progress; and can be cancelled': async ({
    open,
    name,
  }) => {
    const tab = await open({ task: 'diagnose' });
    const { page } = tab;
    await tab.type('#skey', keys.skey);
    await tab.type('#meant-params', 'a=1&b=2&c=3&d=4&e=5&f=6&g=7');
    await page.click('#run');
    await tab.until(() =>
      /^Tried [\d,]+ of/.test(document.querySelector('#progress-text').textContent),
    );
    assert.ok(await page.$eval('#progress', (it) => it.value > 0 && it.max > it.value));
    assert.equal(await page.$eval(':focus', (it) => it.id), 'cancel');
    await page.click('#cancel');
    await tab.until(() => document.querySelector('#searching').hidden);
    assert.equal(await page.$eval(':focus', (it) => it.id), 'run');
    // Firefox's protocol does not show workers.
    if (name === 'Chromium') {
      for (let i = 0; i < 100 && page.workers().length > 1; i++) await setTimeout(20);
      assert.equal(page.workers().length, 1, 'the thread of the search is ended');
    }
    assert.equal(await tab.isVisible('#diagnosis'), false);
    // A change ends a search too, and Sign follows it.
    await page.click('#run');
    await tab.until(() => document.querySelector('#progress').value > 0);
    await tab.type('#skey', `${keys.skey.slice(1)}x`);
    await tab.until(() => document.querySelector('#searching').hidden);
    const before = await tab.text('#parts');
    await tab.type('#skey', keys.skey);
    await tab.signed();
    assert.notEqual(await tab.text('#parts'), before);
    assert.equal(await page.$eval('#run', (it) => it.disabled), false);
    assert.equal(await tab.diagnose(), none);
    assert.match(await tab.text('#causes'), /Try: .*secret-key/s);
    assert.match(await tab.text('#corrected-note'), /the keys are wrong/);
    // Options have the names of their fields, also where it is copied; what is quoted stays.
    await tab.copy('[data-copy="diagnosis"]');
    await tab.openDetails();
    await tab.paste('#meant-body');
    const copied = await page.$eval('#meant-body', (it) => it.value);
    assert.match(copied, /program signs, .* give it \(Text that your code printed as signed\)/);
    assert.doesNotMatch(copied, /intended\./);
    await tab.type('#meant-body', '');
    assert.equal(await tab.diagnose(), none);
    await page.focus('#causes .link');
    await page.keyboard.press('Enter');
    assert.equal(await page.$eval(':focus', (it) => it.id), 'meant-params');
    // Not that of a request, or of a key, that is in the fields no more.
    await tab.type('#ikey', keys.ikey);
    assert.equal(await tab.isVisible('#diagnosis'), false);
    await tab.type('#ikey', example.ikey);
    // The printed text is shown beside the right one, though it is not what was signed.
    await tab.type('#meant-canonical', 'GET');
    assert.equal(await tab.diagnose(), none);
    assert.match(await tab.text('#comparison-title'), /your code printed/);
  },

  'what is wrong is said at its field': async ({ open }) => {
    const tab = await open();
    const { page } = tab;
    const wrong = [
      ['#host', 'https://x.example', /scheme/],
      ['#path', 'admin', /start with/],
      ['#skey', ' ', /white space/],
      ['#ikey', keys.skey, /40 characters/],
      ['#date', 'yesterday', /RFC 2822/],
    ];
    for (const [selector, text, says] of wrong) {
      const before = await page.$eval(selector, (it) => it.value);
      await tab.type(selector, text);
      await tab.until((it) => document.querySelector(it).ariaInvalid === 'true', selector);
      assert.equal(await tab.isVisible('#signed'), false, 'no stale result');
      assert.match(await tab.text('#sign-status'), /Not signed/);
      assert.match(await tab.text(`${selector}-error`), says);
      await page.focus('#sign-example');
      await tab.until(() => document.querySelector('#sign-status .link'));
      await page.click('#sign-status .link');
      assert.equal(await page.$eval(':focus', (it) => `#${it.id}`), selector);
      await tab.type(selector, before);
      await tab.signed();
      assert.equal(await page.$('[aria-invalid]'), null);
    }
    await tab.task('diagnose');
    await tab.clip('curl "unfinished');
    await tab.paste('#paste');
    await tab.until(() => document.querySelector('#paste-error').textContent !== '');
    // The fields of the request before are not diagnosed in its place.
    await tab.run();
    await tab.until(() => document.querySelector('#diagnose-problem').checkVisibility());
    assert.equal(await page.$eval(':focus', (it) => it.id), 'paste');
    assert.equal(await tab.isVisible('#diagnosis'), false);
    await tab.openDetails();
    const wrongHere = [
      ['#sent-headers', 'no colon', /line 1 has no colon/],
      ['#meant-params', '{"a": {"b": 1}}', /meant to send: a is an object/],
      ['#meant-headers', 'no colon', /code signed, one a line: line 1 has no colon/],
      ['#meant-params', '{"secret": oops', /not JSON/],
      ['#meant-params', 'name=Zo%EB', /UTF-8/],
      ['#answer-date', 'yesterday', /not a date/],
      ['#sent-url', '', /URL/i],
    ];
    await tab.type('#sent-url', `https://${host}/auth/v2/check`);
    for (const [selector, text, says] of wrongHere) {
      const before = await page.$eval(selector, (it) => it.value);
      await tab.type(selector, text);
      await tab.run();
      await tab.until((it) => document.activeElement.matches(it), selector);
      assert.match(await tab.text('#diagnose-problem'), says);
      assert.ok(!(await tab.text('#diagnose-problem')).includes('oops'), 'what may be secret');
      await tab.type(selector, before);
    }
    // Filled in by hand, without a paste that can be read.
    await tab.diagnose();
    assert.match(await tab.text('#causes'), /missing-credentials/);
  },

  'parameters as text, a body, and X-Duo-Date': async ({ open }) => {
    const tab = await open();
    const { page } = tab;
    await page.click('label:has([value="text"])');
    assert.equal(
      await page.$eval('#params-text', (it) => it.value),
      'username=root\nrealname=First+Last',
    );
    await tab.type('#params-text', '{"id": 12345678901234567890}');
    await tab.until(() => document.querySelector('#params-error').textContent.includes('rounds'));
    assert.equal(await page.$eval('#params-text', (it) => it.ariaInvalid), 'true');
    await tab.type('#params-text', '{"limit": 10, "group": ["b", "a"]}');
    await tab.signs('group=a&group=b&limit=10');
    // As rows it would be another JSON body.
    await page.click('label:has([value="rows"])');
    await tab.until(() => document.querySelector('#params-error').textContent.includes('limit'));
    assert.equal(await tab.isVisible('#params-rows'), false);
    await tab.type('#params-text', '{"limit": "10", "group": ["b", "a"]}');
    await page.click('label:has([value="rows"])');
    await tab.signs('group=a&group=b&limit=10');
    const values = await page.$$eval('#params-rows .value', (all) => all.map((it) => it.value));
    assert.deepEqual(values, ['10', 'b', 'a']);
    await tab.type('#params-rows .name', '');
    await tab.until(() => document.querySelector('#params-rows .name').ariaInvalid === 'true');
    await tab.type('#params-rows .name', 'limit');
    await tab.signed();
    await page.select('#method', 'POST');
    await tab.openDetails();
    await tab.type('#body', '{"a": 1}');
    await tab.until(() => document.querySelector('#parts').textContent.includes('{"a": 1}'));
    await tab.signs('group=a&group=b&limit=10');
    await page.select('#date-header', 'X-Duo-Date');
    await tab.signs('X-Duo-Date: ');
    await tab.type('#date', date);
    await tab.until(() => !document.querySelector('#date-note').hidden);
    await page.click('#now');
    await tab.until(() => document.querySelector('#date-note').hidden);
  },

  'what cannot be seen is shown, and what is copied is the text itself': async ({ open }) => {
    const tab = await open();
    await tab.openDetails();
    await tab.page.click('label:has([value="text"])');
    await tab.page.select('#method', 'POST');
    await tab.clip('a\u3000b\u200b\tc');
    await tab.paste('#body');
    await tab.until(() => document.querySelectorAll('#lines .invisible').length === 3);
    const shown = await tab.page.$$eval('#lines .invisible', (all) =>
      all.map((it) => it.dataset.name),
    );
    assert.deepEqual(shown, ['U+3000', 'ZWSP', 'TAB']);
    await tab.page.evaluate(() => {
      const code = document.querySelector('#lines code:has(.invisible)');
      getSelection().selectAllChildren(code);
      document.execCommand('copy');
    });
    await tab.paste('#params-text');
    const pasted = await tab.page.$eval('#params-text', (it) => it.value);
    assert.equal(pasted, 'a\u3000b\u200b\tc');
  },

  'nothing is stored, and nothing of the key is left after clearing': async ({ open }) => {
    const tab = await open();
    const { page } = tab;
    await enter(tab, requests[0]);
    await page.click('#show-skey');
    await tab.task('diagnose');
    // A request that has the key in it.
    await tab.clip(`curl 'https://${host}/' -H 'Date: ${date}' -u '${keys.ikey}:${keys.skey}'`);
    await tab.paste('#paste');
    await tab.until(() => document.querySelector('#paste-read').textContent !== '');
    await tab.diagnose();
    assert.ok(!(await tab.text('#diagnosis')).includes(keys.skey), 'no diagnosis has the key');
    await page.click('#clear');
    const left = await page.evaluate(async () => {
      const values = [...document.querySelectorAll('input, textarea')].map((it) => it.value);
      const databases = (await indexedDB.databases?.()) ?? [];
      // Not to be had from disk.
      const isServed = location.protocol === 'http:';
      const cached = isServed ? await caches.keys() : [];
      const registered = isServed ? await navigator.serviceWorker.getRegistrations() : [];
      return {
        text: [document.documentElement.outerHTML, ...values, location.href, document.title].join(
          '\n',
        ),
        history: history.state,
        stored: [localStorage.length, sessionStorage.length, databases.length, cached.length],
        cookies: isServed ? document.cookie : '',
        registered: registered.length,
        type: document.querySelector('#skey').type,
      };
    });
    assert.ok(!left.text.includes(keys.skey));
    assert.ok(!left.text.includes(keys.ikey));
    assert.equal(left.history, null);
    assert.deepEqual(left.stored, [0, 0, 0, 0]);
    assert.equal(left.cookies, '');
    assert.equal(left.registered, 0);
    assert.equal(left.type, 'password');
    // It works again.
    await page.select('#diagnose-example', 'param-location');
    await tab.until(() => document.querySelector('#paste').value !== '');
    assert.equal(await tab.diagnose(), mistake);
  },

  'leaving forgets': async ({ open, url }) => {
    const tab = await open();
    await enter(tab, requests[0]);
    await tab.page.evaluate(() =>
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })),
    );
    assert.equal(await tab.page.$eval('#skey', (it) => it.value), '');
    assert.equal(await tab.page.evaluate(() => document.querySelector('#signed').hidden), true);
    await tab.type('#skey', keys.skey);
    await tab.page.reload();
    await tab.signed();
    assert.equal(await tab.page.$eval('#skey', (it) => it.value), example.skey);
    tab.incidents = tab.incidents.filter((it) => !it.startsWith(`request of ${url}`));
  },

  'nothing can be sent, neither by the page nor by its thread': async ({ open, name }) => {
    let hits = 0;
    const server = http.createServer((_, response) => {
      hits++;
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = `http://127.0.0.1:${server.address().port}/`;
    const tab = await open();
    try {
      const tries = async (target) => {
        const outcome = await fetch(target).then(
          () => 'sent',
          () => 'refused',
        );
        if (globalThis.document) {
          navigator.sendBeacon(target, 'x');
          const image = new Image();
          image.src = target;
          await new Promise((resolve) => {
            image.onerror = resolve;
            image.onload = resolve;
          });
        }
        return outcome;
      };
      assert.equal(await tab.page.evaluate(tries, target), 'refused');
      // Firefox's protocol does not run code in workers.
      if (name === 'Chromium') {
        const [worker] = tab.page.workers();
        assert.equal(await worker.evaluate(tries, target), 'refused');
      }
      const refused = await tab.page.evaluate(() => globalThis.refused.splice(0));
      assert.ok(refused.some((it) => it.includes('connect-src')));
      assert.ok(refused.some((it) => it.includes('img-src')));
      await tries(target);
      assert.equal(hits, 1, 'but from here');
    } finally {
      server.close();
      // The refusals are what is wanted here.
      tab.incidents.length = 0;
    }
  },

  'by keyboard alone': async ({ open }) => {
    const tab = await open({ task: '' });
    const { page } = tab;
    const { keyboard } = page;
    await tab.tabTo('#ikey');
    await tab.tabTo('#skey');
    await tab.tabTo('#path');
    await tab.chord('a');
    await keyboard.type('/auth/v2/check');
    await tab.tabTo('[name="params-as"]');
    await tab.signs('/auth/v2/check');
    await tab.tabTo('#sign [name="format"]');
    await keyboard.press('ArrowRight');
    assert.match(await tab.text('#text'), /^GET \/auth\/v2\/check\?/);
    await tab.tabTo('#sign [data-copy="text"]', { back: true });
    await keyboard.press('Enter');
    await tab.until(() => document.querySelector('#announcements').textContent === 'Copied');
    await tab.tabTo('nav a[href="#diagnose"]', { back: true });
    await keyboard.press('Enter');
    await tab.until(() => document.activeElement.id === 'diagnose-title');
    await tab.tabTo('#paste');
    await tab.chord('a');
    await tab.chord('v');
    await tab.until(() =>
      document.querySelector('#paste-read').textContent.includes('/auth/v2/check'),
    );
    await tab.tabTo('#run');
    await keyboard.press('Enter');
    await tab.until(() => document.querySelector('#diagnosis').checkVisibility());
    assert.equal(await tab.text('#verdict-title'), right);
    await tab.tabTo('[data-copy="diagnosis"]');
    await keyboard.press('Enter');
    await tab.until(() => document.activeElement.firstChild.data === 'Copied');
  },

  'no overflow from 320 px on': async ({ open, name, scheme, shots }) => {
    for (const width of [320, 768, 1440]) {
      for (const task of ['sign', 'diagnose']) {
        const tab = await open({ width, task });
        await tab.openDetails();
        if (task === 'diagnose') await tab.diagnose();
        await fits(tab, width);
        if (shots) {
          const folder = join(root, 'target', 'www');
          mkdirSync(folder, { recursive: true });
          const file = `${name}-${task}-${width}-${scheme}.png`;
          await tab.page.screenshot({ path: join(folder, file), fullPage: true });
        }
        // Long texts without a place to break.
        const long = 'x'.repeat(300);
        if (task === 'diagnose') {
          await tab.type('#paste', `curl 'https://${host}/${long}' -H 'X-Duo-A: ${long}'`);
          await tab.until(() => document.querySelector('#paste-read').textContent !== '');
          await tab.diagnose();
        } else {
          await tab.page.click('label:has([value="text"])');
          await tab.type('#params-text', `next_offset=${long}`);
          await tab.signs(long);
        }
        await fits(tab, width);
      }
    }
  },
};

/** What axe-core finds in either task, in every state. Gives how many states were looked at. */
export async function inspect({ open }) {
  const findings = [];
  let states = 0;
  const axe = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
  const look = async (tab, state) => {
    states++;
    await tab.page.evaluate(axe);
    const { violations } = await tab.page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations) {
      findings.push(`${state}: ${id} ${nodes.map((node) => node.html.slice(0, 90)).join(' ')}`);
    }
  };
  const tab = await open();
  await look(tab, 'signed');
  await tab.openDetails();
  await rows(tab, '#headers-rows', [['X-Duo-Note', '']]);
  await tab.signed();
  await look(tab, 'signed, everything open');
  await tab.type('#host', 'https://x');
  await tab.until(() => document.querySelector('#host').ariaInvalid === 'true');
  await look(tab, 'not signed');
  await tab.page.click('#sign-example');
  await tab.signed();
  await tab.task('diagnose');
  await look(tab, 'to be diagnosed');
  await tab.diagnose();
  await look(tab, 'explained');
  await tab.type('#skey', keys.skey);
  await tab.diagnose();
  await look(tab, 'unexplained');
  await tab.type('#skey', example.skey);
  await tab.task('sign');
  await tab.signed();
  await tab.copy('#sign [data-copy="text"]');
  await tab.task('diagnose');
  await tab.paste('#paste');
  await tab.until(() => document.querySelector('#paste-read').textContent.includes('a query'));
  await tab.diagnose();
  await look(tab, 'valid');
  await tab.page.click('#clear');
  await look(tab, 'cleared');
  return { findings, states };
}

/** Where WebAssembly is forbidden, the page says so. */
export async function withoutWasm() {
  const folder = mkdtempSync(join(tmpdir(), 'duo-sign-'));
  cpSync(dist, folder, { recursive: true });
  const page = join(folder, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace(" 'wasm-unsafe-eval'", ''));
  const browser = await launch('Chromium', 'light');
  try {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(page).href);
    await tab.waitForFunction(() => document.querySelector('#broken').checkVisibility());
    assert.match(await tab.$eval('#broken', (it) => it.textContent), /needs WebAssembly/);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}
