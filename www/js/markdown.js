/** The little Markdown of the explanation pages as elements: titles, paragraphs, lists, code. */

import { h } from "./dom.js";

/**
 * @param {string} text a page; its first title is left out, since whoever shows it has one
 * @returns {HTMLElement}
 */
export function page(text) {
  const out = h("div", { class: "page-text" });
  for (const block of blocks(text)) out.append(block);
  return out;
}

/** @param {string} text */
function* blocks(text) {
  const lines = text.split("\n");
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    if (line.startsWith("```")) {
      const end = lines.findIndex((other, index) => index > at && other.startsWith("```"));
      const last = end < 0 ? lines.length : end;
      yield h("div", { class: "code-box" }, h("pre", { tabindex: "0" }, lines.slice(at + 1, last).join("\n")));
      at = last + 1;
    } else if (line.startsWith("## ")) {
      yield h("h4", {}, line.slice(3));
      at += 1;
    } else if (line.startsWith("# ") || line.trim() === "") {
      at += 1;
    } else {
      const isItem = (/** @type {string} */ other) => /^([*-]|\d+\.) /.test(other);
      const end = lines.findIndex((other, index) => index > at && (other.trim() === "" || other.startsWith("```") || other.startsWith("#")));
      const block = lines.slice(at, end < 0 ? lines.length : end);
      at += block.length;
      yield isItem(line) ? list(block, isItem) : h("p", {}, ...inline(block.join(" ")));
    }
  }
}

/**
 * @param {string[]} block
 * @param {(line: string) => boolean} isItem
 */
function list(block, isItem) {
  /** @type {string[]} */
  const items = [];
  for (const line of block) {
    if (isItem(line)) items.push(line.replace(/^([*-]|\d+\.) /, ""));
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  return h(/^\d/.test(block[0] ?? "") ? "ol" : "ul", {}, items.map((item) => h("li", {}, ...inline(item))));
}

/** @param {string} text */
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.length > 2 && part.startsWith("`")) return h("code", {}, part.slice(1, -1));
    if (part.length > 4 && part.startsWith("**")) return h("strong", {}, part.slice(2, -2));
    return part;
  });
}
