/** How the page comes: module by module, whole or in part, without moving, compressed; and how files go. */

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { onPages } from "./flow.mjs";
import { choose, closed, example, fixture, kind, LOG, site as folder } from "./page.mjs";

// The single file loads nothing, and has no module of its own to hold back.
const { browser, url: site } = await onPages(["site"], ({ flow, forgiveErrors, forgiveRequests }) => {
  flow("files are looked at before everything is loaded", async (page) => {
    let release;
    const isReleased = new Promise((resolve) => { release = resolve; });
    await page.route(/\/(complete|session)-[0-9a-f]+\.wasm$/, (route) => isReleased.then(() => route.continue()));
    await page.reload();
    await choose(page, [fixture("device-1.pem"), fixture("two-names.key")]);
    await page.locator("#fix .code", { hasText: "DX303" }).waitFor();
    release();
    await closed(page);
    await page.getByText("DigiCert Global Root G2").first().waitFor();
    await page.unrouteAll();
    forgiveRequests();
  });

  for (const part of ["inspection", "complete", "session", "pages", "lexicon", "worker", "later"]) {
    flow(`without ${part} the rest works, and the page closes itself`, async (page) => {
      await page.route(new RegExp(`/${part}-[0-9a-f]+\\.`), (route) => route.fulfill({ status: 503, body: "" }));
      await page.reload();
      await closed(page);
      await page.locator("#trouble", { hasText: part }).getByRole("button", { name: "Try again" }).waitFor();
      if (part !== "inspection") {
        await choose(page, [fixture("device-1.pem"), fixture("two-names.key")]);
        await page.locator("#fix .code", { hasText: "DX303" }).waitFor();
      }
      await page.unrouteAll();
      forgiveErrors();
      forgiveRequests();
    });
  }

  flow("the bytes of a file that goes are overwritten, however it goes", async (page) => {
    const ways = {
      removed: () => page.getByRole("button", { name: "Remove two-names.key" }).click(),
      "all removed": () => page.locator("#remove-all").click(),
      "dropped for an example": () => example(page, "Cut out of a C header"),
    };
    for (const [way, leave] of Object.entries(ways)) {
      await choose(page, fixture("two-names.key"));
      await page.getByRole("button", { name: "Remove two-names.key" }).waitFor();
      assert.ok(await page.evaluate(() => window.handedOut.some((buffer) => new Uint8Array(buffer).some((byte) => byte !== 0))), `${way}: nothing was there`);
      await leave();
      await page.waitForFunction(() => window.handedOut.every((buffer) => new Uint8Array(buffer).every((byte) => byte === 0)))
        .catch(() => assert.fail(`${way}: something is left`));
    }
  });
});

test("nothing moves while the page loads, and while an answer takes its place", async () => {
  for (const [width, height] of [[360, 640], [1280, 800]]) {
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      window.shifts = [];
      new PerformanceObserver((list) => window.shifts.push(...list.getEntries().filter((one) => !one.hadRecentInput).map(({ value }) => value)))
        .observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(site);
    await page.locator("#choose").setInputFiles([fixture("full-chain.pem"), fixture("two-names.key")]);
    await kind(page, "refused");
    await closed(page);
    const shift = (await page.evaluate(() => window.shifts)).reduce((sum, one) => sum + one, 0);
    assert.ok(shift < 0.05, `${shift} at ${width}`);
    await context.close();
  }
});

test("what is brought before the page is drawn is taken", async () => {
  const bringing = {
    files: (page) => choose(page, [fixture("full-chain.pem"), fixture("two-names.key")]).then(() => kind(page, "refused")),
    text: async (page) => {
      await page.locator("#anything").fill(LOG);
      await page.locator("#anything").press("Enter");
      await page.locator("#log .code", { hasText: "DX707" }).waitFor();
    },
  };
  for (const [what, bring] of Object.entries(bringing)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    // The parts of the page are drawn one after another, by messages to itself; they come late here.
    await page.addInitScript(() => {
      const { postMessage } = MessagePort.prototype;
      MessagePort.prototype.postMessage = function (...given) {
        setTimeout(() => postMessage.apply(this, given), 100);
      };
    });
    await page.goto(site);
    assert.ok(await page.locator("#make").evaluate((make) => make.childElementCount === 0), `${what}: the page is drawn already`);
    await bring(page);
    await closed(page);
    await context.close();
  }
});

test("no module runs in the thread that answers the person, unless no worker can be had", async () => {
  for (const isWithWorker of [true, false]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      window.instances = 0;
      WebAssembly.Instance = class extends WebAssembly.Instance {
        constructor(...given) {
          super(...given);
          window.instances += 1;
        }
      };
    });
    if (!isWithWorker) await page.route(/\/worker-[0-9a-f]+\./, (route) => route.fulfill({ status: 503, body: "" }));
    await page.goto(site);
    await choose(page, [fixture("full-chain.pem"), fixture("two-names.key")]);
    await kind(page, "refused");
    await closed(page);
    await choose(page, fixture("device-1.p12"));
    await page.getByText("DigiCert Global Root G2").first().waitFor();
    await page.locator("#anything").fill(LOG);
    await page.locator("#anything").press("Enter");
    await page.locator("#log .code", { hasText: "DX707" }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll("#configuration .tile").length > 0);
    const instances = await page.evaluate(() => window.instances);
    assert.ok(isWithWorker ? instances === 0 : instances > 0, `${instances} with${isWithWorker ? "" : "out"} a worker`);
    await context.close();
  }
});

/** Largest sizes with gzip, in bytes. */
const BUDGETS = { "index.html": 8_000, main: 29_000, worker: 10_500, inspection: 187_000, later: 19_000, everything: 1_106_000 };

test("the page asks for nine files at most, and they weigh no more than they may", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => { if (/^http/.test(request.url())) asked.push(new URL(request.url()).pathname.slice(1) || "index.html"); });
  await page.goto(site);
  await closed(page);
  await context.close();
  assert.ok(asked.length <= 9, asked.join(" "));
  const sizes = Object.fromEntries(asked.map((name) => [name.replace(/-[0-9a-f]+\.\w+$/, ""), statSync(join(folder, `${name}.gz`)).size]));
  sizes.everything = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  for (const [name, most] of Object.entries(BUDGETS)) assert.ok(sizes[name] <= most, `${name} has ${sizes[name]} bytes with gzip, and may have ${most}`);
});

test("the page comes compressed to who takes it, and plain to who does not", async () => {
  const coding = async (accepted) => (await fetch(site, { method: "HEAD", headers: { "accept-encoding": accepted } })).headers.get("content-encoding");
  assert.equal(await coding("gzip, deflate, br, zstd"), "br");
  assert.equal(await coding("br;q=0, GZIP;q=0.5"), "gzip");
  assert.equal(await coding("identity"), null);
});
