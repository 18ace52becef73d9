/** The files, by what they turn out to be; what is missing is a row to fill. */

import { byId, h, redraw } from "./dom.js";
import { certificatesOf, issuerMissing, keyOf, nameOf } from "./facts.js";
import { download } from "./export.js";
import { padlock } from "./mark.js";
import { changed, forgetAll, onChange, removeFile, setLog, state } from "./state.js";

/** @typedef {import("./state.js").Purpose} Purpose */
/** @typedef {import("./state.js").InputFile} InputFile */

/** @type {[Purpose, string][]} */
const PURPOSES = [
  ["any", "sorts itself"],
  ["device-chain", "device's certificates"],
  ["device-key", "device's key"],
  ["group-ca", "uploaded to the group"],
  ["server-trust", "CA file of the client"],
];

/** Rows that are drawn at once; with more there is a field to find others. */
const SHOWN = 40;
let wanted = "";

export function start() {
  onChange(draw);
}

function draw() {
  const rows = state.files.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  redraw(byId("files-body"),
    state.files.length > SHOWN && finder(),
    places(),
    h("ul", { class: "rows" },
      rows.slice(0, SHOWN).map(row),
      state.log && logRow(state.log),
      missing()),
    rows.length > SHOWN && h("p", { class: "hint" }, `and ${rows.length - SHOWN} more`),
    h("button", { type: "button", class: "plain", id: "remove-all", onclick: removeAll }, "Remove all"));
}

function removeAll() {
  forgetAll();
  changed("files");
  byId("anything").focus();
}

function finder() {
  const input = h("input", { type: "search", id: "find-file", "aria-label": "Find a file", value: wanted, placeholder: `${state.files.length} files` });
  input.addEventListener("input", () => {
    wanted = input.value;
    draw();
  });
  return input;
}

/** @param {InputFile} file */
function row(file) {
  const { words, sign, look } = describe(file);
  const id = `purpose-${file.id}`;
  const select = h("select", { id, "aria-label": `What ${file.name} is` },
    PURPOSES.map(([value, label]) => h("option", { value, selected: value === file.purpose }, label)));
  select.addEventListener("change", () => {
    file.purpose = /** @type {Purpose} */ (select.value);
    changed("files");
  });
  const item = h("li", { class: look, draggable: "true", "data-key": `file-${file.id}` },
    h("span", { class: "name" }, file.name),
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    h("span", { class: "kind" }, words),
    look === "locked" && passphrase(file),
    h("span", { class: "controls" }, select,
      h("button", { type: "button", class: "plain", id: `remove-${file.id}`, "aria-label": `Remove ${file.name}`, onclick: () => removeFile(file.id) }, "Remove")));
  item.addEventListener("dragstart", (event) => {
    event.dataTransfer?.setData("application/x-dps-x509-file", String(file.id));
    byId("places").hidden = false;
  });
  item.addEventListener("dragend", () => { byId("places").hidden = true; });
  return item;
}

/** Where a row can be dragged to; the menu in the row does the same. */
function places() {
  return h("ul", { id: "places", class: "places", hidden: true, "aria-hidden": "true" }, PURPOSES.map(([purpose, label]) => {
    const place = h("li", {}, label);
    place.addEventListener("drop", (event) => {
      const file = state.files.find(({ id }) => String(id) === event.dataTransfer?.getData("application/x-dps-x509-file"));
      if (!file) return;
      file.purpose = purpose;
      changed("files");
    });
    return place;
  }));
}

/**
 * What a file is, for the device that the verdict is about.
 *
 * @param {InputFile} file
 * @returns {{ words: string, sign: string | SVGElement, look: "" | "good" | "error" | "locked" }}
 */
