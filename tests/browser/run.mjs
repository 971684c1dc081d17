// End-to-end tests of `ordskifte serve` in Chromium: what a researcher does, by keyboard and without script, and what axe finds.
// Usage: node run.mjs PROGRAM CORPUS SHOTS; modules are found in NODE_PATH by run.sh.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [program, corpus, shots, tools] = process.argv.slice(2);
const require = createRequire(`${tools}/`);
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(shots, { recursive: true });

const cli = (...args) => execFileSync(program, [...args, "--corpus", corpus], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
const server = spawn(program, ["serve", "--port", "0", "--corpus", corpus], { stdio: ["ignore", "pipe", "ignore"] });
const base = await new Promise((resolve) => server.stdout.once("data", (data) => resolve(String(data).trim())));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let failed = 0;

/** Runs one test in a context of its own; a report of the content policy or an error of a script fails it too. */
async function test(name, options, body) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.setDefaultTimeout(15_000);
  try {
    await body(page);
    assert.deepEqual(faults, []);
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${String(error.message).replaceAll("\n", "\n     ")}`);
    await page.screenshot({ path: `${shots}/failed-${failed}.png` });
  } finally {
    await context.close();
  }
}

await test("a term becomes a chart whose points and cells open the passages behind them", {}, async (page) => {
  await page.goto(base);
  await page.fill("#q", "detaljstyring");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=detaljstyring/);
  const rows = JSON.parse(cli("trends", "detaljstyring", "--format", "json"));
  const peak = rows.find((row) => row.n > 2);
  const point = page.locator(`.pt a[href*="q=detaljstyring"][href*="from=${peak.year}"]`);
  assert.match(await point.locator("title").textContent(), new RegExp(`${peak.n} treff`));
  assert.equal(await page.locator("table.series tbody tr").count(), rows.length);
  await point.click();
  await page.waitForURL(/concordance/);
  assert.equal(await page.locator(".kwic tbody tr").count(), peak.n);
});

await test("lists and years act at once, keep the focus, and go back", {}, async (page) => {
  await page.goto(`${base}/?q=innovasjon`);
  await page.evaluate(() => { window.sameDocument = true; });
  const before = await page.locator("figure.chart .ylab").first().textContent();
  await page.focus("#measure");
  await page.selectOption("#measure", "docs");
  await page.waitForURL(/measure=docs/);
  assert.notEqual(await page.locator("figure.chart .ylab").first().textContent(), before);
  assert.equal(await page.evaluate(() => document.activeElement.id), "measure");
  assert.match(await page.locator("#status").textContent(), /dokumenter/);
  await page.goBack();
  await page.waitForFunction((text) => document.querySelector("figure.chart .ylab").textContent === text, before);
  assert.ok(await page.evaluate(() => window.sameDocument), "the page was not loaded anew");
});

await test("dragging over the chart chooses its years", {}, async (page) => {
  await page.goto(`${base}/?q=innovasjon`);
  const plot = page.locator(".trend .plot");
  const { x, y, width } = await plot.boundingBox();
  const [from, to] = await plot.evaluate((element) => [Number(element.dataset.from), Number(element.dataset.to)]);
  const at = (year) => x + (width * (year - from + 0.5)) / (to - from + 1);
  await page.mouse.move(at(to - 8), y + 3);
  await page.mouse.down();
  await page.mouse.move(at(to - 5), y + 3);
  await page.mouse.move(at(to - 2), y + 3);
  assert.equal(await page.locator(".brush").textContent(), `${to - 8}–${to - 2}`);
  await page.screenshot({ path: `${shots}/brush.png` });
  await page.mouse.up();
  await page.waitForURL(new RegExp(`from=${to - 8}&to=${to - 2}`));
  await page.waitForFunction((n) => document.querySelectorAll("table.series tbody tr").length === n, 7);
});

await test("a mention leads to its place in the document and on the page of the original", {}, async (page) => {
  await page.goto(`${base}/concordance?q=detaljstyring&kind=nou`);
  await page.locator(".kwic .k a").first().click();
  await page.waitForURL(/documents/);
  const id = new URL(page.url()).hash.slice(1);
  assert.match(await page.locator(`mark#${id}`).textContent(), /detaljstyr/i);
  const image = page.locator("img.page");
  await image.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("img.page").naturalWidth > 600);
  const boxes = await page.request.get(new URL(await page.locator("img.boxes").getAttribute("src"), base).href);
  assert.match(await boxes.text(), /<rect class="b1"/);
});

