/** Many devices in one page. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onPages } from "./flow.mjs";
import { choose } from "./page.mjs";

/** Made once for both pages. */
let made;

await onPages(["site", "single file"], ({ flow }) => {
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
});

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