function describe(file) {
  const { inspection } = state;
  if (!inspection) return { words: "being read…", sign: "", look: "" };
  const { report } = inspection;
  const isIts = (/** @type {{ place?: { path?: string } }} */ one) => one.place?.path === file.name;
  const isShut = report.findings.some((finding) => finding.family === "opening" && finding.severity !== "note" && isIts(finding))
    || report.findings.some((finding) => finding.name === "store-not-opened" && isIts(finding));
  if (isShut) return { words: "locked: give its passphrase", sign: padlock(), look: "locked" };
  const key = keyOf(report, file.name);
  if (key?.belongsTo) return { words: `${key.type} key; belongs to ${key.belongsTo}`, sign: "✓", look: "good" };
  if (key) return report.certificates.length === 0
    ? { words: `${key.type} key; its certificate is not here yet`, sign: "", look: "" }
    : { words: `${key.type} key; belongs to no certificate here`, sign: "✕", look: report.chain.leaf === null ? "" : "error" };
  const certificates = certificatesOf(report, file.name);
  if (certificates.length > 0) {
    const some = certificates.slice(0, 3).map((one) => `${roleOf(one, file)} ${nameOf(one)}`);
    const more = certificates.length > some.length ? `, and ${certificates.length - some.length} more` : "";
    const isWrong = report.findings.some((finding) => finding.severity === "error" && isIts(finding));
    return { words: some.join(", ") + more, sign: isWrong ? "✕" : "✓", look: isWrong ? "error" : "good" };
  }
  const others = report.items.filter((item) => isIts(item) && item.sort !== "unknown");
  if (others.length > 0) return { words: [...new Set(others.map((item) => item.kind))].join(", "), sign: "", look: "" };
  const finding = report.findings.find(isIts);
  return { words: finding ? "nothing that can be used; see Fix" : "nothing in it that matters here", sign: "", look: "" };
}

/**
 * @param {import("./engine.js").CertificateFacts} one
 * @param {InputFile} file
 */
function roleOf(one, file) {
  if (file.purpose === "group-ca") return "uploaded to the group:";
  if (file.purpose === "server-trust") return "trusts the server by:";
  return `${one.role}:`;
}

/** @param {InputFile} file */
function passphrase(file) {
  const id = `passphrase-${file.id}`;
  const input = h("input", { type: "password", id, autocomplete: "off", value: state.passphrase });
  input.addEventListener("change", () => {
    state.passphrase = input.value;
    changed("files");
  });
  return h("span", { class: "passphrase" }, h("label", { for: id }, "Passphrase"), input);
}

/** @param {{ name: string }} log */
function logRow({ name }) {
  return h("li", { "data-key": "log-row" },
    h("span", { class: "name" }, name),
    h("span", { class: "kind" }, "a log or an answer; see Log"),
    h("span", { class: "controls" },
      h("button", { type: "button", class: "plain", id: "remove-log", "aria-label": `Remove ${name}`, onclick: () => setLog(null) }, "Remove")));
}

/** What would make the picture whole. */
function missing() {
  const { inspection, settings } = state;
  if (!inspection) return [];
  const { report, serverRoot } = inspection;
  const { leaf } = report.chain;
  const issuer = issuerMissing(report);
  const isUploadKnown = settings.enrollment !== "group" || report.way.some(({ uploaded }) => uploaded) || state.files.some(({ purpose }) => purpose === "group-ca");
  /** @type {[string, string][]} */
  const rows = [
    ...(leaf === null && state.files.length > 0 ? [/** @type {[string, string]} */ (["The device's certificate", "not here: add it"])] : []),
    ...(leaf !== null && report.keys.length === 0 && !report.findings.some(({ family }) => family === "opening")
      ? [/** @type {[string, string]} */ (["The device's key", "not here; it is compared only"])] : []),
    ...(issuer !== null ? [/** @type {[string, string]} */ ([issuer, "issuer, not here: add it if the device sends it or the group has it"])] : []),
    ...(!isUploadKnown ? [/** @type {[string, string]} */ (["The CA of the group", "not here: add it and mark it as uploaded"])] : []),
  ];
  return [
    ...rows.map(([name, words]) => h("li", { class: "missing", "data-key": `missing-${name}` },
      h("span", { class: "name" }, name), h("span", { class: "kind" }, words),
      h("span", { class: "controls" },
        h("button", { type: "button", class: "plain", "aria-label": `Add ${name}`, onclick: () => byId("choose").click() }, "Add")))),
    ...(serverRoot && leaf !== null && inspection.serverTrust.length === 0
      ? [h("li", { class: "offered", "data-key": "missing-root" },
        h("span", { class: "name" }, serverRoot.name), h("span", { class: "kind" }, "CA file of the client: trusts DPS by it"),
        h("span", { class: "controls" },
          h("button", { type: "button", class: "plain", "aria-label": `Download ${serverRoot.name}`, onclick: () => download(`${serverRoot.name.replaceAll(" ", "")}.pem`, serverRoot.pem) }, "Get")))]
      : []),
  ];
}
