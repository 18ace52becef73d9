/** The tree of a certificate's bytes: what it says of itself, by keyboard (WAI-ARIA Authoring Practices, tree view), by mouse. */

import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import { onPages } from "./flow.mjs";
import { example } from "./page.mjs";

await onPages(["site", "single file"], ({ flow }) => {
  const open = async (page) => {
    await example(page, "All is well");
    await page.locator("#picture button.box").first().click();
    await page.getByText("Its bytes, part by part").click();
    await page.getByRole("tree").waitFor();
  };
  /** What stands in the row that has the focus, and how it stands there. */
  const focused = (page) => page.evaluate(() => {
    const it = document.activeElement;
    const said = (name) => it?.getAttribute(`aria-${name}`);
    return { text: it?.textContent.trim().split(" ")[0], level: Number(said("level")), expanded: said("expanded"), selected: said("selected"), position: `${said("posinset")} of ${said("setsize")}` };
  });
  const press = async (page, ...keys) => {
    for (const key of keys) await page.keyboard.press(key);
    return focused(page);
  };

  flow("a certificate is a sequence of three parts, which are unfolded, and no more", async (page) => {
    await open(page);
    const rows = await page.locator('[role="treeitem"]').evaluateAll((all) => all.map((one) => ({
      level: Number(one.getAttribute("aria-level")), expanded: one.getAttribute("aria-expanded"), position: `${one.getAttribute("aria-posinset")} of ${one.getAttribute("aria-setsize")}`, isSeen: one.checkVisibility(),
    })));
    assert.deepEqual(rows.filter(({ level }) => level < 3).map(({ level, expanded, position }) => [level, expanded, position]),
      [[1, "true", "1 of 1"], [2, "true", "1 of 3"], [2, "true", "2 of 3"], [2, rows.filter(({ level }) => level === 2)[2].expanded, "3 of 3"]]);
    assert.ok(rows.length > 30, `${rows.length} parts`);
    assert.ok(rows.every(({ level, isSeen }) => isSeen === level <= 3));
    // A row that holds nothing can be neither open nor closed.
    for (const [at, { level, expanded }] of rows.entries()) assert.equal(expanded !== null, (rows[at + 1]?.level ?? 0) > level, `row ${at}`);
    const { violations } = await new AxeBuilder({ page }).include("#dialog").analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`), []);
  });

  flow("the arrow keys walk through it, fold and unfold", async (page) => {
    await open(page);
    await page.getByRole("treeitem").first().focus();
    assert.deepEqual(await press(page, "ArrowLeft"), { text: "SEQUENCE", level: 1, expanded: "false", selected: "true", position: "1 of 1" });
    assert.equal(await page.getByRole("treeitem").count(), 1);
    assert.equal((await press(page, "ArrowDown")).level, 1);
    assert.equal((await press(page, "ArrowRight")).expanded, "true");
    assert.deepEqual(await press(page, "ArrowRight"), { text: "SEQUENCE", level: 2, expanded: "true", selected: "true", position: "1 of 3" });
    // The version, which is folded; its number; back again.
    assert.deepEqual(await press(page, "ArrowDown"), { text: "[0]", level: 3, expanded: "false", selected: "true", position: "1 of 8" });
    assert.deepEqual(await press(page, "ArrowRight", "ArrowRight"), { text: "INTEGER", level: 4, expanded: null, selected: "true", position: "1 of 1" });
    assert.equal((await press(page, "ArrowRight")).level, 4);
    assert.equal((await press(page, "ArrowLeft")).text, "[0]");
    assert.equal((await press(page, "Enter")).expanded, "false");
    assert.equal((await press(page, "Space")).expanded, "true");
    assert.equal((await press(page, "ArrowDown", "ArrowDown")).level, 3);
    // All of one depth that stand in one part: the eight of the first.
    await press(page, "*");
    const beside = await page.locator('[role="treeitem"][aria-setsize="8"]').evaluateAll((all) => all.map((one) => one.getAttribute("aria-expanded")));
    assert.deepEqual(beside, ["true", null, ...Array(6).fill("true")]);
    await press(page, "End");
    assert.equal(await page.evaluate(() => [...document.querySelectorAll('[role="treeitem"]')].findLast((one) => one.checkVisibility()) === document.activeElement), true);
    assert.equal((await press(page, "Home")).level, 1);
    // One row alone is reached by Tab, and its bytes are marked.
    assert.equal(await page.locator('[role="treeitem"][tabindex="0"]').count(), 1);
    assert.equal(await page.locator(".der-bytes .on").count(), await page.locator(".der-bytes [data-at]").count());
  });

  flow("folding what the chosen row is in chooses that, and a click on a byte unfolds down to it", async (page) => {
    await open(page);
    await page.getByRole("treeitem").first().focus();
    await press(page, "ArrowDown", "ArrowDown");
    await page.getByRole("treeitem").nth(1).click();
    assert.deepEqual(await focused(page), { text: "SEQUENCE", level: 2, expanded: "false", selected: "true", position: "1 of 3" });
    assert.equal(await page.locator('[role="treeitem"][aria-selected="true"]').count(), 1);
    // Behind two headers of four bytes and one of two: the number of the version.
    await page.locator('.der-bytes [data-at="12"]').click();
    const chosen = page.locator('[role="treeitem"][aria-selected="true"]');
    assert.ok(await chosen.isVisible());
    assert.match(await chosen.textContent(), /INTEGER/);
  });
});
