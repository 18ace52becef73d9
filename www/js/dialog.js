/** What is shown above the page, and closed again. */

import { byId, h, show } from "./dom.js";

/**
 * @param {string} title
 * @param {...(Node | null)} children
 */
export function openDialog(title, ...children) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("dialog"));
  show(dialog,
    h("div", { class: "dialog-head" },
      h("h2", { id: "dialog-title" }, title),
      h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Close")),
    h("div", { class: "stack" }, children));
  if (!dialog.open) dialog.showModal();
}
