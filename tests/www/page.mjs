// The page in a browser, and what a person does with it.

import { chromium } from '../../tools/run.mjs';
import { find } from '../runtimes/browsers.mjs';

const browsers = {
  Chromium: (scheme) => ({
    browser: 'chrome',
    executablePath: find(chromium),
    args: [
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
    ],
  }),
  Firefox: (scheme) => ({
    browser: 'firefox',
    executablePath: find(['firefox-esr', 'firefox']),
    extraPrefsFirefox: {
      'layout.css.prefers-color-scheme.content-override': scheme === 'dark' ? 0 : 1,
    },
  }),
};

export const names = Object.keys(browsers);

export async function launch(name, scheme, options = []) {
  // Here, since a fresh clone installs it after this file is imported.
  const { default: puppeteer } = await import('puppeteer-core');
  const { args = [], ...others } = browsers[name](scheme);
  // A short path: Chromium ends where that of its socket exceeds some 100 characters.
  const env = { ...process.env, TMPDIR: '/tmp' };
  return puppeteer.launch({ ...others, args: [...args, ...options], env });
}

/** A tab with the page in it, which takes down what must not happen. */
export class Tab {
  /** Requests after the page has loaded, console output, errors and refusals of the policy. */
  incidents = [];
  #isLoaded = false;

  static async open(browser, url, { width = 1280, height = 900, task = 'sign' } = {}) {
    const tab = new Tab();
    tab.page = await browser.newPage();
    tab.page.setDefaultTimeout(20_000);
    await tab.page.setViewport({ width, height });
    tab.page.on('request', (request) => {
      const isLocal = /^(data|blob):/.test(request.url());
      if (tab.#isLoaded && !isLocal) tab.incidents.push(`request of ${request.url()}`);
    });
    tab.page.on('console', (message) => {
      // Of a directive that is for browsers that know it.
      if (message.text() === "Unrecognized Content-Security-Policy directive 'webrtc'.") return;
      tab.incidents.push(`console: ${message.text()}`);
    });
    tab.page.on('pageerror', (error) => tab.incidents.push(`error: ${error.message}`));
    await tab.page.evaluateOnNewDocument(() => {
      globalThis.refused = [];
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        globalThis.refused.push(`policy: ${violatedDirective} refuses ${blockedURI}`);
      });
    });
    await tab.page.goto(task ? `${url}#${task}` : url, { waitUntil: 'networkidle0' });
    await tab.page.bringToFront();
    await tab.signed();
    tab.#isLoaded = true;
    return tab;
  }

  async close() {
    const refused = await this.page.evaluate(() => globalThis.refused);
    await this.page.close();
    return [...this.incidents, ...refused];
  }

  text(selector) {
    return this.page.$eval(selector, (it) => it.textContent);
  }

  isVisible(selector) {
    return this.page.$eval(selector, (it) => it.checkVisibility());
  }

  async until(condition, ...args) {
    try {
      await this.page.waitForFunction(condition, { polling: 20 }, ...args);
    } catch (error) {
      throw new Error(`${error.message}: ${condition} ${args}`, { cause: error });
    }
  }

  /** Enters a value in place of what a field has, at once. */
  async type(selector, text) {
    await this.page.focus(selector);
    await this.page.evaluate((text) => {
      document.activeElement.select();
      document.execCommand(text === '' ? 'delete' : 'insertText', false, text);
    }, text);
  }

  async chord(key) {
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press(key);
    await this.page.keyboard.up('Control');
  }

  /** Waits until what is in the fields is signed. */
  async signed() {
    await this.until(
      () =>
        document.querySelector('#sign-results').ariaBusy === 'false' &&
        document.querySelector('#sign-status h3')?.textContent === 'Signed',
    );
  }

  /** Waits until the canonical string has this text in it. */
  async signs(text) {
    await this.until((text) => document.querySelector('#lines').textContent.includes(text), text);
  }

  async task(name) {
    if (await this.isVisible(`#${name}`)) return;
    await this.page.click(`nav a[href="#${name}"]`);
    await this.until((name) => document.activeElement.id === `${name}-title`, name);
  }

  async openDetails() {
    await this.page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
  }

  /** Pastes the clipboard into the field. */
  async paste(selector) {
    await this.page.focus(selector);
    await this.chord('a');
    await this.chord('v');
  }

  /** Copies by a button, and waits for its word. */
  async copy(selector) {
    await this.page.$eval(selector, (it) => {
      it.firstChild.data = '';
    });
    await this.page.click(selector);
    await this.until((it) => document.querySelector(it).firstChild.data === 'Copied', selector);
  }

  /** Puts a text on the clipboard, as another program does. */
  async clip(text) {
    await this.page.evaluate((text) => {
      const field = document.createElement('textarea');
      document.body.append(field);
      field.value = text;
      field.select();
      document.execCommand('copy');
      field.remove();
    }, text);
  }

  /** Presses "Diagnose" by the keyboard, since sentences that come and go move the button. */
  async run() {
    await this.page.focus('#run');
    await this.page.keyboard.press('Enter');
  }

  /** Runs the diagnosis, and gives its title. */
  async diagnose() {
    await this.run();
    await this.until(
      () =>
        document.querySelector('#searching').hidden &&
        document.querySelector('#diagnosis').checkVisibility(),
    );
    return this.text('#verdict-title');
  }

  /** Goes on by the Tab key until this element has the focus, which has to be seen everywhere. */
  async tabTo(selector, { back = false } = {}) {
    for (let i = 0; i < 100; i++) {
      if (back) await this.page.keyboard.down('Shift');
      await this.page.keyboard.press('Tab');
      if (back) await this.page.keyboard.up('Shift');
      const [isThere, isSeen, what] = await this.page.evaluate((selector) => {
        const focused = document.activeElement;
        const styled = focused.matches('.choices input') ? focused.nextElementSibling : focused;
        const isSeen =
          focused === document.body || getComputedStyle(styled).outlineStyle !== 'none';
        return [focused.matches(selector), isSeen, focused.outerHTML.slice(0, 80)];
      }, selector);
      if (!isSeen) throw new Error(`the focus cannot be seen on ${what}`);
      if (isThere) return;
    }
    throw new Error(`the Tab key does not get to ${selector}`);
  }
}
