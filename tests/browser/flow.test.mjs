/** Every flow of the page, on the site and on the single file from disk. */

import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { assertQuiet, codes, example, fixture, fixtureText, launch, open, serve, singleFile } from "./page.mjs";

const browser = await launch();
const server = await serve();
after(async () => {
  await browser.close();
  server.stop();
});

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
      await at.page.reload();
      await at.page.getByText("has forbidden itself every connection").waitFor();
      at.seen.requests.length = 0;
      await run(at.page);
      await assertQuiet(at);
    });

    flow("examples come with one click, and each says what it is for", async (page) => {
      const verdicts = {
        "All is well": [/ready/, []],
        "Cut out of a C header": [/can work, with a doubt/, ["DX224", "DX431"]],
        "Registered under another name": [/not get through/, ["DX401"]],
        "An intermediate is missing": [/not get through/, ["DX436"]],
        "The own root as CA file": [/not get through/, ["DX481"]],
        "The key of another device": [/not get through/, ["DX303"]],
        "What openssl makes by default": [/can work|not get through/, ["DX423"]],
      };
      for (const [title, [verdict, expected]] of Object.entries(verdicts)) {
        await example(page, title);
        await page.locator("#verdict").filter({ hasText: verdict }).waitFor();
        const shown = await codes(page);
        for (const code of expected) assert.ok(shown.includes(code), `${title}: ${shown}`);
        if (expected.length === 0) assert.deepEqual(shown, []);
      }
    });

    flow("files are chosen, sort themselves, and are moved by hand", async (page) => {
      await page.locator("#choose").setInputFiles([fixture("full-chain.pem"), fixture("device-1.key"), fixture("root.pem"), fixture("server-root-g2.pem")]);
      await page.getByRole("heading", { name: "The device's chain", exact: true }).waitFor();
      await page.getByRole("heading", { name: "The device's key", exact: true }).waitFor();
      await page.getByRole("heading", { name: "What the device trusts the server by" }).waitFor();
      assert.ok(!(await codes(page)).includes("DX481"));
      await page.getByLabel("What root.pem is").selectOption({ label: "CA file (trusts DPS)" });
      await page.locator("#result-body .finding .code", { hasText: "DX481" }).waitFor();
    });

    flow("text is pasted, whatever is around it", async (page) => {
      const literal = fixtureText("device-1.pem").trim().split("\n").map((line) => `"${line}\\r\\n" \\`).join("\n");
      await page.getByText("Paste text instead").click();
      await page.getByLabel(/^PEM, base64/).fill(literal);
      await page.getByRole("button", { name: "Look at this text" }).click();
      await page.locator("#result-body .finding .code", { hasText: "DX224" }).waitFor();
    });

    flow("what a client does not read is told, and comes repaired", async (page) => {
      const buffer = Buffer.from(fixtureText("device-1.pem").replaceAll("-----", "–––––"));
      await page.locator("#choose").setInputFiles({ name: "device.pem", mimeType: "text/plain", buffer });
      await page.locator("#verdict").filter({ hasText: /as they are written.*Repaired certificates are below/ }).waitFor();
      assert.ok((await codes(page)).includes("DX222"));
    });

    flow("what is told is checked against the files", async (page) => {
      await page.locator("#choose").setInputFiles(fixture("full-chain.pem"));
      await page.getByRole("button", { name: 'Use "device-1" from the certificate' }).click();
      await page.locator("#verdict", { hasText: "ready" }).waitFor();
      await page.getByLabel("Registration ID", { exact: true }).fill("device-2");
      await page.keyboard.press("Tab");
      await page.locator("#result-body .finding .code", { hasText: "DX401" }).waitFor();
      await page.getByLabel("Registration ID", { exact: true }).fill("device 2");
      await page.keyboard.press("Tab");
      await page.locator("#result-body .finding .code", { hasText: "DX102" }).waitFor();
      await page.getByLabel("Registration ID", { exact: true }).fill("device-1");
      await page.getByLabel("Judged at").fill("2040-01-01");
      await page.keyboard.press("Tab");
      await page.locator("#result-body .finding .code", { hasText: "DX411" }).first().waitFor();
    });

    flow("a passphrase is asked for and opens the key", async (page) => {
      await page.locator("#choose").setInputFiles([fixture("device-1.pem"), fixture("device-1.encrypted.key")]);
      await page.getByLabel("Passphrase of the encrypted file").fill("wrong");
      await page.keyboard.press("Tab");
      await page.locator("#result-body .finding .code", { hasText: "DX305" }).waitFor();
      await page.getByLabel("Passphrase of the encrypted file").fill("example");
      await page.keyboard.press("Tab");
      await page.locator("#result-body .finding .code", { hasText: "DX305" }).waitFor({ state: "detached" });
    });

    flow("an explanation unfolds, and the parts of a certificate go with its bytes", async (page) => {
      await example(page, "Registered under another name");
      await page.locator("#result-body").getByText("What DX401 means").click();
      await page.getByRole("heading", { name: "Why DPS cares" }).waitFor();
      await page.locator("#result-body summary", { hasText: "leaf: CN=device-1" }).click();
      await page.getByText("Its bytes, part by part").first().click();
      const tree = page.getByRole("tree").first();
      await tree.getByRole("treeitem").first().focus();
      for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowDown");
      const selected = tree.locator('[aria-selected="true"]');
      assert.equal(await selected.count(), 1);
      assert.ok((await page.locator(".der-bytes .on").count()) > 0);
      assert.equal(await selected.evaluate((item) => item === document.activeElement), true);
    });

    flow("repaired files and reports come as files, and no key is in them", async (page) => {
      await page.locator("#choose").setInputFiles([fixture("wrong-order.pem"), fixture("two-names.key")]);
      const key = fixtureText("two-names.key").split("\n")[2];
      await page.getByText("Repaired and ready files").click();
      const taken = async (button) => {
        const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
        return readFileSync(await download.path(), "utf8");
      };
      const chain = await taken(page.getByRole("button", { name: "Download device-full-chain.pem" }));
      assert.equal(chain, fixtureText("full-chain.pem"));
      const json = await taken(page.getByRole("button", { name: "Save JSON" }));
      assert.equal(JSON.parse(json).chain.leaf, "CN=device-1");
      const markdown = await taken(page.getByRole("button", { name: "Save Markdown" }));
      assert.match(markdown, /DX432|order/);
      for (const text of [chain, json, markdown, await page.content()]) assert.ok(!text.includes(key.slice(0, 24)));
    });

    flow("configurations are there for every client, and as an archive", async (page) => {
      await example(page, "All is well");
      await page.getByText("Names in Azure, for the enrollment commands").click();
      await page.getByLabel("Name of the DPS instance").fill("my-dps");
      await page.getByLabel("Resource group").fill("my-group");
      await page.keyboard.press("Tab");
      const client = page.getByLabel("Client", { exact: true });
      const targets = await client.locator("option").evaluateAll((options) => options.map((option) => option.value));
      assert.ok(targets.length >= 25, `${targets.length} targets`);
      for (const target of targets) {
        await client.selectOption(target);
        await page.getByRole("button", { name: `Download as ${target}.zip` }).waitFor();
      }
      await client.selectOption("paho");
      await page.locator("#configure .code-box", { hasText: "0ne00111111" }).first().waitFor();
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
      await page.locator("#verdict", { hasText: "ready" }).waitFor();
      assert.deepEqual(await codes(page), []);
      assert.equal(await page.getByLabel("Registration ID", { exact: true }).inputValue(), "made-here");
      await page.getByRole("heading", { name: "The device's key", exact: true }).waitFor();
      assert.ok(!(await page.content()).includes(key.split("\n")[2].slice(0, 24)));
    });

    flow("the search for an RSA key tells how far it is, and can be stopped", async (page) => {
      await makeOpen(page);
      await page.getByLabel("What to make").selectOption("self-signed");
      await page.getByLabel("Kind of keys").selectOption("rsa4096");
      await page.getByRole("button", { name: "Make them" }).click();
      await page.getByText(/\d+ numbers tried/).waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await page.getByText("Stopped; nothing was made.").waitFor();
      await page.getByLabel("Kind of keys").selectOption("rsa2048");
      await page.getByRole("button", { name: "Make them" }).click();
      await page.getByText(/^Made: 3 files/).waitFor({ timeout: 120_000 });
    });

    flow("a CA that was added signs a device and proves its possession", async (page) => {
      await page.locator("#choose").setInputFiles([fixture("root.pem"), fixture("root.key"), fixture("intermediate.pem"), fixture("intermediate.key")]);
      await makeOpen(page);
      await page.getByLabel("What to make").selectOption("device");
      await page.getByLabel("The CA's certificate").selectOption("intermediate.pem");
      await page.getByLabel("The CA's private key").selectOption("root.key");
      await page.getByRole("button", { name: "Make them" }).click();
      await page.getByRole("alert").filter({ hasText: /key/ }).waitFor();
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

    flow("a refusal is explained, alone and with the files", async (page) => {
      const log = '{"errorCode":401002,"trackingId":"x","message":"CA certificate not found.","timestampUtc":"2026-11-23T00:00:00Z"}';
      await page.getByLabel("An error code, a message, or a log of any client").fill(log);
      await page.getByRole("button", { name: "Explain" }).click();
      await page.locator("#explain .code", { hasText: "DX707" }).waitFor();
      await page.locator("#explain .causes > li.open").first().waitFor();
      await page.locator("#choose").setInputFiles(fixture("device-1.pem"));
      await page.locator("#explain .causes > li.in-files", { hasText: "DX431" }).waitFor();
    });

    flow("the conversation has this device's packets", async (page) => {
      await example(page, "All is well");
      await page.getByText("The conversation with DPS, packet by packet").click();
      await page.locator(".exchange .line", { hasText: "0ne00111111/registrations/device-1" }).waitFor();
      await page.locator(".exchange .line", { hasText: "iotdps-register" }).waitFor();
      assert.ok((await page.locator(".exchange > li.from-service").count()) >= 5);
    });

    // The single file loads nothing, and has no module of its own to look into; its code is the same.
    if (what === "site") {
      flow("files are looked at before everything is loaded", async (page) => {
        let release;
        const isReleased = new Promise((resolve) => { release = resolve; });
        await page.route(/\/(complete|session|generation)\.wasm$/, (route) => isReleased.then(() => route.continue()));
        await page.reload();
        await example(page, "An intermediate is missing");
        await page.locator("#result-body .finding .code", { hasText: "DX436" }).waitFor();
        assert.equal(await page.getByText("Files can be looked at; the other parts are still loading.").count(), 1);
        release();
        await page.getByText("has forbidden itself every connection").waitFor();
        await page.getByText("DigiCert Global Root G2").first().waitFor();
        at.seen.requests.length = 0;
      });

      flow("the bytes of a file that goes are overwritten, however it goes", async (page) => {
        const ways = {
          removed: () => page.getByRole("button", { name: "Remove two-names.key" }).click(),
          "all removed": () => page.getByRole("button", { name: "Remove all files" }).click(),
          replaced: () => page.locator("#choose").setInputFiles(fixture("two-names.key")),
          "dropped for an example": () => example(page, "Cut out of a C header"),
        };
        for (const [way, leave] of Object.entries(ways)) {
          await page.locator("#choose").setInputFiles(fixture("two-names.key"));
          await page.getByRole("button", { name: "Remove two-names.key" }).waitFor();
          const data = await page.evaluateHandle(async () =>
            (await import(new URL("js/state.js", location.href).href)).state.files.find(({ name }) => name === "two-names.key").data);
          assert.ok(await data.evaluate((bytes) => bytes.some((byte) => byte !== 0)), `${way}: nothing was there`);
          await leave();
          await page.waitForFunction((bytes) => bytes.every((byte) => byte === 0), data, { timeout: 5000 });
        }
      });
    }

    flow("a link carries the settings and no file", async (page) => {
      await example(page, "All is well");
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
      await page.getByRole("button", { name: /Copy a link/ }).click();
      await page.getByText("The link is copied.").waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      const told = new URLSearchParams(new URL(link).hash.slice(1));
      assert.deepEqual([told.get("registrationId"), told.get("idScope")], ["device-1", "0ne00111111"]);
      assert.ok(!link.includes("BEGIN") && link.length < 300);
      await page.goto("about:blank");
      await page.goto(link);
      await page.getByText("has forbidden itself every connection").waitFor();
      assert.equal(await page.getByLabel("ID scope").inputValue(), "0ne00111111");
      at.seen.requests.length = 0;
    });

    flow("everything is reached by keyboard alone", async (page) => {
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the result");
      const reach = async (name) => {
        for (let step = 0; step < 80; step += 1) {
          await page.keyboard.press("Tab");
          if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
        }
        assert.fail(`"${name}" is not reached`);
      };
      await reach("Registered under another name");
      await page.keyboard.press("Enter");
      await page.locator("#result-body .finding .code", { hasText: "DX401" }).waitFor();
      await reach("What DX401 means");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Why DPS cares" }).waitFor();
      await reach("Copy as Markdown");
      await reach("Explain");
      await page.locator(".skip-link").focus();
      await reach("Make test certificates");
      await page.keyboard.press("Enter");
      await reach("Make them");
      await page.keyboard.press("Enter");
      await page.getByText(/^Made:/).waitFor();
      await reach("Look at them here, instead of your files");
      await page.keyboard.press("Enter");
      await page.locator("#verdict", { hasText: "ready" }).waitFor();
    });

    flow("hostile files are looked at, and the page goes on working", async (page) => {
      const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(buffer) });
      await page.locator("#choose").setInputFiles([
        file("<img src=x onerror=alert(1)>.pem", "-----BEGIN CERTIFICATE-----\n<script>alert(1)</script>\n-----END CERTIFICATE-----\n"),
        file("nested.der", Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from([0x30, 0x83, 0xff, 0xff, 0xff])))),
        file("noise.bin", Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7919) & 0xff))),
        file("empty.pem", ""),
      ]);
      await page.locator("#result-body .finding").first().waitFor();
      assert.equal(await page.locator("img, script:not([type=module])").count(), 0);
      await example(page, "All is well");
      await page.locator("#verdict", { hasText: "ready" }).waitFor();
    });
  });
}

async function makeOpen(page) {
  await page.locator("#generate > summary").click();
}
