/** Doors: how files, texts, settings and links come in, and what is missing. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onPages } from "./flow.mjs";
import { LOG, choose, closed, codes, example, fixture, fixtureText, judged, kind, pick } from "./page.mjs";

await onPages(["site", "single file"], ({ flow, url, forgiveRequests }) => {
  flow("every sample gives the same answer through every door", async (page) => {
    const samples = {
      certificate: [fixtureText("device-1.pem"), "#files-body .name:text-matches('pasted|sample')"],
      key: [fixtureText("two-names.key"), "#files-body .kind:has-text('its certificate is not here yet')"],
      "encrypted key": [fixtureText("device-1.encrypted.key"), "#files-body .passphrase"],
      "damaged certificate": [fixtureText("device-1.pem").replaceAll("-----", "–––––"), "#fix .code:text('DX222')"],
      "strings of a program": [fixtureText("device-1.pem").replace(/^.*$/gm, (line) => line && `"${line}\\n"`), "#files-body .kind:has-text('leaf: device-1')"],
      log: [LOG, "#log .code:text('DX707')"],
      code: ["401002", "#log .code:text('DX707')"],
      "log of another program": ["10:00:01 postgres[88]: LOG:  checkpoint starting: time\n10:00:05 postgres[88]: LOG:  checkpoint complete\n", "#log:has-text('Nothing in this text is known')"],
      question: ["what does it want from me?", "#log:has-text('Nothing in this text is known')"],
    };
    const folder = mkdtempSync(join(tmpdir(), "dps-x509-door-"));
    const doors = {
      typed: async (text) => {
        await page.locator("#anything").fill(text);
        await page.locator("#anything").press("Enter");
      },
      pasted: (text) => page.evaluate((given) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", given);
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, text),
      "dragged text": (text) => page.evaluate((given) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData("text/plain", given);
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      }, text),
      "dropped file": (text) => page.evaluate((given) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([given], "sample.txt"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      }, text),
      "chosen folder": async (text) => {
        writeFileSync(join(folder, "sample.txt"), text);
        await page.locator("#choose-all").setInputFiles(folder);
      },
      chosen: (text) => choose(page, { name: "sample.txt", mimeType: "text/plain", buffer: Buffer.from(text) }),
    };
    for (const [sample, [text, answer]] of Object.entries(samples)) {
      const verdicts = new Set();
      for (const [door, bring] of Object.entries(doors)) {
        await bring(text);
        await page.locator(answer).first().waitFor({ state: "attached" }).catch(() => assert.fail(`${sample}, ${door}`));
        await judged(page);
        verdicts.add(await page.locator("#verdict .sentence").textContent());
        await page.locator("#remove-all").click();
        await page.locator("#start").waitFor();
      }
      assert.equal(verdicts.size, 1, `${sample}: ${[...verdicts]}`);
    }
    rmSync(folder, { recursive: true });
    await page.locator("#anything").fill("dx436");
    await page.locator("#anything").press("Enter");
    await page.locator("#dialog[open]", { hasText: "What it is" }).waitFor();
  });

  flow("a server's answer that was kept as a certificate is no log", async (page) => {
    await choose(page, { name: "device.pem", mimeType: "application/x-pem-file", buffer: Buffer.from(LOG) });
    await page.locator("#fix .code:text('DX209')").first().waitFor({ state: "attached" });
    await judged(page);
    assert.equal(await page.locator("#log .code").count(), 0);
  });

  flow("files sort themselves, are moved by hand, and what is missing is a row", async (page) => {
    await choose(page, [fixture("full-chain.pem"), fixture("device-1.key"), fixture("root.pem"), fixture("server-root-g2.pem")]);
    await page.locator("#files-body li", { hasText: "device-1.key" }).filter({ hasText: "belongs to device-1" }).waitFor();
    await page.getByLabel("What root.pem is").selectOption({ label: "CA file of the client" });
    await page.locator("#fix .code", { hasText: "DX481" }).waitFor();
    await page.locator("#remove-all").click();
    await choose(page, [fixture("device-1.pem")]);
    // Every certificate is called alike, whether it is here or not; its whole name is beside it.
    await page.locator("#files-body .missing .name", { hasText: /^Example Intermediate$/ }).waitFor();
    await page.locator('#picture .box.absent[title="CN=Example Intermediate"] strong', { hasText: /^Example Intermediate$/ }).waitFor();
    await page.locator(".sending .added", { hasText: /^\+ Example Intermediate, unless/ }).waitFor();
    await page.locator("#files-body .missing", { hasText: "The device's key" }).waitFor();
    await choose(page, [fixture("device-1.pem")]);
    await page.locator("#files-body .name", { hasText: "device-1.pem (2)" }).waitFor();
  });

  flow("what a client does not read is told, and comes repaired", async (page) => {
    await choose(page, { name: "device.pem", mimeType: "text/plain", buffer: Buffer.from(fixtureText("device-1.pem").replaceAll("-----", "–––––")) });
    await kind(page, "refused");
    await page.locator("#verdict", { hasText: /cannot read this file.*repaired file is under Fix/ }).waitFor();
    assert.ok((await codes(page)).includes("DX222"));
  });

  flow("settings come from the files, say so, and are checked against them", async (page) => {
    await choose(page, [fixture("full-chain.pem")]);
    await page.locator("#registrationId-source", { hasText: "from the certificate" }).waitFor();
    const id = page.getByLabel("Registration ID", { exact: true });
    assert.equal(await id.inputValue(), "device-1");
    await id.fill("device-2");
    await page.keyboard.press("Tab");
    await page.locator("#fix .code", { hasText: "DX401" }).waitFor();
    await id.fill("device 2");
    await page.keyboard.press("Tab");
    await page.locator("#device-trouble .notice").waitFor();
    assert.equal(await id.getAttribute("aria-invalid"), "true");
    await id.fill("device-1");
    await page.getByLabel("Judged at").fill("2040-01-01");
    await page.keyboard.press("Tab");
    await page.locator("#fix .code", { hasText: "DX411" }).first().waitFor();
  });

  flow("a locked file asks for its passphrase in its row", async (page) => {
    await choose(page, [fixture("device-1.pem"), fixture("device-1.encrypted.key")]);
    await kind(page, "locked");
    // A lock is a state: nothing has failed, and the key is not missing.
    await page.locator("#picture .box", { hasText: "locked" }).waitFor();
    assert.equal(await page.locator("#checks li.failed").count(), 0);
    await page.getByLabel("Passphrase").fill("wrong");
    await page.keyboard.press("Tab");
    await page.locator("#fix .code", { hasText: "DX305" }).waitFor();
    await page.getByLabel("Passphrase").fill("example");
    await page.keyboard.press("Tab");
    await page.locator("#fix .code", { hasText: "DX305" }).waitFor({ state: "detached" });
    await page.locator("#files-body li", { hasText: "belongs to device-1" }).waitFor();
  });

  flow("a link carries the settings and no file, and says what is strange in it", async (page) => {
    await example(page, "All is well");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
    await page.getByRole("button", { name: /Copy a link/ }).click();
    await page.getByText("The link is copied.").waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const told = new URLSearchParams(new URL(link).hash.slice(1));
    assert.deepEqual([told.get("registrationId"), told.get("idScope")], ["device-1", "0ne00111111"]);
    assert.ok(!link.includes("BEGIN") && link.length < 300);
    await page.goto("about:blank");
    await page.goto(`${url}#idScope=0ne00111111&endpoint=evil.example&at=2040-01-01`);
    await closed(page);
    await page.locator("#told", { hasText: "evil.example" }).waitFor();
    await page.locator("#told").getByRole("button", { name: "Clear" }).click();
    await choose(page, fixture("device-1.pem"));
    await judged(page);
    assert.equal(await page.getByLabel("ID scope").inputValue(), "0ne00111111");
    assert.equal(await page.getByLabel("Judged at").inputValue(), "");
    await page.goto("about:blank");
    await page.goto(`${url}#DX436`);
    await page.locator("#dialog[open]", { hasText: "Why DPS cares" }).waitFor();
    await closed(page);
    forgiveRequests();
  });

  flow("a link leads to a check, and to what it has found", async (page) => {
    await page.goto("about:blank");
    await page.goto(`${url}#check=key`);
    await page.locator("#told", { hasText: "leads to a check" }).waitFor();
    await closed(page);
    forgiveRequests();
    const focused = (page_, id) => page_.waitForFunction((it) => document.activeElement?.id === it || document.activeElement?.getAttribute("data-code") === it, id);
    await choose(page, [fixture("full-chain.pem"), fixture("two-names.key")]);
    await focused(page, "DX303");
    await page.evaluate(() => { location.hash = "#check=name"; });
    await focused(page, "check-name");
    await page.locator("#check-key").click();
    await focused(page, "DX303");
    assert.match(page.url(), /#check=key$/);
  });

  flow("everything is reached by keyboard alone", async (page) => {
    await page.keyboard.press("?");
    await page.locator("#dialog[open]", { hasText: "to the field" }).waitFor();
    await page.keyboard.press("Escape");
    const reach = async (name) => {
      for (let step = 0; step < 120; step += 1) {
        await page.keyboard.press("Tab");
        if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === name) return;
      }
      assert.fail(`"${name}" is not reached`);
    };
    await reach("Registered under another name");
    await page.keyboard.press("Enter");
    await page.locator("#fix .code", { hasText: "DX401" }).waitFor();
    await reach("What DX401 means");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Why DPS cares" }).waitFor();
    await reach("Copy as Markdown");
    await reach("Make test certificates");
    await page.keyboard.press("Escape");
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
    await page.keyboard.press("2");
    assert.equal(await page.getByRole("tab", { name: "Configuration" }).getAttribute("aria-selected"), "true");
  });

  flow("hostile files are looked at, and the page goes on working", async (page) => {
    const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(buffer) });
    await choose(page, [
      file("<img src=x onerror=alert(1)>.pem", "-----BEGIN CERTIFICATE-----\n<script>alert(1)</script>\n-----END CERTIFICATE-----\n"),
      file("nested.der", Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from([0x30, 0x83, 0xff, 0xff, 0xff])))),
      file("noise.bin", Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7919) & 0xff))),
      file("empty.pem", ""),
    ]);
    await page.locator("#fix .finding").first().waitFor();
    assert.equal(await page.locator("img, script:not([type=module], [type='application/gzip'])").count(), 0);
    await page.locator("#remove-all").click();
    await choose(page, [fixture("full-chain.pem"), fixture("device-1.key"), fixture("root.pem")]);
    await judged(page);
    await pick(page.getByLabel("Individual", { exact: true }));
    await kind(page, "ready");
    await choose(page, file("empty.pem", ""));
    await page.locator("#files-body .name", { hasText: "empty.pem" }).waitFor();
    await judged(page);
    assert.match(await page.locator("#verdict .sentence").textContent(), /Ready|Nothing wrong/);
  });
});
