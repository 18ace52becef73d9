/** Every flow of the page, on the site and on the single file from disk. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertQuiet, closed, codes, example, fixture, fixtureText, judged, launch, open, serve, singleFile } from "./page.mjs";

const browser = await launch();
const server = await serve();
after(async () => {
  await browser.close();
  server.stop();
});

/** Made once for both pages. */
let made;

const LOG = '{"errorCode":401002,"trackingId":"x","message":"CA certificate not found.","timestampUtc":"2026-11-23T00:00:00Z"}';

for (const [what, url] of [["site", server.url], ["single file", singleFile]]) {
  describe(what, () => {
    let at;
    before(async () => {
      at = await open(browser, url);
    });
    after(async () => {
      await assertQuiet(at);
      await at.context.close();
    });
    const flow = (name, run) => test(name, async () => {
      // A hash of the flow before must not be looked at again.
      await at.page.goto("about:blank");
      await at.page.goto(url);
      await closed(at.page);
      at.seen.requests.length = 0;
      at.seen.errors.length = 0;
      try {
        await run(at.page);
      } finally {
        await at.page.unrouteAll();
      }
      await assertQuiet(at);
    });
    const kind = (page, expected) => page.locator(`#verdict.${expected}`).waitFor();
    const choose = (page, files) => page.locator("#choose").setInputFiles(files);

    flow("stories and examples come with one click, and each says what it is for", async (page) => {
      const verdicts = {
        "All is well": ["ready", []],
        "Cut out of a C header": ["doubtful", ["DX431"]],
        "Registered under another name": ["refused", ["DX401"]],
        "An intermediate is missing": ["refused", ["DX436"]],
        "The own root as CA file": ["refused", ["DX481"]],
        "The key of another device": ["refused", ["DX303"]],
        "What openssl makes by default": ["doubtful", ["DX423"]],
      };
      for (const [title, [verdict, expected]] of Object.entries(verdicts)) {
        await example(page, title);
        await kind(page, verdict);
        const shown = await codes(page);
        for (const code of expected) assert.ok(shown.includes(code), `${title}: ${shown}`);
        if (expected.length === 0) assert.deepEqual(shown, []);
      }
    });

    flow("every sample gives the same answer through every door", async (page) => {
      const samples = {
        certificate: [fixtureText("device-1.pem"), "#files-body .name:text-matches('pasted|sample')"],
        key: [fixtureText("two-names.key"), "#files-body .kind:has-text('belongs to no certificate here')"],
        log: [LOG, "#log .code:text('DX707')"],
        code: ["401002", "#log .code:text('DX707')"],
      };
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
      await page.locator("#anything").fill("dx436");
      await page.locator("#anything").press("Enter");
      await page.locator("#dialog[open]", { hasText: "What it is" }).waitFor();
    });

    flow("files sort themselves, are moved by hand, and what is missing is a row", async (page) => {
      await choose(page, [fixture("full-chain.pem"), fixture("device-1.key"), fixture("root.pem"), fixture("server-root-g2.pem")]);
      await page.locator("#files-body li", { hasText: "device-1.key" }).filter({ hasText: "belongs to device-1" }).waitFor();
      await page.getByLabel("What root.pem is").selectOption({ label: "CA file of the client" });
      await page.locator("#fix .code", { hasText: "DX481" }).waitFor();
      await page.locator("#remove-all").click();
      await choose(page, [fixture("device-1.pem")]);
      await page.locator("#files-body .missing", { hasText: "CN=Example Intermediate" }).waitFor();
      await page.locator("#files-body .missing", { hasText: "The device's key" }).waitFor();
      await choose(page, [fixture("device-1.pem")]);
      await page.locator("#files-body .name", { hasText: "device-1.pem (2)" }).waitFor();
    });

    flow("ready is said only when everything is known", async (page) => {
      await choose(page, [fixture("full-chain.pem"), fixture("root.pem")]);
      await kind(page, "incomplete");
      await page.locator("#verdict", { hasText: "the key" }).waitFor();
      await choose(page, [fixture("device-1.key")]);
      await page.locator("#verdict", { hasText: "the enrollment" }).waitFor();
      await page.getByLabel("Group", { exact: true }).check({ force: true });
      await page.locator("#verdict", { hasText: "CA" }).waitFor();
      await page.getByLabel("What root.pem is").selectOption({ label: "uploaded to the group" });
      await kind(page, "ready");
      await page.locator("#verdict", { hasText: "Ready for the enrollment group" }).waitFor();
      await page.locator("#remove-all").click();
      await choose(page, [fixture("full-chain.pem"), fixture("two-names.key")]);
      await kind(page, "refused");
    });

    flow("a link is whole only where a signature was computed", async (page) => {
      await example(page, "All is well");
      assert.deepEqual(await page.locator("#picture ol").first().locator(".link").evaluateAll((all) => all.map(({ className }) => className)), ["link signed", "link signed", "link signed"]);
      await example(page, "The key of another device");
      await page.locator("#picture .link.broken button").first().click();
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-code")), "DX303");
      await example(page, "An intermediate is missing");
      await page.locator("#picture .box.absent", { hasText: "Example Intermediate" }).waitFor();
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
      await page.getByLabel("Passphrase").fill("wrong");
      await page.keyboard.press("Tab");
      await page.locator("#fix .code", { hasText: "DX305" }).waitFor();
      await page.getByLabel("Passphrase").fill("example");
      await page.keyboard.press("Tab");
      await page.locator("#fix .code", { hasText: "DX305" }).waitFor({ state: "detached" });
      await page.locator("#files-body li", { hasText: "belongs to device-1" }).waitFor();
    });

    flow("nothing unfolded is lost and no focus falls when results are drawn again", async (page) => {
      await example(page, "Registered under another name");
      await page.locator("#fix").getByText("What DX401 means").click();
      await page.getByRole("heading", { name: "Why DPS cares" }).waitFor();
      await page.getByLabel("ID scope").fill("0ne00111111");
      await page.keyboard.press("Tab");
      await page.locator("#fix details[open]", { hasText: "What DX401 means" }).waitFor();
      const select = page.getByLabel("What device-full-chain.pem is");
      await select.focus();
      await select.selectOption("device-chain");
      await judged(page);
      await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "What device-full-chain.pem is");
    });

    flow("a certificate's parts go with its bytes", async (page) => {
      await example(page, "All is well");
      await page.locator("#picture button.box", { hasText: "device-1" }).first().click();
      await page.locator("#dialog").getByText("Its bytes, part by part").click();
      const tree = page.getByRole("tree").first();
      await tree.getByRole("treeitem").first().focus();
      for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowDown");
      const selected = tree.locator('[aria-selected="true"]');
      assert.equal(await selected.count(), 1);
      assert.ok((await page.locator(".der-bytes .on").count()) > 0);
      assert.equal(await selected.evaluate((item) => item === document.activeElement), true);
    });

    flow("repaired files and reports come as files, and no key is in them", async (page) => {
      await choose(page, [fixture("wrong-order.pem"), fixture("two-names.key")]);
      const key = fixtureText("two-names.key").split("\n")[2];
      await page.getByText("Repaired and ready files").click();
      const taken = async (button) => {
        const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
        return readFileSync(await download.path(), "utf8");
      };
      const json = await taken(page.getByRole("button", { name: "Save JSON" }));
      assert.equal(JSON.parse(json).chain.leaf, "CN=device-1");
      const markdown = await taken(page.getByRole("button", { name: "Save Markdown" }));
      assert.match(markdown, /DX432|order/);
      for (const text of [json, markdown, await page.content()]) assert.ok(!text.includes(key.slice(0, 24)));
      await choose(page, [fixture("root.pem")]);
      const chain = await taken(page.getByRole("button", { name: "Download device-full-chain.pem" }));
      assert.equal(chain, fixtureText("full-chain.pem"));
    });

    flow("a chain with a link missing is not offered as whole", async (page) => {
      await choose(page, [fixture("device-1.pem")]);
      await judged(page);
      assert.equal(await page.getByText("device-full-chain.pem").locator("visible=true").filter({ has: page.locator("button") }).count(), 0);
      await page.locator(".sending .added", { hasText: "Example Intermediate" }).waitFor();
    });

    flow("configurations are there for every client, and as an archive", async (page) => {
      await example(page, "All is well");
      await page.getByRole("tab", { name: "Configuration" }).click();
      await page.getByText("Paths on the device, names in Azure").click();
      await page.getByLabel("Name of the DPS instance").fill("my-dps");
      await page.getByLabel("Resource group").fill("my-group");
      await page.keyboard.press("Tab");
      const clients = page.locator("#configuration input[name=client]");
      const targets = await clients.evaluateAll((all) => all.map(({ value }) => value));
      assert.ok(targets.length >= 25, `${targets.length} targets`);
      for (const target of targets) {
        await page.locator(`#configuration input[value="${target}"]`).check({ force: true });
        await page.getByRole("button", { name: `Download as ${target}.zip` }).waitFor();
      }
      await page.getByLabel("Find a client").fill("paho");
      await page.locator('#configuration input[value="paho"]').check({ force: true });
      await page.locator("#configuration .code-box", { hasText: "0ne00111111" }).first().waitFor();
      await page.getByLabel("ID scope").fill("");
      await page.keyboard.press("Tab");
      await page.locator("#configuration .code-box mark").first().waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: /every client \(zip\)/ }).click(),
      ]);
      const zip = readFileSync(await download.path());
      assert.equal(zip.readUInt32LE(0), 0x04034b50);
      assert.ok(zip.readUInt16LE(zip.length - 12) > targets.length, "files in the archive");
    });

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

    flow("a log is explained, alone and with the files", async (page) => {
      await page.locator("#anything").fill(LOG);
      await page.locator("#anything").press("Enter");
      await page.locator("#log .code", { hasText: "DX707" }).waitFor();
      await page.locator("#log mark").waitFor({ state: "attached" });
      await page.locator("#log .ladder .broken", { hasText: "registration" }).waitFor();
      await page.locator("#log .causes > li.open").first().waitFor();
      await choose(page, fixture("device-1.pem"));
      await page.locator("#log .causes > li.in-files", { hasText: "DX431" }).waitFor();
    });

    flow("the conversation has this device's packets", async (page) => {
      await example(page, "All is well");
      await page.getByRole("tab", { name: "Packets" }).click();
      await page.locator(".exchange .line", { hasText: "0ne00111111/registrations/device-1" }).waitFor();
      await page.locator(".exchange .line", { hasText: "iotdps-register" }).waitFor();
      assert.ok((await page.locator(".exchange > li.from-service").count()) >= 5);
    });

    // The single file loads nothing, and has no module of its own to hold back.
    if (what === "site") {
      flow("files are looked at before everything is loaded", async (page) => {
        let release;
        const isReleased = new Promise((resolve) => { release = resolve; });
        await page.route(/\/(complete|session|generation)-[0-9a-f]+\.wasm$/, (route) => isReleased.then(() => route.continue()));
        await page.reload();
        await choose(page, [fixture("device-1.pem"), fixture("two-names.key")]);
        await page.locator("#fix .code", { hasText: "DX303" }).waitFor();
        release();
        await closed(page);
        await page.getByText("DigiCert Global Root G2").first().waitFor();
        await page.unrouteAll();
        at.seen.requests.length = 0;
      });

      for (const part of ["inspection", "complete", "session", "generation", "pages", "lexicon", "worker"]) {
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
          at.seen.errors.length = 0;
          at.seen.requests.length = 0;
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
    }

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
      at.seen.requests.length = 0;
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
      await page.getByLabel("Individual", { exact: true }).check({ force: true });
      await kind(page, "ready");
      await choose(page, file("empty.pem", ""));
      await page.locator("#files-body .name", { hasText: "empty.pem" }).waitFor();
      await judged(page);
      assert.match(await page.locator("#verdict .sentence").textContent(), /Ready|Nothing wrong/);
    });

    flow("many devices are a list to choose from, each with its sign, and a table", async (page) => {
      await choose(page, fleet());
      const list = page.getByRole("listbox", { name: "Devices" });
      await page.getByRole("heading", { name: "300 devices" }).waitFor();
      assert.ok((await list.getByRole("option").count()) < 30, "all rows are drawn");
      await page.getByLabel("Find a device").fill("DEVICE-29");
      assert.equal(await list.getByRole("option").first().getAttribute("aria-setsize"), "11");
      await list.getByRole("option", { name: "device-297" }).click();
      await page.locator("#picture button.box", { hasText: "device-297" }).first().waitFor();
      assert.equal(await page.getByLabel("Registration ID", { exact: true }).inputValue(), "device-297");
      await list.focus();
      await page.keyboard.press("ArrowDown");
      await page.locator("#picture button.box", { hasText: "device-298" }).first().waitFor();
      await page.getByLabel("Find a device").fill("");
      await list.getByRole("option", { name: "=1+1" }).waitFor();
      const [download] = await Promise.all([page.waitForEvent("download", { timeout: 120_000 }), page.locator("#devices-csv").click()]);
      const rows = readFileSync(await download.path(), "utf8").trim().split("\r\n");
      assert.equal(rows.length, 301);
      assert.match(rows.find((row) => row.startsWith("device-7,")), /^device-7,refused,DX\d{3},/);
      assert.match(rows.find((row) => row.startsWith("device-8,")), /^device-8,incomplete,/);
      assert.ok(rows.some((row) => row.startsWith("'=1+1,")), "a name is a formula");
    });

    flow("two attempts are compared, and nothing of the first stays when all is removed", async (page) => {
      await choose(page, [fixture("full-chain.pem"), fixture("two-names.key")]);
      await page.locator("#fix .code", { hasText: "DX303" }).waitFor();
      await page.getByRole("button", { name: "Keep to compare" }).click();
      await page.locator("#attempts", { hasText: "Still there" }).waitFor();
      await page.getByRole("button", { name: "Remove two-names.key" }).click();
      await choose(page, [fixture("device-1.key")]);
      await page.getByLabel("Registration ID", { exact: true }).fill("another");
      await page.keyboard.press("Tab");
      await page.locator("#attempts li.passed", { hasText: "DX303" }).waitFor();
      await page.locator("#attempts li.failed", { hasText: "DX401" }).waitFor();
      await page.locator("#attempts", { hasText: "registrationId: another" }).waitFor();
      await page.locator("#remove-all").click();
      await choose(page, [fixture("device-1.pem")]);
      await judged(page);
      assert.equal(await page.locator("#attempts").isVisible(), false);
    });

    flow("a graphical client's boxes are a form, and what a person has there is compared", async (page) => {
      await example(page, "All is well");
      await page.getByLabel("ID scope").fill("0ne00111111");
      await page.getByRole("tab", { name: "Configuration" }).click();
      for (const client of ["settings-sheet", "mqttx"]) {
        await page.locator(`#configuration input[value="${client}"]`).check({ force: true });
        await page.locator("#configuration .form", { hasText: "device-1" }).first().waitFor();
        await page.getByRole("button", { name: "Copy Client ID", exact: true }).waitFor();
        const area = page.getByLabel("What does your client have now?");
        const results = async (text) => {
          await area.fill(text);
          return page.locator("#compared li").evaluateAll((all) => all.map((one) => `${one.className} ${one.textContent.replace(/^\W+/, "")}`));
        };
        const told = (all, wanted) => assert.ok(all.some((one) => wanted.test(one)), `${wanted}: ${all.join("; ")}`);
        const right = "0ne00111111/registrations/device-1/api-version=2019-03-31";
        let all = await results(`Host: global.azure-devices-provisioning.net\nPort: 1883\nClient ID = device-1_1732752000\nUsername: 0ne00111111/device-1\nPassword: secret`);
        told(all, /^passed right: (Host|Broker)/);
        told(all, /^failed wrong: .*1883.*8883/);
        told(all, /^failed wrong: Client ID.*appended/i);
        told(all, /^failed wrong: User ?name.*registrations/i);
        told(all, /^failed wrong: Password.*empty/);
        all = await results(`{"host":"global.azure-devices-provisioning.net", "port": 8883,\n"clientId": "device-1",\n"username": "${right}&ClientVersion=x"}`);
        assert.equal(all.length, 4, all.join("; "));
        assert.ok(all.every((one) => one.startsWith("passed")), all.join("; "));
        all = await results(`mosquitto_pub -h localhost -p 8883 -i "device-1" -u '${right}'`);
        assert.deepEqual(all.map((one) => one.split(" ")[0]).sort(), ["failed", "passed", "passed", "passed"]);
        assert.deepEqual(await results("nothing of the kind"), []);
      }
    });
  });
}

