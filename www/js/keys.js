/** Keys for those who have no hand for the mouse; `?` lists them. */

import { openDialog } from "./dialog.js";
import { byId, h } from "./dom.js";
import { selectNumber } from "./tabs.js";

/** @type {[string, string][]} */
const KEYS = [
  ["/", "to the field"],
  ["1 to 4", "Fix, Configuration, Log, Packets"],
  ["v", "to the verdict"],
  ["Ctrl V", "brings what is in the clipboard"],
  ["?", "these keys"],
];

export function start() {
  byId("keys").addEventListener("click", list);
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (target instanceof Element && target.closest("input, textarea, select, dialog")) return;
    if (key === "?") list();
    else if (key === "/") byId("anything").focus();
    else if (key === "v") byId("verdict").focus();
    else if (/^[1-4]$/.test(key)) selectNumber(Number(key));
    else return;
    event.preventDefault();
  });
}

function list() {
  openDialog("Keys", h("dl", { class: "facts" }, KEYS.flatMap(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)])));
}
