/** The cases of the core's tests, played in Chromium through the package that the page carries. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
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
await page.goto(`${server.url}cases/empty.html`);

for (const kind of ["check", "session"]) {
  const folder = join(root, "tests/case", kind);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  test(`${names.length} cases of ${kind}`, async () => {
    assert.ok(names.length > 20);
    for (const name of names) {
      const { expected, ...one } = JSON.parse(readFileSync(join(folder, name), "utf8"));
      const found = await page.evaluate(play, { kind, one });
      assert.deepEqual(found, expected, name);
    }
  });
}

/** Runs in the page. */
async function play({ kind, one }) {
  const [api, cases] = await Promise.all([import("/package/esm/index.js"), import("/cases/cases.mjs")]);
  const fixture = async (name) => new Uint8Array(await (await fetch(`/cases/${name}`)).arrayBuffer());
  return kind === "check" ? cases.check(api, one, fixture) : cases.play(api, one);
}
