/** Handing things out: copies, downloads, boxes of code with both. */

import { h } from "./dom.js";
import { announce } from "./announce.js";
import { later } from "./modules.js";

/**
 * @param {string} name
 * @param {string | Uint8Array} content
 * @param {string} [type]
 */
export function download(name, content, type = "text/plain") {
  const url = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (content)], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  announce(`${name} is in your downloads.`);
}

/**
 * Several files as one archive.
 *
 * @param {string} name
 * @param {{ path: string, text: string }[]} files
 */
export async function downloadAll(name, files) {
  try {
    const { zip } = await later();
    download(name, zip(files), "application/zip");
  } catch {
    announce("No archive could be made. Load the page again to try once more.");
  }
}

/**
 * @param {string} text
 * @param {string} what as it is spoken of: "The report"
 */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  announce(`${what} is copied.`);
}

/**
 * Where the clipboard is closed to pages, as it is for a file from disk in some browsers.
 *
 * @param {string} text
 */
function copyBySelection(text) {
  const area = h("textarea", { class: "sr-only", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/**
 * A text with its name and what can be done with it.
 *
 * @param {string} name
 * @param {string} text
 * @param {string} [unknown] what is marked in it: still to be filled in
 */
export function codeBox(name, text, unknown) {
  return h("div", { class: "code-box" },
    h("div", { class: "row" },
      h("span", { class: "file" }, name),
      h("span", { class: "row" },
        h("button", { type: "button", class: "plain", "aria-label": `Copy ${name}`, onclick: () => copy(text, name) }, "Copy"),
        h("button", { type: "button", class: "plain", "aria-label": `Download ${name}`, onclick: () => download(name, text) }, "Download"))),
    h("pre", { tabindex: "0", role: "region", "aria-label": name }, unknown === undefined ? text : marked(text, unknown)));
}

/**
 * A text with what is still unknown in it marked.
 *
 * @param {string} text
 * @param {string} unknown
 */
export function marked(text, unknown) {
  return text.split(unknown).flatMap((part, at) => (at === 0 ? [part] : [h("mark", {}, unknown), part]));
}
