/** What a person takes along: reports, repaired files, configurations, the log and the packets. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { onPages } from "./flow.mjs";
import { LOG, choose, example, fixture, fixtureText, pick } from "./page.mjs";

await onPages(["site", "single file"], ({ flow }) => {
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
      await pick(page.locator(`#configuration input[value="${target}"]`));
      await page.getByRole("button", { name: `Download as ${target}.zip` }).waitFor();
    }
    await page.getByLabel("Find a client").fill("paho");
    await pick(page.locator('#configuration input[value="paho"]'));
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
    await page.locator("#packets .hint", { hasText: "nothing is sent" }).waitFor();
    assert.ok((await page.locator(".exchange > li.from-service").count()) >= 5);
  });

  flow("a graphical client's boxes are a form, and what a person has there is compared", async (page) => {
    await example(page, "All is well");
    await page.getByLabel("ID scope").fill("0ne00111111");
    await page.getByRole("tab", { name: "Configuration" }).click();
    for (const client of ["settings-sheet", "mqttx"]) {
      await pick(page.locator(`#configuration input[value="${client}"]`));
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
