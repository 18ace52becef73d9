/** The tabs on the right (WAI-ARIA Authoring Practices, tabs with automatic activation). */

import { byId } from "./dom.js";

const NAMES = /** @type {const} */ (["fix", "configuration", "log", "packets"]);

/** @typedef {typeof NAMES[number]} Tab */

export function start() {
  select("fix");
  for (const [at, name] of NAMES.entries()) {
    byId(`tab-${name}`).addEventListener("click", () => select(name));
    byId(`tab-${name}`).addEventListener("keydown", (event) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: NAMES.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = NAMES[(to + NAMES.length) % NAMES.length] ?? "fix";
      select(next);
      byId(`tab-${next}`).focus();
    });
  }
}

/** @param {Tab} selected */
export function select(selected) {
  for (const name of NAMES) {
    const is = name === selected;
    byId(`tab-${name}`).setAttribute("aria-selected", String(is));
    byId(`tab-${name}`).tabIndex = is ? 0 : -1;
    byId(name).hidden = !is;
  }
}

/** @param {number} number from 1 */
export function selectNumber(number) {
  const name = NAMES[number - 1];
  if (name) select(name);
}
