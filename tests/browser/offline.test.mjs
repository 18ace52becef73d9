/** The copy for use without a network: one version whole, only when it is asked for, and never two versions mixed. */

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { closed, codes, example, judged, launch, serve, site } from "./page.mjs";

const browser = await launch();
const folder = mkdtempSync(join(tmpdir(), "dps-x509-site-"));
cpSync(site, folder, { recursive: true });
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

test("a copy is kept when it is asked for, works without the server, and goes when it is told to", async () => {
  const server = await serve(folder);
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(server.url);
    await closed(page);
    assert.equal(await copies(page), 0, "a copy that nobody asked for");
    await keep(page);
    server.stop();
    await page.goto("about:blank");
    await page.goto(server.url);
    await closed(page);
    await example(page, "Registered under another name");
    await judged(page);
    assert.ok((await codes(page)).includes("DX401"));
    await page.locator("#forget-copy").click();
    await page.locator("#keep-copy").waitFor();
    assert.equal(await copies(page), 0);
  } finally {
    await context.close();
    server.stop();
  }
});

test("a newer version waits whole until it is taken, and one that does not come whole is none", async () => {
  const server = await serve(folder);
  const context = await browser.newContext();
  const page = await context.newPage();
  const title = () => page.title();
  try {
    await page.goto(server.url);
    await closed(page);
    await keep(page);
    const old = await title();
    const script = /src="(main-[0-9a-f]+\.js)"/.exec(readFileSync(join(folder, "index.html"), "utf8"))[1];

    change((text) => text.replace("<title>", "<title>Newer "));
    // Of this version one file is missing: nothing of it may be shown.
    const whole = readFileSync(join(folder, script));
    unlinkSync(join(folder, script));
    await page.reload();
    await closed(page);
    await page.waitForFunction(async () => !(await navigator.serviceWorker.getRegistration())?.installing);
    assert.equal(await title(), old);
    assert.equal(await page.locator("#newer button").count(), 0);

    writeFileSync(join(folder, script), whole);
    change((text) => text.replace("<title>Newer ", "<title>Newest "));
    await page.reload();
    await closed(page);
    await page.waitForFunction(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting));
    await page.reload();
    await page.locator("#newer", { hasText: "A newer version" }).waitFor();
    assert.equal(await title(), old, "what is new is shown before it is taken");
    await page.locator("#newer").getByRole("button", { name: "Take it" }).click();
    await page.waitForFunction(() => document.title.startsWith("Newest "));
    await closed(page);
    assert.equal(await copies(page), 1);
  } finally {
    await context.close();
    server.stop();
  }
});

async function keep(page) {
  await page.locator("#keep-copy").click();
  await page.locator("#forget-copy").waitFor({ timeout: 30_000 });
  assert.equal(await copies(page), 1);
}

function copies(page) {
  return page.evaluate(async () => (await caches.keys()).length);
}

/** Publishes another version: another page, and what its service worker is made of. */
function change(edit) {
  const page = join(folder, "index.html");
  writeFileSync(page, edit(readFileSync(page, "utf8")));
  const worker = join(folder, "service-worker.js");
  writeFileSync(worker, readFileSync(worker, "utf8").replace(/(\$\{PREFIX\})[0-9a-f]+/, (_, prefix) => `${prefix}${Math.floor(Math.random() * 1e9).toString(16).padStart(8, "0")}`));
}
