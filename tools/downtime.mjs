// Opens a downtime copy from the disk in headless Chromium, as somebody would whose server is away, and says what is wrong.
//   node tools/downtime.mjs COPY.html PASSPHRASE LOG.json [PICTURE.png]
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [copy, passphrase, log, picture] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const wrong = [];
const expect = (holds, what) => { if (!holds) wrong.push(what); };
try {
  const page = await browser.newPage();
  page.on("console", (message) => { if (message.type() === "error") wrong.push("console: " + message.text()); });
  page.on("request", (request) => { if (!/^(file|blob|data):/.test(request.url())) wrong.push("asked for " + request.url()); });
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(pathToFileURL(resolve(copy)).href);
  const text = (selector) => page.$eval(selector, (found) => found.textContent);
  const unlock = async (words) => {
    await page.$eval("#who", (field) => { field.value = ""; });
    await page.type("#who", "Nadia Ferrant");
    await page.type("#passphrase", words);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => !document.getElementById("inside").hidden
      || document.getElementById("trouble").textContent.startsWith("This passphrase"), { timeout: 60000 });
  };
  await unlock("not the passphrase at all");
  expect((await text("#trouble")).includes("does not open"), "a wrong passphrase is not refused");
  expect(await page.$eval("#inside", (inside) => inside.hidden), "it opened with a wrong passphrase");
  await page.$eval("#passphrase", (field) => { field.value = ""; });
  await unlock(passphrase);
  expect(!(await page.$eval("#inside", (inside) => inside.hidden)), "it does not open");
  const all = await page.$$eval("#list button", (buttons) => buttons.map((button) => button.textContent));
  expect(all.length > 0, "nobody is in the list");
  const family = all[0].split(",")[0].toLowerCase();
  await page.type("#search", family);
  const found = await page.$$eval("#list button", (buttons) => buttons.map((button) => button.textContent));
  expect(found.length > 0 && found.every((line) => line.toLowerCase().includes(family)), "the search finds others");
  page.on("dialog", (dialog) => dialog.accept("direct care during downtime"));
  await page.focus("#list button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#chart h2");
  expect((await text("#chart")).includes("Allergies"), "the chart shows no allergies");
  expect((await text("#count")).startsWith("2 on the log"), "the log does not count the look: " + (await text("#count")));
  if (picture) await page.screenshot({ path: picture });
  const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  const devtools = await page.createCDPSession();
  await devtools.send("Runtime.evaluate", { expression: axe });
  const violations = await page.evaluate(async () => (await window.axe.run()).violations.map((found) => found.id + ": " + found.help));
  wrong.push(...violations);
  // What "Export log" would save.
  const exported = await page.evaluate(async () => {
    let saved = null;
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { saved = blob; return make.call(URL, blob); };
    HTMLAnchorElement.prototype.click = () => {};
    document.getElementById("export").click();
    return await saved.text();
  });
  writeFileSync(log, exported);
  await page.reload();
  await unlock(passphrase);
  expect((await text("#count")).startsWith("3 on the log"), "the log is lost with the window: " + (await text("#count")));
} finally {
  await browser.close();
}
for (const line of wrong) console.error(line);
console.log(wrong.length ? wrong.length + " things are wrong" : "opens, searches, shows, records and exports");
process.exitCode = wrong.length ? 1 : 0;
