/** For everybody: axe on every state, Lighthouse, and screenshots for a person to look at. */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";
import { chromium } from "playwright-core";
import { LOG, chromiumPath, example, fixture, kind, launch, open, root, serve } from "./page.mjs";

const browser = await launch();
const server = await serve();
after(async () => {
  await browser.close();
  server.stop();
});

/** What the page can look like, each with how to get there. */
const STATES = {
  empty: async () => {},
  ready: (page) => example(page, "All is well"),
  error: async (page) => {
    await example(page, "Registered under another name");
    await page.locator("#fix").getByText("What DX401 means").click();
    await page.getByRole("heading", { name: "Why DPS cares" }).waitFor();
  },
  locked: async (page) => {
    await page.locator("#choose").setInputFiles([fixture("device-1.pem"), fixture("device-1.encrypted.key")]);
    await page.getByLabel("Passphrase").waitFor();
  },
  certificate: async (page) => {
    await example(page, "A bag of everything");
    await page.locator("#picture button.box").first().click();
    await page.getByText("Its bytes, part by part").first().click();
    await page.getByRole("treeitem").first().focus();
  },
  explained: async (page) => {
    await example(page, "An intermediate is missing");
    await page.locator("#log .causes").waitFor();
  },
  configured: async (page) => {
    await example(page, "All is well");
    await page.getByRole("tab", { name: "Configuration" }).click();
    await page.locator("#configuration .code-box").first().waitFor();
  },
  packets: async (page) => {
    await example(page, "All is well");
    await page.getByRole("tab", { name: "Packets" }).click();
    await page.locator(".exchange .line").first().waitFor();
  },
  making: async (page) => {
    await page.locator("#generate > summary").click();
    await page.getByRole("button", { name: "Make them" }).click();
    await page.getByText(/^Made:/).waitFor();
  },
  everything: async (page) => {
    await example(page, "What openssl makes by default");
    await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
  },
};

for (const colorScheme of ["light", "dark"]) {
  for (const [state, reach] of Object.entries(STATES)) {
    test(`axe finds nothing: ${state}, ${colorScheme}`, async () => {
      const { page, context } = await open(browser, server.url, { colorScheme, reducedMotion: "reduce" });
      await reach(page);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
      const shown = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ").slice(0, 400)}`);
      await context.close();
      assert.deepEqual(shown, []);
    });
  }
}

test("nothing is wider than the window, from a phone to a wide screen", async () => {
  const folder = join(root, "target/page/screenshots");
  mkdirSync(folder, { recursive: true });
  for (const [width, height] of [[360, 740], [820, 1180], [1440, 900]]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const state of Object.keys(STATES)) {
        const { page, context } = await open(browser, server.url, { viewport: { width, height }, colorScheme });
        await STATES[state](page);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, `${state} at ${width}`);
        await page.screenshot({ path: join(folder, `${state}-${width}-${colorScheme}.png`), fullPage: true });
        await context.close();
      }
    }
  }
});

test("nothing that invites is cut, and what a log says comes before the fields", async () => {
  for (const [width, height] of [[360, 740], [768, 1024], [1440, 900]]) {
    const { page, context } = await open(browser, server.url, { viewport: { width, height } });
    const isCut = (id) => page.locator(id).evaluate((it) => it.scrollWidth > it.clientWidth || it.scrollHeight > it.clientHeight);
    assert.equal(await isCut("#anything"), false, `the field at ${width}`);
    await page.locator("#anything").fill(LOG);
    await page.locator("#anything").press("Enter");
    await page.locator("#log .causes").waitFor();
    assert.equal(await isCut("#anything"), false, `the field beside a log at ${width}`);
    assert.equal(await isCut("#tabs"), false, `the tabs at ${width}`);
    const [log, device] = await Promise.all(["#log", "#device"].map((id) => page.locator(id).boundingBox()));
    assert.ok(log.y < device.y, `the log at ${width}`);
    await context.close();
  }
});

/** Where the parts are that stand below each other, from the top. */
const order = (page, ids) => page.evaluate((all) => all.filter((id) => document.getElementById(id).checkVisibility()).sort((one, other) =>
  document.getElementById(one).getBoundingClientRect().top - document.getElementById(other).getBoundingClientRect().top), ids);

