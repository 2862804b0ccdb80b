#!/usr/bin/env node
// Looks at sample pages: serves a folder of HTML with the product's own headers, takes pictures in light, dark and print,
// runs axe, and checks that pages neither scroll sideways nor break the content security policy.
//   CUSTODIAN_LOOKS=/tmp/looks cargo test --lib web::preview::write -- --ignored && node tools/looks.mjs /tmp/looks [name…]
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { launch, serve } from './browser.mjs';

const require = createRequire(import.meta.url);
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const folder = path.resolve(process.argv[2] ?? '.');
const only = process.argv.slice(3);
const server = await serve(folder);
const browser = await launch();

let faults = 0;
const fault = (name, ...words) => { faults += 1; console.log('FAULT', name, ...words); };
async function open(name, { width = 1440, height = 900, scheme = 'light' } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  page.on('console', message => { if (message.type() === 'error' && !/404/.test(message.text())) fault(name, message.text()); });
  page.on('pageerror', error => fault(name, error.message));
  page.on('response', response => { if (response.status() === 404 && response.url().includes('/static/')) fault(name, '404', response.url()); });
  await page.goto(`${server.origin}/${name}.html`, { waitUntil: 'networkidle0' });
  await page.evaluate(() => document.fonts.ready);
  return page;
}

const names = fs.readdirSync(folder).filter(file => file.endsWith('.html')).map(file => file.slice(0, -5))
  .filter(name => !only.length || only.some(start => name.startsWith(start)));
for (const name of names) {
  for (const scheme of ['light', 'dark']) {
    const page = await open(name, { scheme });
    await page.screenshot({ path: path.join(folder, `${name}-${scheme}.png`), fullPage: true });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })).violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 140)).join(' | ')}`));
    found.forEach(words => fault(name, scheme, 'axe', words));
    if (scheme === 'light') {
      await page.emulateMediaFeatures([]);
      await page.emulateMediaType('print');
      await page.screenshot({ path: path.join(folder, `${name}-print.png`), fullPage: true });
    }
    await page.close();
  }
  for (const [width, height] of [[720, 450], [320, 640]]) {
    const page = await open(name, { width, height });
    const wide = await page.evaluate(() => {
      const edge = document.documentElement.clientWidth;
      return document.documentElement.scrollWidth - edge > 1
        ? [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > edge + 2 && !e.closest('.tw,.scroll,.vh')).slice(0, 4).map(e => `${e.tagName}.${e.className}`)
        : [];
    });
    if (wide.length) fault(name, `${width} px wide scrolls sideways:`, wide.join(' '));
    if (width === 320) await page.screenshot({ path: path.join(folder, `${name}-small.png`) });
    const small = await page.evaluate(() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')].filter(e => {
      if (!e.checkVisibility() || e.closest('dialog:not([open])') || e.className === 'skip') return false;
      const r = (e.matches('[type=checkbox],[type=radio]') ? e.closest('label') ?? e : e).getBoundingClientRect();
      if (!r.width || (r.width >= 24 && r.height >= 24)) return false;
      return !(e.tagName === 'A' && getComputedStyle(e).display === 'inline');
    }).map(e => e.outerHTML.slice(0, 90)));
    if (small.length && width === 720) fault(name, 'targets under 24 px:', small.slice(0, 4).join(' ; '));
    await page.close();
  }
}
await browser.close();
server.close();
console.log(`${names.length} pages, ${faults} faults`);
process.exit(faults ? 1 : 0);
