/**
 * A certificate's DER as a tree beside its bytes. Pointing at a part, or moving to it with the arrow keys, marks its
 * bytes; pointing at a byte marks the innermost part that is unfolded, and a click unfolds down to the innermost of all.
 */

import { h } from "./dom.js";

/** @typedef {import("./engine.js").Part} Part */

/** Parts nearer to the top than this are open at first: what a certificate is made of is seen, and not yet what that is made of. */
const OPEN_AT_FIRST = 2;

/**
 * A part as a row of the tree. Rows stand one below the other in the order of the bytes, the parts of a part behind it.
 *
 * @typedef {object} Row
 * @property {Part} part
 * @property {number} depth from 0
 * @property {number} above the row of the part that it is in; -1 at the top
 * @property {HTMLElement} item
 */

/**
 * @param {Uint8Array} der
 * @param {Part[]} parts
 * @param {string} subject
 */
export function derTree(der, parts, subject) {
  const rows = rowsOf(parts, 0, -1, []);
  const bytes = byteView(der);
  let current = -1;

  const isOpen = (/** @type {number} */ at) => rows[at]?.item.getAttribute("aria-expanded") === "true";
  const isSeen = (/** @type {number} */ at) => rows[at]?.item.hidden === false;

  /** @param {number} at */
  function select(at) {
    const row = rows[at];
    if (!row || at === current) return;
    const before = rows[current]?.item;
    before?.setAttribute("aria-selected", "false");
    before?.setAttribute("tabindex", "-1");
    row.item.setAttribute("aria-selected", "true");
    row.item.setAttribute("tabindex", "0");
    current = at;
    bytes.mark(row.part.start, row.part.end);
  }

  /** Hides what is folded away. A part stands behind the one that it is in, which is as it will be by then. */
  function fold() {
    for (const { above, item } of rows) item.hidden = above >= 0 && !(isSeen(above) && isOpen(above));
  }

  /**
   * @param {number} at
   * @param {boolean} open
   */
  function unfold(at, open) {
    const item = rows[at]?.item;
    if (!item?.hasAttribute("aria-expanded")) return;
    item.setAttribute("aria-expanded", String(open));
    fold();
    // What is not seen cannot stay the one that is chosen.
    if (current >= 0 && !isSeen(current)) select(at);
  }

  /** Opens whatever a row is in. @param {number} at */
  function reveal(at) {
    for (let above = rows[at]?.above ?? -1; above >= 0; above = rows[above]?.above ?? -1) unfold(above, true);
  }

  /** The row of the innermost part at a byte. @param {EventTarget | null} cell */
  function rowAt(cell) {
    const at = Number(cell instanceof HTMLElement ? cell.dataset.at : undefined);
    return rows.findLastIndex(({ part }) => part.start <= at && at < part.end);
  }

  /** @param {string} key @returns {number | undefined} where a key leads, once it has folded what it folds */
  function follow(key) {
    const seen = [...rows.keys()].filter(isSeen);
    const place = seen.indexOf(current);
    if (key === "ArrowDown") return seen[place + 1] ?? current;
    if (key === "ArrowUp") return seen[Math.max(0, place - 1)];
    if (key === "Home") return 0;
    if (key === "End") return seen.at(-1);
    const above = rows[current]?.above ?? -1;
    if (key === "ArrowRight") {
      if (isOpen(current)) return current + 1;
      unfold(current, true);
    } else if (key === "ArrowLeft") {
      if (!isOpen(current)) return above < 0 ? current : above;
      unfold(current, false);
    } else if (key === "Enter" || key === " ") {
      unfold(current, !isOpen(current));
    } else if (key === "*") {
      for (const [at, row] of rows.entries()) if (row.above === above) unfold(at, true);
    } else {
      return undefined;
    }
    return current;
  }

  for (const [at, { item }] of rows.entries()) {
    item.addEventListener("focus", () => select(at));
    item.addEventListener("mouseenter", () => select(at));
    item.addEventListener("click", () => unfold(at, !isOpen(at)));
  }
  const tree = h("div", { class: "der-tree", role: "tree", "aria-label": `Parts of ${subject}` }, rows.map(({ item }) => item));
  tree.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const to = follow(event.key);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    rows[to]?.item.focus();
  });
  bytes.element.addEventListener("mouseover", ({ target }) => {
    let at = rowAt(target);
    while (at >= 0 && !isSeen(at)) at = rows[at]?.above ?? -1;
    select(at);
    rows[at]?.item.scrollIntoView({ block: "nearest" });
  });
  bytes.element.addEventListener("click", ({ target }) => {
    const at = rowAt(target);
    reveal(at);
    select(at);
    rows[at]?.item.scrollIntoView({ block: "nearest" });
  });
  fold();
  return h("div", { class: "der" }, tree, bytes.element);
}

/**
 * @param {Part[]} parts that stand side by side
 * @param {number} depth
 * @param {number} above
 * @param {Row[]} rows those so far, to which these are added
 */
function rowsOf(parts, depth, above, rows) {
  for (const [index, part] of parts.entries()) {
    const item = h("div", {
      role: "treeitem",
      "aria-level": depth + 1,
      "aria-posinset": index + 1,
      "aria-setsize": parts.length,
      "aria-expanded": part.parts.length > 0 ? String(depth < OPEN_AT_FIRST) : null,
      "aria-selected": "false",
      tabindex: rows.length === 0 ? "0" : "-1",
    }, "  ".repeat(depth), h("span", { class: "fold", "aria-hidden": "true" }), part.label, part.value ? h("span", { class: "value" }, ` ${part.value}`) : null);
    const at = rows.push({ part, depth, above, item }) - 1;
    rowsOf(part.parts, depth + 1, at, rows);
  }
  return rows;
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
