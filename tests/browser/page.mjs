/** The page as it is published, in Debian's Chromium: what every test starts from. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const root = join(import.meta.dirname, "../..");
const built = join(root, "target/page");

/** As root Chromium needs the first two; the others keep it from dialling anybody. */
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Where Debian and others have it. */
export function chromiumPath() {
  const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  assert.ok(found, "Chromium is missing: apt-get install chromium");
  return found;
}

export function launch() {
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

/** The site as it is published. */
export const site = join(built, "site");

/** Serves the site, or another folder, as `cargo xtask serve` does. */
export async function serve(folder = site) {
  assert.ok(existsSync(join(folder, "index.html")), "The page is not built: cargo xtask site");
  const child = spawn(process.execPath, [join(root, "www/serve.mjs"), folder, "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = await new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.once("line", (line) => resolve([line.trim()]));
    child.once("exit", (code) => reject(new Error(`serve.mjs ended with ${code}`)));
  });
  return { url, stop: () => child.kill() };
}

/** The one file, opened from disk. */
export const singleFile = pathToFileURL(join(built, "dps-x509.html")).href;

/**
 * Opens the page and watches it: violations of its policies, errors, and every request after it has closed itself.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const seen = { errors: [], requests: [], isClosed: false };
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("request", (request) => seen.isClosed && !/^(blob|data):/.test(request.url()) && seen.requests.push(request.url()));
  await page.addInitScript(() => {
    window.violations = [];
    // What the page was handed of files, to see it overwritten.
    window.handedOut = [];
    const { arrayBuffer } = Blob.prototype;
    Blob.prototype.arrayBuffer = async function () {
      const buffer = await arrayBuffer.call(this);
      window.handedOut.push(buffer);
      return buffer;
    };
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(url);
  await closed(page);
  seen.isClosed = true;
  return { page, context, seen };
}

/** Once the page has loaded everything and closed itself. */
export function closed(page) {
  return page.getByText("0 connections since loading").waitFor();
}

/** What must hold whenever a test has done with the page. */
export async function assertQuiet({ page, context, seen }) {
  assert.deepEqual(await page.evaluate(() => window.violations), [], "violations of the page's policies");
  assert.deepEqual(seen.errors, [], "errors on the console");
  assert.deepEqual(seen.requests, [], "requests after everything was loaded");
  const stored = await page.evaluate(async () => [
    localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, document.cookie,
    "caches" in window ? (await caches.keys()).length : 0,
  ]);
  assert.deepEqual(stored, [0, 0, 0, "", 0], "what is stored");
  assert.deepEqual(await context.cookies(), []);
}

/** A file of the tests' fixtures. */
export function fixture(name) {
  return join(root, "tests/fixture/cert", name);
}

export function fixtureText(name) {
  return readFileSync(fixture(name), "utf8");
}

/** What DPS answers if it does not know the CA: a log that has its answer. */
export const LOG = '{"errorCode":401002,"trackingId":"x","message":"CA certificate not found.","timestampUtc":"2026-11-23T00:00:00Z"}';

/** Brings files in through the file picker. */
export function choose(page, files) {
  return page.locator("#choose").setInputFiles(files);
}

/** Once the verdict is of this kind. One that never is says what it is. */
export function kind(page, expected) {
  return page.locator(`#verdict.${expected}`).waitFor().catch(async (error) => {
    const verdict = await page.locator("#verdict").evaluate((it) => `${it.className}: ${it.textContent}`);
    const notes = await page.locator("[role=status], [role=alert]").allTextContents();
    throw new Error(`the verdict is ${verdict}; it is told: ${notes.join(" | ")}`, { cause: error });
  });
}

/** Empties the page, presses a button of the examples, and waits for its verdict. */
export async function example(page, title) {
  if (await page.locator("#remove-all").isVisible()) await page.locator("#remove-all").click();
  await page.locator("#stories button", { hasText: title }).click();
  await judged(page);
}

/** Once the verdict stands. */
export function judged(page) {
  return page.locator("#verdict:not(.reading) .sentence").waitFor();
}

/**
 * Chooses one of several, whose own circle is not drawn, by pressing its label: once that stands still, as a person does. (Ticked by force it is
 * pressed where it was, and an answer that comes meanwhile moves it.)
 *
 * @param {import("playwright-core").Locator} input
 */
export async function pick(input) {
  await input.locator("xpath=ancestor::label").click();
  assert.ok(await input.isChecked(), "what was pressed is chosen");
}

/** The codes of the findings that are shown in a part of the page, in their order. */
export function codes(page, within = "#fix") {
  return page.locator(`${within} .finding > header .code`).allTextContents();
}
