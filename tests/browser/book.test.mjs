/** The book: its search finds what people paste into one, from a server and from disk, and it reaches nobody. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { launch, serve, site } from "./page.mjs";

const browser = await launch();
const server = await serve();
after(async () => {
  await browser.close();
  server.stop();
});

/** What is typed, and where its first result leads. */
const FIRST = {
  DX401: "explain/DX401/",
  dx511: "explain/DX511/",
  401002: "explain/401002/",
  "X509_check_private_key:key values mismatch": "explain/DX303/",
  "SSL certificate problem: unable to get local issuer certificate": "explain/DX506/",
  "tlsv1 alert unknown ca": "explain/DX511/",
  "Proxy Authentication Required": "explain/DX532/",
  "rotate a CA": "book/rotate-a-ca/",
  kubernetes: "book/kubernetes/",
  "coming from azure-iot-device": "book/coming-from-azure-iot-device/",
};

for (const [place, start] of [["a server", server.url], ["disk", pathToFileURL(`${site}/`).href]]) {
  // A server gives a folder its page, a disk does not.
  const page = place === "disk" ? "index.html" : "";

  test(`from ${place}, the first result is the page about it`, async () => {
    const { tab, requests, errors } = await open(`${start}book/search/${page}`);
    for (const [typed, expected] of Object.entries(FIRST)) {
      await tab.getByRole("searchbox").fill(typed);
      const href = await tab.locator("#found a").first().evaluate((link) => link.href);
      assert.ok(href.slice(start.length).startsWith(expected), `${typed}: ${href}`);
      assert.match(await tab.locator("#told").textContent(), /page/);
    }
    await tab.getByRole("searchbox").fill("qzxwv");
    assert.equal(await tab.locator("#told").textContent(), "Nothing found.");
    assert.equal(await tab.locator("#found a").count(), 0);
    await tab.getByRole("searchbox").fill('<img src=x onerror="self.broken = 1"> [a](b)');
    assert.equal(await tab.evaluate(() => self.broken), undefined);
    assert.deepEqual([requests.filter((url) => !url.startsWith(start)), errors], [[], []]);
    await tab.context().close();
  });

  test(`from ${place}, an address has the words, and a result leads to its place`, async () => {
    const { tab } = await open(`${start}book/search/${page}#${encodeURIComponent("server-names hubs allocation")}`);
    assert.equal(await tab.getByRole("searchbox").inputValue(), "server-names hubs allocation");
    const link = tab.locator("#found a").first();
    const href = await link.evaluate((one) => one.href);
    assert.match(href, /book\/emulator\/#/);
    if (place === "a server") {
      await link.click();
      await tab.waitForURL(href);
      assert.ok(await tab.evaluate(() => document.querySelector(":target") !== null), href);
      await tab.getByRole("link", { name: "Search" }).click();
      await tab.waitForURL(/book\/search\/$/);
    }
    await tab.context().close();
  });
}

test("no other page of the book runs a script, and the search is for everybody", async () => {
  const { tab } = await open(`${server.url}book/search/#proxy`);
  await tab.locator("#found a").first().waitFor();
  const { violations } = await new AxeBuilder({ page: tab }).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.length]), []);
  for (const path of ["book/", "explain/", "explain/DX401/"]) {
    await tab.goto(server.url + path);
    assert.equal(await tab.locator("script").count(), 0, path);
  }
  await tab.context().close();
});

/** A page, with what it asked for and what went wrong in it. */
async function open(url) {
  const tab = await (await browser.newContext()).newPage();
  const requests = [];
  const errors = [];
  tab.on("request", (request) => requests.push(request.url()));
  tab.on("pageerror", (error) => errors.push(error.message));
  tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await tab.goto(url);
  return { tab, requests, errors };
}
