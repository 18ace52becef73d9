/**
 * How fast the page is on a phone and on a desktop: `node measure.mjs [SITE]`, by default the site that is built. One line a
 * figure, medians of several loads; nothing fails here.
 */

import { chromium } from "playwright-core";
import { chromiumPath, fixture, serve, site } from "./page.mjs";

const RUNS = 5;

/** A cheap phone on a slow network, and a desktop on a fast one: bits a second, milliseconds, slower than this machine by. */
const PLACES = {
  phone: { down: 1_600_000, latency: 150, slower: 4, viewport: { width: 360, height: 640 } },
  desktop: { down: 50_000_000, latency: 10, slower: 1, viewport: { width: 1280, height: 800 } },
};

const LOG = '{"errorCode":401002,"message":"CA certificate not found."}';

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
    window.measured = { shift: 0, longest: 0 };
    new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.measured.shift += one.value; }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => { for (const one of list.getEntries()) window.measured.longest = Math.max(window.measured.longest, one.duration); }).observe({ type: "longtask", buffered: true });
  });
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  // What is dropped at once is judged as soon as that is possible.
  await page.goto(server.url, { waitUntil: "commit" });
  await page.locator("#choose").waitFor({ state: "attached" });
  await page.locator("#choose-files").waitFor();
  await page.waitForFunction(() => document.getElementById("make").childElementCount > 0, undefined, { polling: 20 });
  await page.locator("#choose").setInputFiles([fixture("full-chain.pem"), fixture("two-names.key")]);
  await page.locator("#verdict.refused").waitFor();
  const taken = since();
  await page.locator("#remove-all").click();
  await page.locator("#anything").fill(LOG);
  await page.locator("#anything").press("Enter");
  await page.locator("#log .code", { hasText: "DX707" }).waitFor();
  const explained = since();
  await page.getByText("0 connections since loading").waitFor();
  const closed = since();
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN);
  const { shift, longest } = await page.evaluate(() => window.measured);
  await context.close();
  return {
    "first paint, s": paint / 1000,
    "files judged, s": taken,
    "log explained, s": explained,
    "all loaded and closed, s": closed,
    "requests": requests,
    "layout shift": shift,
    "longest task, ms": longest,
  };
}
