/** Several devices are a list to choose from: found by name, each with the sign of its own verdict, all of them as CSV. */

import { announce } from "./announce.js";
import { h, show } from "./dom.js";
import { reportOnDevice } from "./engine.js";
import { download } from "./export.js";
import { devicesOf, leafOf } from "./facts.js";
import { markOf } from "./mark.js";
import { onChange, state, tell } from "./state.js";
import { judge } from "./verdict.js";

/** @typedef {import("./verdict.js").Verdict} Verdict */

/** Height of a row in pixels, as style/parts.css has it, and how many are drawn beyond what is seen. */
const ROW = 30;
const BEYOND = 4;

/** Every device here, in the order of their names. @type {string[]} */
let names = [];
/** Those that the field lets through. @type {string[]} */
let found = [];
/** What came out for each. @type {Map<string, Verdict & { code: string }>} */
let verdicts = new Map();
/** What the verdicts were made from; when it changes they are made again. */
let basis = "";

const find = h("input", { type: "search", id: "find-device", autocomplete: "off", spellcheck: "false", "aria-label": "Find a device", placeholder: "Find by name", "aria-controls": "device-list" });
const space = h("div", { role: "presentation", class: "space" });
const box = h("div", { id: "device-list", class: "devices", role: "listbox", tabindex: "0", "aria-label": "Devices" }, space);
const title = h("h3", {});
const all = h("section", { class: "stack", hidden: true, "aria-label": "Devices" }, title, find, box,
  h("button", { type: "button", class: "plain", id: "devices-csv", onclick: () => void saveAll() }, "Save all as CSV"));

/** @returns {HTMLElement} the list, hidden as long as there are not two devices */
export function deviceList() {
  find.addEventListener("input", () => {
    choose();
    box.scrollTop = 0;
    draw();
  });
  box.addEventListener("scroll", draw);
  box.addEventListener("keydown", move);
  onChange(refresh);
  return all;
}

function refresh() {
  const { inspection } = state;
  names = inspection ? devicesOf(inspection.report).map(({ name }) => name) : [];
  all.hidden = names.length < 2;
  if (all.hidden) return;
  title.textContent = `${names.length} devices`;
  const { registrationId: _, ...settings } = state.settings;
  const now = JSON.stringify([settings, state.passphrase.length, state.files.map(({ id, purpose }) => [id, purpose])]);
  if (now !== basis) {
    basis = now;
    verdicts = new Map();
    void judgeAll();
  }
  choose();
  draw();
}

function choose() {
  const wanted = find.value.trim().toLowerCase();
  found = names.filter((name) => name.toLowerCase().includes(wanted));
}

/** Draws the rows that are seen, and no others. */
function draw() {
  const [from, to] = seen();
  const chosen = chosenName();
  space.style.height = `${found.length * ROW}px`;
  show(space, found.slice(from, to).map((name, index) => row(name, from + index, name === chosen)));
  const active = space.querySelector("[aria-selected=true]");
  if (active) box.setAttribute("aria-activedescendant", active.id);
  else box.removeAttribute("aria-activedescendant");
}

/** @returns {[number, number]} the rows that are seen, and some beyond */
function seen() {
  const from = Math.floor(box.scrollTop / ROW);
  return [Math.max(0, from - BEYOND), from + Math.ceil(box.clientHeight / ROW) + BEYOND];
}

/**
 * @param {string} name
 * @param {number} at
 * @param {boolean} isChosen
 */
function row(name, at, isChosen) {
  const verdict = verdicts.get(name);
  const option = h("div", {
    id: `device-${at}`, role: "option", class: `device ${verdict?.kind ?? ""}`, title: verdict?.sentence ?? "",
    "aria-selected": String(isChosen), "aria-posinset": at + 1, "aria-setsize": found.length, onclick: () => take(name),
  },
  h("span", { class: "name" }, name),
  h("span", { class: "sign", "aria-hidden": "true" }, markOf(verdict?.kind ?? "reading")),
  h("span", { class: "sr-only" }, verdict ? `, ${verdict.kind}` : ", being read"));
  option.style.top = `${at * ROW}px`;
  return option;
}

function chosenName() {
  return (state.inspection && leafOf(state.inspection.report)?.commonName) ?? state.settings.registrationId;
}

/** @param {string} name */
function take(name) {
  tell({ registrationId: name }, "you");
}

/** @param {KeyboardEvent} event */
function move(event) {
  const at = found.indexOf(chosenName());
  const page = Math.max(1, Math.floor(box.clientHeight / ROW) - 1);
  /** @type {Record<string, number>} */
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: found.length - 1 };
  const to = steps[event.key];
  if (to === undefined || found.length === 0) return;
  event.preventDefault();
  const next = Math.min(found.length - 1, Math.max(0, to));
  take(/** @type {string} */ (found[next]));
  if (next * ROW < box.scrollTop) box.scrollTop = next * ROW;
  else if ((next + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (next + 1) * ROW - box.clientHeight;
}

/** Judges each device by its own files, those that are seen first; a change of the files starts it anew. */
async function judgeAll() {
  const mine = basis;
  for (let next = unjudged(); next !== undefined && mine === basis; next = unjudged()) {
    const verdict = await verdictOn(next);
    if (mine !== basis) return;
    verdicts.set(next, verdict);
    draw();
  }
}

/** @returns {string | undefined} a device without a verdict */
function unjudged() {
  const isOpen = (/** @type {string} */ name) => !verdicts.has(name);
  return found.slice(...seen()).find(isOpen) ?? names.find(isOpen);
}

/** @param {string} name */
async function verdictOn(name) {
  try {
    const judged = await reportOnDevice(name, state);
    const verdict = judge(judged);
    const first = judged.report.findings.find(({ severity }) => severity !== "note");
    return { ...verdict, code: first?.code ?? "" };
  } catch (error) {
    return { kind: /** @type {const} */ ("doubtful"), sentence: "This device could not be judged.", why: String(error), code: "" };
  }
}

async function saveAll() {
  const mine = basis;
  while (unjudged() !== undefined && mine === basis) {
    announce(`${names.length - verdicts.size} devices are still being judged.`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  if (mine !== basis) return;
  const rows = names.map((name) => {
    const verdict = verdicts.get(name);
    return [name, verdict?.kind ?? "", verdict?.code ?? "", verdict?.sentence ?? "", verdict?.why ?? ""];
  });
  const lines = [["registration ID", "verdict", "code", "sentence", "why"], ...rows].map((cells) => cells.map(cell).join(","));
  download("dps-x509-devices.csv", `${lines.join("\r\n")}\r\n`, "text/csv");
}

/**
 * A cell of RFC 4180. What a spreadsheet would take for a formula is made a text: names are of strangers.
 *
 * @param {string} text
 */
function cell(text) {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