test("the verdict stands in the window after every flow, in four sizes", async () => {
  for (const [width, height] of [[360, 640], [820, 1180], [1280, 720], [1920, 1080]]) {
    const at = await open(browser, server.url, { viewport: { width, height } });
    for (const title of ["All is well", "An intermediate is missing", "A bag of everything", "The key of another device"]) {
      await example(at.page, title);
      await at.page.waitForFunction((most) => {
        const box = document.querySelector("#verdict:not(.reading) .sentence")?.getBoundingClientRect();
        return box && box.height > 0 && box.top >= 0 && box.bottom <= most;
      }, height).catch(() => assert.fail(`${title} at ${width}: out of sight`));
      assert.ok((await at.page.locator("#verdict .sentence").textContent()).split(/\s+/).length <= 14, `${title}: a long sentence`);
    }
    await at.context.close();
  }
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
    await page.goto(server.url);
    await page.locator("#choose").setInputFiles([fixture("full-chain.pem"), fixture("two-names.key")]);
    await page.locator("#verdict.refused").waitFor();
    await closed(page);
    const shift = (await page.evaluate(() => window.shifts)).reduce((sum, one) => sum + one, 0);
    assert.ok(shift < 0.05, `${shift} at ${width}`);
    await context.close();
  }
});

test("the page comes compressed to who takes it, and plain to who does not", async () => {
  const coding = async (accepted) => (await fetch(server.url, { method: "HEAD", headers: { "accept-encoding": accepted } })).headers.get("content-encoding");
  assert.equal(await coding("gzip, deflate, br, zstd"), "br");
  assert.equal(await coding("br;q=0, GZIP;q=0.5"), "gzip");
  assert.equal(await coding("identity"), null);
});

async function makeOpen(page) {
  await page.locator("#generate > summary").click();
}

/** 300 certificates of one key; one is for servers only, and one has a name that a spreadsheet would compute. */
function fleet() {
  if (made) return made;
  const folder = mkdtempSync(join(tmpdir(), "dps-x509-fleet-"));
  const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem");
  made = Array.from({ length: 300 }, (_, at) => {
    const name = at === 0 ? "=1+1" : `device-${at}`;
    const usage = at === 7 ? ["-addext", "extendedKeyUsage=serverAuth"] : [];
    const pem = openssl("req", "-x509", "-key", "key.pem", "-subj", `/CN=${name.replace("+", "\\+")}`, "-addext", "basicConstraints=critical,CA:FALSE", ...usage);
    return { name: `${at}.pem`, mimeType: "text/plain", buffer: Buffer.from(pem) };
  });
  rmSync(folder, { recursive: true });
  return made;
}
