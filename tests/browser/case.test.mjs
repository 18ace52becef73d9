/** The cases of the core's tests, played in Chromium through the package that the page carries. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { after, test } from "node:test";
import { cases, native } from "../../crate/web/npm/test/folders.mjs";
import { fixture, launch, root, serve } from "./page.mjs";

const browser = await launch();
const server = await serve();
after(async () => {
  await browser.close();
  server.stop();
});

const page = await browser.newPage();
await page.route("**/cases/*", (route) => {
  const name = new URL(route.request().url()).pathname.split("/").at(-1);
  if (name === "empty.html") return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
  if (name === "cases.mjs") {
    const body = readFileSync(join(root, "crate/web/npm/test/cases.mjs"), "utf8");
    return route.fulfill({ contentType: "text/javascript", body });
  }
  return route.fulfill({ body: readFileSync(fixture(name)) });
});
// The package as it was built; the page has it in one script.
await page.route("**/package/**", (route) => {
  const path = new URL(route.request().url()).pathname.replace(/^.*\/package\//, "");
  const contentType = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" }[extname(path)];
  return route.fulfill({ contentType, body: readFileSync(join(root, "crate/web/npm/dist", path)) });
});
await page.goto(`${server.url}cases/empty.html`);

for (const kind of ["check", "session"]) {
  const all = cases(kind);
  test(`${all.length} cases of ${kind} as they go natively`, async () => {
    const expected = native(kind);
    for (const [name, { expected: _, ...one }] of all) {
      const found = await page.evaluate(play, { kind, one });
      assert.deepEqual(found, expected[name], name);
    }
  });
}

/** Runs in the page. */
async function play({ kind, one }) {
  const [api, cases] = await Promise.all([import("/package/esm/index.js"), import("/cases/cases.mjs")]);
  const fixture = async (name) => new Uint8Array(await (await fetch(`/cases/${name}`)).arrayBuffer());
  return kind === "check" ? cases.check(api, one, fixture) : cases.play(api, one);
}
