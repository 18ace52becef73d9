/** Wires the page: each part draws itself when the state changes; after a change everything is inspected again. */

import * as configuration from "./configure.js";
import { byId } from "./dom.js";
import { inspect, loadFirst, loadRest } from "./engine.js";
import * as explanation from "./explain.js";
import * as files from "./files.js";
import { lockDown, announceUsable } from "./lockdown.js";
import * as result from "./result.js";
import * as settings from "./settings.js";
import { settingsOfLink } from "./share.js";
import { changed, onChange, state } from "./state.js";

theme();
contents();
settings.start();
files.start();
result.start();

begin().catch((/** @type {unknown} */ error) => {
  const trouble = byId("trouble");
  trouble.hidden = false;
  trouble.textContent = `The program inside this page did not start (${error instanceof Error ? error.message : error}). A browser from 2023 or later with WebAssembly switched on is needed.`;
});

/** Files are looked at as soon as that is possible; the rest comes while a person reads. */
async function begin() {
  await loadFirst();
  Object.assign(state.settings, settingsOfLink(location.hash));
  onChange((what) => {
    if (what !== "inspection") judge();
  });
  changed("settings");
  announceUsable();
  await loadRest();
  lockDown();
  configuration.start();
  explanation.start();
  changed("settings");
}

/** Inspects what is there; only the last of several changes counts. */
let latest = 0;
async function judge() {
  const mine = ++latest;
  const inspection = state.files.length === 0 ? null : await inspect(state);
  if (mine !== latest) return;
  state.inspection = inspection;
  changed("inspection");
}

function theme() {
  const select = /** @type {HTMLSelectElement} */ (byId("theme"));
  select.addEventListener("change", () => {
    if (select.value === "") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = select.value;
  });
}

/** Marks in the contents where the reader is. */
function contents() {
  const links = [...document.querySelectorAll(".contents a")];
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links) {
        link.setAttribute("aria-current", String(link.getAttribute("href") === `#${entry.target.id}`));
      }
    }
  }, { rootMargin: "-30% 0px -60% 0px" });
  for (const section of document.querySelectorAll("section[id]")) seen.observe(section);
}
