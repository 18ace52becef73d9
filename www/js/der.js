/**
 * A certificate's DER as a tree beside its bytes. Pointing at a part, or moving to it with the arrow keys, marks its
 * bytes; pointing at a byte marks the innermost part that it belongs to.
 */

import { h } from "./dom.js";

/** @typedef {import("./engine.js").Part} Part */

/**
 * @param {Uint8Array} der
 * @param {Part[]} parts
 * @param {string} subject
 */
export function derTree(der, parts, subject) {
  const flat = flatten(parts, 0);
  const bytes = byteView(der);
  const items = flat.map(({ node, depth }, index) => h("div", {
    role: "treeitem",
    "aria-level": depth + 1,
    "aria-selected": "false",
    tabindex: index === 0 ? "0" : "-1",
    onmouseenter: () => select(index, false),
    onfocus: () => select(index, false),
  }, `${"  ".repeat(depth)}${node.label}`, node.value ? h("span", { class: "value" }, ` ${node.value}`) : null));
  let current = -1;

  /**
   * @param {number} index
   * @param {boolean} withFocus
   */
  function select(index, withFocus) {
    const item = items[index];
    const part = flat[index];
    if (!item || !part || index === current) return;
    items[current]?.setAttribute("aria-selected", "false");
    items[current]?.setAttribute("tabindex", "-1");
    item.setAttribute("aria-selected", "true");
    item.setAttribute("tabindex", "0");
    current = index;
    bytes.mark(part.node.start, part.node.end);
    if (withFocus) item.focus();
  }

  const tree = h("div", { class: "der-tree", role: "tree", "aria-label": `Parts of ${subject}` }, items);
  tree.addEventListener("keydown", (event) => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: items.length - 1, ArrowLeft: parent(flat, current), ArrowRight: current + 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(Math.max(0, Math.min(items.length - 1, to)), true);
  });
  bytes.element.addEventListener("mouseover", (event) => {
    const at = Number(/** @type {HTMLElement} */ (event.target).dataset.at);
    if (Number.isNaN(at)) return;
    const innermost = flat.findLastIndex(({ node }) => node.start <= at && at < node.end);
    select(innermost, false);
    items[innermost]?.scrollIntoView({ block: "nearest" });
  });
  return h("div", { class: "der" }, tree, bytes.element);
}

/**
 * @param {Part[]} nodes
 * @param {number} depth
 * @returns {{ node: Part, depth: number }[]}
 */
function flatten(nodes, depth) {
  return nodes.flatMap((node) => [{ node, depth }, ...flatten(node.parts, depth + 1)]);
}

/**
 * @param {{ depth: number }[]} flat
 * @param {number} index
 */
function parent(flat, index) {
  const depth = flat[index]?.depth ?? 0;
  return Math.max(0, flat.findLastIndex((part, at) => at < index && part.depth < depth));
}

/** @param {Uint8Array} der */
function byteView(der) {
  const cells = [...der].map((byte, at) => h("span", { "data-at": at }, `${byte.toString(16).padStart(2, "0")} `));
  const element = h("div", { class: "der-bytes", role: "group", tabindex: "0", "aria-label": `${der.length} bytes in hexadecimal` }, cells);
  let marked = [0, 0];
  const mark = (/** @type {number} */ start, /** @type {number} */ end) => {
    for (let at = marked[0] ?? 0; at < (marked[1] ?? 0); at += 1) cells[at]?.classList.remove("on");
    for (let at = start; at < end; at += 1) cells[at]?.classList.add("on");
    marked = [start, end];
    const first = cells[start];
    if (first && element.isConnected) element.scrollTop = Math.max(0, first.offsetTop - element.offsetTop - 60);
  };
  return { element, mark };
}
