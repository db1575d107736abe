// Walks a page as people do, with Debian's Chromium on the screen of a telephone: signs
// in, reads, answers. Every page on the way is put before axe.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

export class PageWalk {
  // `screens` is the folder for screenshots.
  constructor({ root, origin, screens }) {
    Object.assign(this, { origin, screens });
    this.require = createRequire(join(root, 'tools/package.json'));
    this.violations = [];  // Of accessibility: "PAGE: RULE".
    this.refused = [];     // What the browser would not load or run.
  }

  async open({ width = 390, height = 844 } = {}) {
    if (!chromium) throw new Error('chromium is missing; tools/debian-test-packages.txt lists it');
    this.browser = await this.require('playwright-core').chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
    this.context = await this.browser.newContext({ ignoreHTTPSErrors: true, viewport: { width, height } });
    this.page = await this.context.newPage();
    // Of our own pages alone; an answer with a fault in the form is a 400, which it tells too.
    this.page.on('console', (message) => {
      const ours = message.location().url.startsWith(this.origin);
      if (ours && message.type() === 'error' && !/status of 400/.test(message.text())) this.refused.push(message.text());
    });
  }

  async close() {
    await this.browser?.close();
  }

  // The same page by the same session in a second window, into which the browser lets axe: the page's
  // own policy lets no script in, and must not be loosened for it.
  async look(name) {
    const second = await this.browser.newContext({
      ignoreHTTPSErrors: true, bypassCSP: true, viewport: this.page.viewportSize(), storageState: await this.context.storageState(),
    });
    const page = await second.newPage();
    await page.goto(this.page.url());
    await page.addScriptTag({ path: this.require.resolve('axe-core/axe.min.js') });
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    this.violations.push(...violations.map((v) => `${name}: ${v.id}`));
    await second.close();
    if (!this.screens) return;
    await this.page.screenshot({ path: join(this.screens, `${name}-seen.png`) });
    await this.page.screenshot({ path: join(this.screens, `${name}.png`), fullPage: true });
  }

  // As it looks on a desk.
  async desk(name) {
    const telephone = this.page.viewportSize();
    await this.page.setViewportSize({ width: 1100, height: 800 });
    await this.look(name);
    await this.page.setViewportSize(telephone);
  }

  // As it comes out of a printer.
  async print(name) {
    await this.page.emulateMedia({ media: 'print' });
    if (this.screens) await this.page.screenshot({ path: join(this.screens, `${name}.png`), fullPage: true });
    const shown = await this.page.isVisible('form');
    await this.page.emulateMedia({ media: 'screen' });
    return { form: shown };
  }

  async signIn(subject) {
    await this.page.goto(this.origin);
    await this.look('sign-in');
    await this.page.click('text=Sign in');
    await this.page.fill('input[name=login]', subject);
    await this.page.fill('input[name=password]', 'any');
    await this.page.click('button[type=submit]');
    await this.page.click('button[type=submit]');  // Consent, which the development service asks for.
    await this.page.waitForURL(`${this.origin}/`);
  }

  async openOffer(name) {
    await this.look('offers');
    await this.page.click(`.card a:has-text("${name}")`);
    await this.look('offer');
    return this.page.innerText('main');
  }

  // The answer: accepted, rejected or on-hold. Gives what the page says then.
  async answer(answer, reason = '') {
    if (answer) await this.page.check(`#answer-${answer}`);
    await this.page.fill('#reason', reason);
    await this.page.click('text=Send your answer');
    return this.page.innerText('main');
  }

  // Follows the link with these words; gives what the page says then.
  async follow(words) {
    await this.page.click(`main a:has-text("${words}")`);
    return this.page.innerText('main');
  }

  // Fills a form: answers to choose, boxes to tick, words to write; sends it and gives what the page says.
  async send(form, { choose = {}, tick = [], write = {} } = {}) {
    for (const [name, value] of Object.entries(choose)) await this.page.check(`#${name}-${value}`);
    for (const name of tick) await this.page.check(`#${name}`);
    for (const [name, words] of Object.entries(write)) await this.page.fill(`#${name}`, words);
    await this.page.click(`${form} button`);
    return this.page.innerText('main');
  }
}
