#!/usr/bin/env node
// Copies the few third-party files the browser needs from node_modules into static/vendor.
//   node tools/vendor.mjs          copy (after `npm ci`), refusing bytes that tools/vendor.json does not know
//   node tools/vendor.mjs --check  verify static/vendor against tools/vendor.json, offline
//   node tools/vendor.mjs --pin    copy and write the new sums into tools/vendor.json (after a deliberate upgrade)
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'static/vendor');
const listFile = path.join(root, 'tools/vendor.json');
const manifest = 'MANIFEST.json';
const list = JSON.parse(fs.readFileSync(listFile, 'utf8'));
const locked = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const fail = (...lines) => { console.error(lines.join('\n  ')); process.exit(1); };
const walk = dir => fs.existsSync(dir)
  ? fs.readdirSync(dir, { withFileTypes: true }).flatMap(e => e.isDirectory() ? walk(path.join(dir, e.name)) : [path.join(dir, e.name)])
  : [];

/** One <symbol> per icon, so that a page names an icon with `<use href="…#name">`; comments and sizes are dropped. */
function sprite(from, names) {
  const symbols = names.map(name => {
    const svg = fs.readFileSync(path.join(from, name + '.svg'), 'utf8');
    const inner = svg.replace(/<!--[\s\S]*?-->/g, '').replace(/[\s\S]*?<svg[^>]*>/, '').replace('</svg>', '').replace(/\s+/g, ' ').trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);
}

/** Every file to ship: path under static/vendor -> bytes. */
function gather() {
  const files = new Map();
  for (const pack of list.packages) {
    const home = path.join(root, 'node_modules', pack.name);
    if (!fs.existsSync(home)) fail(`${pack.name} is not installed. Run: npm ci`);
    const have = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8')).version;
    const want = locked[`node_modules/${pack.name}`]?.version;
    if (have !== want) fail(`${pack.name} is ${have}, package-lock.json says ${want}. Run: npm ci`);
    for (const [from, to] of Object.entries(pack.files)) files.set(to, fs.readFileSync(path.join(home, from)));
    if (pack.sprite) files.set(pack.sprite.to, sprite(path.join(home, pack.sprite.from), pack.sprite.names));
  }
  return files;
}

/** What differs from the pinned sums; empty when all is well. */
function differences(sums) {
  const pinned = new Map(Object.entries(list.sha256));
  return [
    ...[...sums].filter(([name, sum]) => pinned.get(name) !== sum).map(([name]) => `${name}: ${pinned.has(name) ? 'bytes differ' : 'not in tools/vendor.json'}`),
    ...[...pinned.keys()].filter(name => !sums.has(name)).map(name => `${name}: missing`),
  ];
}

if (process.argv.includes('--check')) {
  const names = walk(out).map(file => path.relative(out, file)).filter(name => name !== manifest);
  const wrong = differences(new Map(names.map(name => [name, sha256(fs.readFileSync(path.join(out, name)))])));
  if (wrong.length) fail('static/vendor does not match tools/vendor.json:', ...wrong);
  console.log(`static/vendor: ${names.length} files as pinned`);
  process.exit(0);
}

const files = gather();
const sums = new Map([...files].map(([name, bytes]) => [name, sha256(bytes)]));
if (process.argv.includes('--pin')) {
  const sorted = JSON.stringify(Object.fromEntries([...sums].sort()), null, 4).replace(/}$/, '  }');
  fs.writeFileSync(listFile, fs.readFileSync(listFile, 'utf8').replace(/"sha256": \{[^}]*\}/, () => `"sha256": ${sorted}`));
} else {
  const wrong = differences(sums);
  if (wrong.length) fail('Not what tools/vendor.json pins (node tools/vendor.mjs --pin, if the change is meant):', ...wrong);
}
fs.rmSync(out, { recursive: true, force: true });
for (const [name, bytes] of files) {
  fs.mkdirSync(path.dirname(path.join(out, name)), { recursive: true });
  fs.writeFileSync(path.join(out, name), bytes);
}
const packages = list.packages.map(({ name, licence, files: taken, sprite: cut }) => ({
  name, version: locked[`node_modules/${name}`].version, licence, integrity: locked[`node_modules/${name}`].integrity,
  files: Object.fromEntries([...Object.values(taken), ...(cut ? [cut.to] : [])].map(file => [file, sums.get(file)])),
}));
fs.writeFileSync(path.join(out, manifest), JSON.stringify({ packages }, null, 2) + '\n');
console.log(`static/vendor: ${files.size} files from ${packages.length} packages`);