await test("a mark is seen by the command line", {}, async (page) => {
  await page.goto(`${base}/concordance?q=samskaping&coder=anne`);
  await page.locator("button[aria-label='Relevant, rad 1']").click();
  await page.waitForSelector("button[aria-label='Relevant, rad 1'][aria-pressed=true]");
  await page.locator("summary[aria-label='Notat, rad 2']").click();
  await page.locator("details[open] input").fill("gjelder noe annet");
  await page.locator("details[open] button").click();
  await page.waitForSelector("summary[aria-label='Notat, rad 2'][data-has]");
  const lines = JSON.parse(cli("concordance", "samskaping", "--coder", "anne", "--format", "json"));
  assert.equal(lines.filter((line) => line.mark === "relevant").length, 2);
  assert.equal(lines.filter((line) => line.note === "gjelder noe annet").length, 1);
});

await test("what is downloaded is what the command line writes", {}, async (page) => {
  await page.goto(`${base}/concordance?q=samskaping`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  assert.equal(readFileSync(await download.path(), "utf8"), cli("concordance", "samskaping", "--format", "csv"));
});

await test("the language of the page can be switched and stays", {}, async (page) => {
  await page.goto(base);
  await page.getByRole("link", { name: "English" }).click();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.getByRole("link", { name: "Corpus", exact: true }).click();
  assert.match(await page.locator("h1").textContent(), /Corpus/);
});

await test("the keyboard alone is enough", {}, async (page) => {
  await page.goto(`${base}/?q=samskaping`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.type("tillit*");
  await page.keyboard.press("Enter");
  await page.waitForURL(/tillit/);
  await page.locator(".pt a[tabindex='0']").focus();
  await page.keyboard.press("ArrowLeft");
  const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/concordance/);
  assert.match(href, /concordance\?/);
});

await test("search, documents and tables need no script", { javaScriptEnabled: false }, async (page) => {
  await page.goto(`${base}/concordance`);
  await page.fill("#q", "samskaping");
  await page.getByRole("button", { name: "Søk" }).click();
  await page.locator(".kwic .k a").first().click();
  assert.ok((await page.locator("article mark").count()) > 0);
  await page.goto(`${base}/?q=samskaping`);
  await page.locator("table.series td a").first().click();
  assert.match(page.url(), /corpus|concordance/);
});

const pages = {
  start: "/?q=detaljstyring&q=tillitsbasert+ledelse&q=samskaping&by=kind",
  concordance: "/concordance?q=detaljstyring&sort=R1&sort=year",
  collocates: "/collocates?q=tillit",
  compare: "/compare?target=year:2018..&min=3",
  document: "",
  corpus: "/corpus?from=2015&to=2020",
  snapshots: "/snapshots",
  codebook: "/codebook/byr%C3%A5krati?try=*byr%C3%A5krat*",
  help: "/help",
  api: "/api",
  problem: "/concordance?q=%22a",
};
await test("there is a document", {}, async (page) => {
  await page.goto(`${base}/concordance?q=detaljstyring&kind=nou`);
  pages.document = await page.locator(".kwic .k a").first().getAttribute("href");
});
for (const [name, path] of Object.entries(pages)) {
  for (const [colorScheme, width] of [["light", 1280], ["dark", 360], ["dark", 2560]]) {
    await test(`axe finds nothing: ${name}, ${colorScheme}, ${width} px`, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true }, async (page) => {
      // A problem has a status of its own, which the browser reports as an error of the page.
      const reported = name === "problem";
      if (reported) page.removeAllListeners("console");
      await page.goto(base + path);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => { if (!one.classList.contains("nt")) one.open = true; }));
      const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(scroll <= client, `the page scrolls sideways: ${scroll} > ${client}`);
      await page.evaluate(axeSource);
      const found = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }));
      assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`), []);
      await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    });
  }
}

await browser.close();
server.kill("SIGINT");
const code = await new Promise((resolve) => server.once("exit", resolve));
if (code !== 0) { failed += 1; console.log(`FAIL the server ends well at a signal: ${code}`); }
console.log(failed ? `${failed} failed` : "all passed");
process.exit(failed ? 1 : 0);
