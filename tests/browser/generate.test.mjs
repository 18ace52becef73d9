/** Test certificates that are made on the page. */

import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { onPages } from "./flow.mjs";
import { choose, codes, fixture, fixtureText, judged, kind } from "./page.mjs";

await onPages(["site", "single file"], ({ flow }) => {
  flow("test certificates are made here, are ready, and no key is shown", async (page) => {
    await makeOpen(page);
    await page.getByLabel("The device's registration ID").fill("made-here");
    await page.getByRole("button", { name: "Make them" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download device-key.pem", exact: true }).click(),
    ]);
    const key = readFileSync(await download.path(), "utf8");
    assert.equal(createPrivateKey(key).asymmetricKeyDetails.namedCurve, "prime256v1");
    await page.getByRole("button", { name: "Look at them here" }).click();
    await kind(page, "ready");
    assert.deepEqual(await codes(page), []);
    assert.equal(await page.getByLabel("Registration ID", { exact: true }).inputValue(), "made-here");
    assert.ok(!(await page.content()).includes(key.split("\n")[2].slice(0, 24)));
  });

  flow("making an RSA key is told, and can be stopped", async (page) => {
    await makeOpen(page);
    await page.getByLabel("What to make").selectOption("chain");
    await page.getByLabel("Kind of keys").selectOption("rsa4096");
    await page.getByLabel("Number of devices").fill("50");
    await page.getByRole("button", { name: "Make them" }).click();
    await page.getByText(/the browser is making an RSA key/i).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped; nothing was made.").waitFor();
  });

  flow("a device is made below a CA of the files, and a CA is proved", async (page) => {
    await choose(page, ["root.pem", "root.key", "intermediate.pem", "intermediate.key"].map(fixture));
    await judged(page);
    await makeOpen(page);
    await page.getByLabel("What to make").selectOption("device");
    await page.getByLabel("The CA's certificate").selectOption("intermediate.pem");
    await page.getByLabel("The CA's private key").selectOption("root.key");
    await page.getByRole("button", { name: "Make them" }).click();
    await page.locator("#make").getByRole("alert").filter({ hasText: /key/ }).waitFor();
    await page.getByLabel("The CA's private key").selectOption("intermediate.key");
    await page.getByRole("button", { name: "Make them" }).click();
    await page.getByText(/^Made: 3 files/).waitFor();
    await page.getByLabel("What to make").selectOption("verification");
    await page.getByLabel("The CA's certificate").selectOption("root.pem");
    await page.getByLabel("The CA's private key").selectOption("root.key");
    await page.getByLabel("Verification code").fill("75B86466DA34D2B04C0C4C9557A119687ADAE7D4732BDDB3");
    await page.getByRole("button", { name: "Make them" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download verification.pem" }).click(),
    ]);
    const proof = new X509Certificate(readFileSync(await download.path()));
    assert.equal(proof.subject, "CN=75B86466DA34D2B04C0C4C9557A119687ADAE7D4732BDDB3");
    assert.ok(proof.verify(new X509Certificate(fixtureText("root.pem")).publicKey));
  });
});

async function makeOpen(page) {
  await page.locator("#generate > summary").click();
}
