/** The verdict and the picture: what is said, when, and where. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as dps from "../../crate/web/npm/dist/esm/index.node.js";
import { check } from "../../crate/web/npm/test/cases.mjs";
import { cases } from "../../crate/web/npm/test/folders.mjs";
import { judge } from "../../www/js/verdict.js";
import { onPages } from "./flow.mjs";
import { choose, codes, example, fixture, judged, kind, open, pick } from "./page.mjs";

const { browser, url: site } = await onPages(["site", "single file"], ({ flow }) => {
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

  flow("ready is said only when everything is known", async (page) => {
    await choose(page, [fixture("full-chain.pem"), fixture("root.pem")]);
    await kind(page, "incomplete");
    await page.locator("#verdict", { hasText: "the key" }).waitFor();
    await choose(page, [fixture("device-1.key")]);
    await page.locator("#verdict", { hasText: "Not known yet: the enrollment" }).waitFor();
    await judged(page);
    await pick(page.getByLabel("Group", { exact: true }));
    await page.locator("#verdict", { hasText: "CA" }).waitFor();
    await page.getByLabel("What root.pem is").selectOption({ label: "uploaded to the group" });
    await kind(page, "ready");
    await page.locator("#verdict", { hasText: "Ready for the enrollment group" }).waitFor();
    await page.locator("#remove-all").click();
    await choose(page, [fixture("full-chain.pem"), fixture("two-names.key")]);
    await kind(page, "refused");
  });

  flow("what a field has that cannot be one is no verdict of ready", async (page) => {
    await example(page, "All is well");
    await kind(page, "ready");
    await page.getByLabel("Registration ID", { exact: true }).fill("Device One!");
    await page.keyboard.press("Tab");
    await kind(page, "refused");
    await page.locator("#verdict", { hasText: "registration ID" }).waitFor();
    await page.getByLabel("Registration ID", { exact: true }).fill("device-1");
    await page.keyboard.press("Tab");
    await kind(page, "ready");
  });

  flow("a key alone is no fault of anybody", async (page) => {
    await choose(page, [fixture("device-1.key")]);
    await kind(page, "incomplete");
    await page.locator("#files-body .kind", { hasText: "its certificate is not here yet" }).waitFor();
    assert.equal(await page.locator("#checks li.failed").count(), 0);
  });

  flow("the slider says when it breaks", async (page) => {
    await choose(page, [fixture("full-chain.pem"), fixture("device-1.key")]);
    await page.locator("#verdict", { hasText: "Not known yet: the enrollment" }).waitFor();
    await page.locator("#at-slider").fill("3650");
    await page.locator("#fix .code", { hasText: /DX41[01]/ }).first().waitFor();
    await kind(page, "refused");
    await page.locator("#at-slider").fill("0");
    await page.locator("#verdict", { hasText: "Not known yet: the enrollment" }).waitFor();
    assert.equal(await page.locator("#at").inputValue(), "");
  });

  flow("findings speak of the page's own fields, wherever they are found", async (page) => {
    await choose(page, [fixture("device-1.pem"), fixture("device-1.encrypted.key")]);
    await page.locator("#fix", { hasText: 'the field "Passphrase"' }).waitFor();
    await page.getByLabel("Registration ID", { exact: true }).fill("another");
    await page.keyboard.press("Tab");
    await page.locator("#fix .code", { hasText: "DX401" }).waitFor();
    assert.doesNotMatch(await page.locator("main").innerText(), /`[a-z]+[A-Z][A-Za-z]*`|`passphrase`|inspect\(files\)|--[a-z]+-[a-z]+ /);
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

  flow("a chain with a link missing is not offered as whole", async (page) => {
    await choose(page, [fixture("device-1.pem")]);
    await judged(page);
    assert.equal(await page.getByText("device-full-chain.pem").locator("visible=true").filter({ has: page.locator("button") }).count(), 0);
    await page.locator(".sending .added", { hasText: "Example Intermediate" }).waitFor();
  });

  flow("what is typed replaces what was suggested into the field meanwhile", async (page) => {
    await choose(page, [fixture("device-1.key")]);
    await judged(page);
    const field = page.getByLabel("Registration ID", { exact: true });
    await field.focus();
    await choose(page, [fixture("full-chain.pem")]);
    await page.waitForFunction(() => document.querySelector("#registrationId").value === "device-1");
    await page.keyboard.type("another");
    assert.equal(await field.inputValue(), "another");
  });

  flow("what is sent and not needed is said so, and only what does not belong is struck out", async (page) => {
    await choose(page, [fixture("full-chain.pem"), fixture("device-1.key")]);
    await judged(page);
    await pick(page.getByLabel("Individual", { exact: true }));
    await page.locator(".sending .needless", { hasText: "Example Intermediate (not needed)" }).waitFor();
    assert.equal(await page.locator(".sending .surplus").count(), 0);
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
});

test("nothing is called ready that leaves something open, whatever is taken away from a case", async () => {
  let ready = 0;
  for (const [name, { given }] of cases("check")) {
    const { answer: _, files, ...known } = given;
    const variations = [given, ...files.map((one) => ({ ...given, files: files.filter((other) => other !== one) })), ...Object.keys(known).map((key) => ({ ...given, [key]: undefined }))];
    for (const enrollment of ["individual", "group", undefined]) {
      for (const variation of variations) {
        const told = { ...variation, enrollment, answer: undefined };
        const { report } = await check(dps, { given: told }, (path) => readFileSync(fixture(path)));
        const { kind: verdict } = judge({ report, settings: { registrationId: told.registrationId ?? "", enrollment: enrollment ?? "unknown" } });
        if (verdict !== "ready") continue;
        ready += 1;
        const [leaf] = report.way;
        assert.ok(report.keys.some(({ belongsTo }) => belongsTo === leaf.sha256), `${name}: the key`);
        assert.ok(told.registrationId && enrollment, `${name}: a setting`);
        const above = report.way.map(({ up }) => up);
        assert.ok(enrollment === "individual" || (report.way.at(-1)?.uploaded && above.slice(0, -1).every((up) => up === "signature")), `${name}: ${above}`);
        assert.ok(!report.findings.some(({ severity }) => severity === "error"), `${name}: an error`);
        assert.deepEqual(report.refused, [], `${name}: a file that no client reads`);
      }
    }
  }
  assert.ok(ready > 20, `${ready}`);
});

test("the verdict stands in the window after every flow, in four sizes", async () => {
  for (const [width, height] of [[360, 640], [820, 1180], [1280, 720], [1920, 1080]]) {
    const at = await open(browser, site, { viewport: { width, height } });
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
