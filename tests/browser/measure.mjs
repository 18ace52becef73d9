/**
 * How fast the page is on a phone and on a desktop: `node measure.mjs [SITE]`, by default the site that is built. One line a
 * figure, medians of several loads; nothing fails here.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath, fixture, fixtureText, serve, site } from "./page.mjs";

const RUNS = 5;

/** A cheap phone on a slow network, and a desktop on a fast one: bits a second, milliseconds, slower than this machine by. */
const PLACES = {
  phone: { down: 1_600_000, latency: 150, slower: 4, viewport: { width: 360, height: 640 } },
  desktop: { down: 50_000_000, latency: 10, slower: 1, viewport: { width: 1280, height: 800 } },
};

const LOG = '{"errorCode":401002,"message":"CA certificate not found."}';

/** What is a lot for a page: the files, and what is seen once they are judged. */
const HEAVY = {
  "300 certificates": [certificates(300, "ec"), "#devices-csv"],
  "a comment of 1 MB": [`${"# what somebody wrote above it\n".repeat(33_000)}${fixtureText("device-1.pem")}`, "#verdict.doubtful"],
  "a log of 10 MB": [`${"2026-11-23T00:00:00Z INFO app: still waiting for the modem\n".repeat(175_000)}${LOG}\n`, "#log .code:text('DX707')"],
  "RSA 4096": [certificates(1, "rsa:4096"), "#verdict.incomplete, #verdict.doubtful"],
};

const heavyFolder = mkdtempSync(join(tmpdir(), "dps-x509-heavy-"));
const [folder = site] = process.argv.slice(2);
const server = await serve(folder);
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] });
for (const [place, conditions] of Object.entries(PLACES)) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await load(conditions));
  for (const name of Object.keys(runs[0])) {
    const all = runs.map((one) => one[name]).sort((one, other) => one - other);
    console.log(`${place.padEnd(8)} ${name.padEnd(36)} ${String(Math.round(all[RUNS >> 1] * 1000) / 1000).padStart(8)}   (${all.map((one) => Math.round(one * 1000) / 1000).join(", ")})`);
  }
}
await browser.close();
server.stop();
rmSync(heavyFolder, { recursive: true });

async function load({ down, latency, slower, viewport }) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const control = await context.newCDPSession(page);
  await control.send("Network.enable");
  await control.send("Network.emulateNetworkConditions", { offline: false, latency, downloadThroughput: down / 8, uploadThroughput: down / 8 });
  await control.send("Emulation.setCPUThrottlingRate", { rate: slower });
  let requests = 0;
  page.on("request", (request) => { if (/^http/.test(request.url())) requests += 1; });
  await page.addInitScript(() => {
    window.measured = { shift: 0, longest: 0, heaviest: 0 };
    new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.measured.shift += one.value; }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) for (const what of ["longest", "heaviest"]) window.measured[what] = Math.max(window.measured[what], duration); }).observe({ type: "longtask", buffered: true });
  });
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  // What is dropped at once is judged as soon as that is possible.
  await page.goto(server.url, { waitUntil: "commit" });
  await page.locator("#choose").waitFor({ state: "attached" });
  await page.locator("#choose-files").waitFor();
  // The door stands open just before this is drawn.
  await page.waitForFunction(() => document.getElementById("make").childElementCount > 0, undefined, { polling: 20 });
  const taking = since();
  await page.locator("#choose").setInputFiles([fixture("full-chain.pem"), fixture("two-names.key")]);
  await page.locator("#verdict.refused").waitFor();
  const judged = since();
  await page.locator("#remove-all").click();
  await page.locator("#anything").fill(LOG);
  await page.locator("#anything").press("Enter");
  await page.locator("#log .code", { hasText: "DX707" }).waitFor();
  const explained = since();
  await page.getByText("0 connections since loading").waitFor();
  const closed = since();
  const loaded = await page.evaluate(() => ({ ...window.measured }));
  /** @type {Record<string, number>} */
  const heavy = {};
  for (const [what, [text, seen]] of slower > 1 ? [] : Object.entries(HEAVY)) {
    await page.locator("#remove-all").click();
    await page.evaluate(() => { window.measured.heaviest = 0; });
    // From the disk: what the driver hands over is work of the page's thread.
    writeFileSync(join(heavyFolder, "heavy.txt"), text);
    await page.locator("#choose").setInputFiles(join(heavyFolder, "heavy.txt"));
    await page.locator(seen).first().waitFor({ timeout: 120_000 });
    await page.waitForTimeout(500);
    heavy[`longest task with ${what}, ms`] = await page.evaluate(() => window.measured.heaviest);
  }
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN);
  const { shift, longest } = loaded;
  await context.close();
  return {
    "first paint, s": paint / 1000,
    "files taken, s": taking,
    "files judged, s": judged,
    "log explained, s": explained,
    "all loaded and closed, s": closed,
    "requests": requests,
    "layout shift": shift,
    "longest task, ms": longest,
    ...heavy,
  };
}

/**
 * Self-signed certificates of one key, one text.
 *
 * @param {number} count
 * @param {string} key as openssl takes it
 */
function certificates(count, key) {
  const out = mkdtempSync(join(tmpdir(), "dps-x509-measure-"));
  const openssl = (...args) => execFileSync("openssl", args, { cwd: out, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const kind = key === "ec" ? ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${key.split(":")[1]}`];
  openssl("genpkey", ...kind, "-out", "key.pem");
  const all = Array.from({ length: count }, (_, at) => openssl("req", "-x509", "-key", "key.pem", "-subj", `/CN=device-${at}`, "-addext", "basicConstraints=critical,CA:FALSE"));
  rmSync(out, { recursive: true });
  return all.join("");
}
