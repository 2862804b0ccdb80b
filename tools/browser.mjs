// A browser and a server for checks: sample pages from a folder, our own files, and the product's own headers.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

const files = path.resolve(import.meta.dirname, '../static');
const types = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', woff2: 'font/woff2', png: 'image/png' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
  + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types htmx";

/** Serves `folder`; posts are counted in `posts` and answered 204. */
export async function serve(folder) {
  const posts = [];
  const server = http.createServer((request, answer) => {
    const { pathname } = new URL(request.url, 'http://x');
    if (request.method === 'POST') { posts.push(pathname); answer.writeHead(204).end(); return; }
    const ours = pathname.match(/^\/static\/[0-9a-f]+\/(.+)$/);
    const file = ours ? path.join(files, ours[1]) : path.join(folder, pathname);
    if (!fs.existsSync(file) || fs.statSync(file).isDirectory()) { answer.writeHead(404, { 'content-type': 'text/plain' }).end('not found'); return; }
    answer.writeHead(200, { 'content-type': types[file.split('.').pop()] ?? 'text/plain', 'content-security-policy': policy, 'cache-control': 'no-store' });
    answer.end(fs.readFileSync(file));
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, posts, close: () => server.close() };
}

/** Chromium, quiet and without its own background traffic. */
export const launch = () => puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none'],
});
