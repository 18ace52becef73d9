/** Flows of the page: each is tried on the site, and on the single file from disk. */

import { after, before, describe, test } from "node:test";
import { assertQuiet, closed, launch, open, serve, singleFile } from "./page.mjs";

/**
 * @typedef {object} Flows
 * @property {(name: string, run: (page: import("playwright-core").Page) => Promise<void>) => void} flow a test that
 *   starts with the page as it is first opened, and ends with nothing on the console and no request
 * @property {string} url
 * @property {() => void} forgiveRequests those so far were meant to be
 * @property {() => void} forgiveErrors those on the console so far were meant to be
 */

/**
 * @param {("site" | "single file")[]} pages
 * @param {(flows: Flows) => void} define
 * @returns {Promise<{ browser: import("playwright-core").Browser, url: string }>} the browser, and the site's address
 */
export async function onPages(pages, define) {
  const browser = await launch();
  const server = await serve();
  after(async () => {
    await browser.close();
    server.stop();
  });
  const urls = { site: server.url, "single file": singleFile };
  for (const what of pages) {
    const url = urls[what];
    describe(what, () => {
      let at;
      before(async () => {
        at = await open(browser, url);
      });
      after(async () => {
        await assertQuiet(at);
        await at.context.close();
      });
      const forgiveRequests = () => { at.seen.requests.length = 0; };
      const forgiveErrors = () => { at.seen.errors.length = 0; };
      const flow = (name, run) => test(name, async () => {
        // A hash of the flow before must not be looked at again.
        await at.page.goto("about:blank");
        await at.page.goto(url);
        await closed(at.page);
        forgiveRequests();
        forgiveErrors();
        try {
          await run(at.page);
        } finally {
          await at.page.unrouteAll();
        }
        await assertQuiet(at);
      });
      define({ flow, url, forgiveRequests, forgiveErrors });
    });
  }
  return { browser, url: server.url };
}
