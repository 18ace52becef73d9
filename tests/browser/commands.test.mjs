/** Commands stand out wherever a sentence of the catalogue is shown. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { onPages } from "./flow.mjs";
import { LOG, choose, example, judged } from "./page.mjs";

const text = (name, content) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });

/** How to get to sentences with commands in them, and where each is to be seen as one. */
const PLACES = {
  "what to do next": [(page) => choose(page, text("id_ed25519.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCEbNmCcNfwXHbxmdgdAdVlxdmdVCRxdmdVCRxdmdVC me@here\n")),
    "#fix .next code", /^openssl req -x509 /],
  "what is wrong": [(page) => example(page, "What openssl makes by default"), "#fix .finding > p:not(.next) code", /^openssl req -x509$/],
  "the verdict's reason": [(page) => example(page, "What openssl makes by default"), "#verdict .why code", /^openssl req -x509$/],
  "causes of a log": [async (page) => {
    await page.locator("#anything").fill(LOG);
    await page.locator("#anything").press("Enter");
    await page.locator("#log .causes").waitFor();
  }, "#log .causes .next code", /^(cat|openssl|az) /],
};

await onPages(["site", "single file"], ({ flow }) => {
  for (const [place, [reach, code, command]] of Object.entries(PLACES)) {
    flow(`commands are shown as code: ${place}`, async (page) => {
      await reach(page);
      await judged(page);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
      const shown = await page.locator(code).allTextContents();
      assert.ok(shown.some((one) => command.test(one)), `${shown}`);
      assert.doesNotMatch(await page.locator("#screen").innerText(), /`/);
    });
  }

  flow("what somebody else wrote is no command", async (page) => {
    await choose(page, text("device.pem", self("`id`")));
    await page.getByLabel("Registration ID", { exact: true }).fill("another");
    await page.keyboard.press("Tab");
    await page.locator("#fix .finding > p", { hasText: 'CN is "`id`"' }).waitFor();
    assert.equal(await page.locator("#fix code", { hasText: /^id$/ }).count(), 0);
  });
});

/** A self-signed certificate. @param {string} name its CN */
function self(name) {
  const openssl = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null", "-subj", `/CN=${name}`, "-addext", "basicConstraints=critical,CA:FALSE"];
  return execFileSync("openssl", openssl, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
