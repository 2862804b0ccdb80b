#!/usr/bin/env node
// Presses the keys a person presses, on sample pages in a real browser: node tools/behaviour.mjs /tmp/looks
import path from 'node:path';
import { launch, serve } from './browser.mjs';

const server = await serve(path.resolve(process.argv[2] ?? '.'));
const browser = await launch();
const wait = ms => new Promise(done => setTimeout(done, ms));
let failed = 0;
const check = (words, holds, seen = '') => { if (!holds) { failed += 1; console.log('FAILED', words, seen); } else console.log('ok', words); };
async function open(name, before) {
  const page = await browser.newPage();
  page.trouble = [];
  page.on('pageerror', error => page.trouble.push(error.message));
  page.on('console', message => { if (message.type() === 'error' && !/404/.test(message.text())) page.trouble.push(message.text()); });
  if (before) await page.evaluateOnNewDocument(before);
  await page.goto(`${server.origin}/${name}.html`, { waitUntil: 'networkidle0' });
  return page;
}
const focused = page => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());

{ // the keyboard, on a list
  const page = await open('search');
  await page.keyboard.press('Tab');
  check('the first Tab shows the skip link', await page.evaluate(() => document.activeElement.className === 'skip'));
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  check('j goes down the list', /VAN DER HOEF/.test(await focused(page)), await focused(page));
  await page.keyboard.press('k');
  check('k goes up', /VANDERHOEF/.test(await focused(page)), await focused(page));
  await page.keyboard.press('/');
  check('/ goes to the search box', await focused(page) === 'find', await focused(page));
  await page.keyboard.type('?jk');
  check('letters are letters while typing', await page.evaluate(() => document.querySelector('#find').value === '?jk' && !document.querySelector('#keys').open));
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('?');
  check('? opens the list of keys', await page.evaluate(() => document.querySelector('#keys').open));
  await page.keyboard.press('Escape');
  check('Escape closes it', await page.evaluate(() => !document.querySelector('#keys').open));
  await page.evaluate(() => { document.documentElement.dataset.shortcuts = 'off'; });
  await page.keyboard.press('?');
  check('letters can be turned off', await page.evaluate(() => !document.querySelector('#keys').open));
  check('nothing is kept in the browser', await page.evaluate(() => !localStorage.length && !sessionStorage.length && !document.cookie));
  check('no errors', !page.trouble.length, page.trouble.join(' | '));
  await page.close();
}
{ // g and a letter goes to an area
  const page = await open('search');
  await page.evaluate(() => document.addEventListener('click', event => { window.went = event.target.closest('a')?.getAttribute('href'); event.preventDefault(); }));
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  check('g a goes to the audit area', await page.evaluate(() => window.went) === '/audit');
  await page.close();
}
{ // the viewer
  const page = await open('document');
  const leaf = () => page.evaluate(() => { const l = document.querySelector('[data-viewer]'); return `${l.className} ${l.dataset.turn ?? ''}`; });
  await page.keyboard.press('+');
  check('+ enlarges', /z125/.test(await leaf()), await leaf());
  await page.keyboard.press('-');
  check('- reduces', /z100/.test(await leaf()), await leaf());
  await page.keyboard.press('r');
  check('r turns', / 90$/.test(await leaf()) && await page.evaluate(() => getComputedStyle(document.querySelector('.leaf img')).rotate) === '90deg', await leaf());
  await page.keyboard.press('0');
  check('0 fits', /fit/.test(await leaf()), await leaf());
  await page.evaluate(() => document.addEventListener('click', event => { window.went = event.target.closest('a')?.getAttribute('href'); event.preventDefault(); }));
  await page.keyboard.press('n');
  check('n is the next page', /page=3/.test(await page.evaluate(() => window.went)));
  await page.keyboard.press('PageUp');
  check('PageUp is the previous page', /page=1/.test(await page.evaluate(() => window.went)));
  await page.keyboard.press('F4');
  check('F4 goes to the documents', await page.evaluate(() => Boolean(document.activeElement.closest('[data-f4]'))));
  await page.evaluate(() => { window.printed = 0; window.print = () => { window.printed += 1; }; });
  await page.evaluate(() => document.querySelector('[data-print-first]').requestSubmit());
  await wait(300);
  check('printing is recorded first', server.posts.includes('/documents/1/prints') && await page.evaluate(() => window.printed) === 1, server.posts.join());
  check('no errors in the viewer', !page.trouble.length, page.trouble.join(' | '));
  await page.close();
}
{ // a form is sent once, and not left by accident
  const page = await open('staff-new');
  check('the error summary has the focus', await page.evaluate(() => document.activeElement.className === 'errsum'));
  await page.type('#name', 'x');
  let asked = false;
  page.on('dialog', dialog => { asked = dialog.type() === 'beforeunload'; dialog.accept(); });
  await page.goto(`${server.origin}/search.html`).catch(() => {});
  check('leaving with unsaved changes asks', asked);
  await page.close();
  const again = await open('staff-new');
  server.posts.length = 0;
  await again.evaluate(() => { const form = document.querySelector('form[data-guard]'); form.requestSubmit(); form.requestSubmit(); });
  await wait(400);
  check('a form is sent once', server.posts.filter(p => p === '/admin/staff/1').length === 1, server.posts.join());
  await again.close();
}
{ // idle: warned two minutes before the end, and staying is one press
  const page = await open('search', () => { const real = Date.now.bind(Date); let ahead = 0; Date.now = () => real() + ahead; window.skip = minutes => { ahead += minutes * 60000; }; });
  await page.evaluate(() => window.skip(13.1));
  await wait(5600);
  check('a warning appears at 13 of 15 minutes', await page.evaluate(() => document.querySelector('#idle').open));
  await page.keyboard.press('Enter');
  await wait(400);
  check('Stay signed in posts and closes', server.posts.includes('/account/presence') && await page.evaluate(() => !document.querySelector('#idle').open), server.posts.join());
  await page.evaluate(() => window.skip(15.1));
  await wait(5600);
  check('at the end the page is left', /\/sign-in$/.test(page.url()), page.url());
  await page.close();
}
{ // no script
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(`${server.origin}/document.html`);
  const hidden = await page.evaluate(() => [...document.querySelectorAll('[data-does]')].every(b => getComputedStyle(b).display === 'none'));
  check('without script the buttons that need it are absent, and pages are links', hidden && (await page.content()).includes('data-page="next"'));
  await page.close();
}
await browser.close();
server.close();
console.log(failed ? `${failed} failed` : 'all good');
process.exit(failed ? 1 : 0);