test("on a phone the answer, its picture and what to do come first, and a locked file's row before them", async () => {
  const { page, context } = await open(browser, server.url, { viewport: { width: 360, height: 740 } });
  const parts = ["files", "device", "verdict", "picture", "checks", "tabs"];
  await example(page, "The key of another device");
  assert.deepEqual(await order(page, parts), ["verdict", "picture", "tabs", "checks", "files", "device"]);
  await page.locator("#remove-all").click();
  await STATES.locked(page);
  await kind(page, "locked");
  assert.deepEqual((await order(page, parts)).slice(0, 3), ["verdict", "files", "picture"]);
  await context.close();
});

test("what stands over the rest on a phone is one bar, and nothing else moves for it", async () => {
  const { page, context } = await open(browser, server.url, { viewport: { width: 360, height: 740 }, reducedMotion: "reduce" });
  await example(page, "An intermediate is missing");
  const at = () => page.evaluate(() => [document.getElementById("verdict").offsetHeight, document.getElementById("tabs").getBoundingClientRect().top + scrollY, document.documentElement.scrollHeight]);
  const [high, ...before] = await at();
  await page.evaluate(() => scrollTo(0, 900));
  await kind(page, "stuck");
  const [low, ...after] = await at();
  assert.ok(low < 110 && low < high, `${low} of ${high}`);
  assert.deepEqual(after, before);
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator("#verdict:not(.stuck) .why").waitFor();
  assert.deepEqual(await at(), [high, ...before]);
  await context.close();
});

test("no name is broken letter by letter, and a log alone leaves no column empty", async () => {
  const { page, context } = await open(browser, server.url, { viewport: { width: 360, height: 740 } });
  await STATES.making(page);
  const heights = await page.locator(".files .name").evaluateAll((all) => all.map((one) => one.getClientRects()[0].height / parseFloat(getComputedStyle(one).fontSize)));
  assert.ok(heights.length === 8 && heights.every((lines) => lines < 3), `${heights}`);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator("#anything").fill(LOG);
  await page.locator("#anything").press("Enter");
  await page.locator("#log .causes").waitFor();
  const [verdict, log] = await Promise.all(["#verdict", "#log"].map((id) => page.locator(id).boundingBox()));
  assert.ok(log.width > 900 && log.x < verdict.x + 50 && log.y < 300, JSON.stringify({ verdict, log }));
  await context.close();
});

test("on paper nothing is folded, and all is as it was when it is printed", async () => {
  const { page, context } = await open(browser, server.url);
  await example(page, "What openssl makes by default");
  await page.emulateMedia({ media: "print" });
  const folded = () => page.evaluate(() => [...document.querySelectorAll("details:not([open])")].filter((one) => one.checkVisibility()).map((one) => one.textContent.trim().slice(0, 60)));
  const before = await folded();
  assert.notDeepEqual(before, []);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.deepEqual(await folded(), []);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.deepEqual(await folded(), before);
  await context.close();
});

test("in forced colours what is a box has a border, and axe finds nothing", async () => {
  const { page, context } = await open(browser, server.url, { forcedColors: "active" });
  await example(page, "An intermediate is missing");
  const bare = await page.evaluate(() => [...document.querySelectorAll(".verdict, .box, .finding, .pill, .announcement:not(:empty)")]
    .filter((one) => one.checkVisibility() && getComputedStyle(one).borderTopStyle === "none").map((one) => one.className));
  assert.deepEqual(bare, []);
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`), []);
  await context.close();
});

test("Lighthouse gives 100 for accessibility, best practices and SEO, on a phone and on a desktop", async () => {
  const port = 9_222 + Math.floor(Math.random() * 1000);
  const chrome = await chromium.launch({
    executablePath: chromiumPath(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", `--remote-debugging-port=${port}`],
  });
  try {
    for (const [form, config] of Object.entries({ mobile: undefined, desktop })) {
      // Lighthouse fetches robots.txt under the page's own policy, which by then forbids every connection.
      const { lhr } = await lighthouse(server.url, { port, output: "json", logLevel: "error", skipAudits: ["robots-txt"] }, config);
      const scores = Object.fromEntries(Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round((score ?? 0) * 100)]));
      const failed = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 1 && scoreDisplayMode === "binary").map(({ id }) => id);
      console.log(`Lighthouse, ${form}: ${JSON.stringify(scores)}; usable after ${Math.round(lhr.audits.interactive?.numericValue ?? 0)} ms`);
      assert.deepEqual([scores.accessibility, scores["best-practices"], scores.seo], [100, 100, 100], `${form}, failed: ${failed}`);
    }
  } finally {
    await chrome.close();
  }
});
