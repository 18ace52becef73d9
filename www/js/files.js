/** Files: by drop, choice or paste, sorted by what they turn out to be, and movable. */

import { announce } from "./announce.js";
import { byId, h, show } from "./dom.js";
import { examples } from "./example.js";
import { makeForm } from "./generate.js";
import { addFiles, changed, forgetFiles, onChange, removeAllFiles, removeFile, state } from "./state.js";

/** @typedef {import("./state.js").Purpose} Purpose */

/** Larger than any certificate file; a mistake is refused before it is read. */
const LARGEST = 16 * 1024 * 1024;

/** @type {[Purpose, string][]} */
const PURPOSES = [
  ["any", "sorts itself"],
  ["device-chain", "device's certificates"],
  ["device-key", "device's key"],
  ["group-ca", "uploaded to the group"],
  ["server-trust", "CA file (trusts DPS)"],
];

export function start() {
  const files = h("div", { class: "stack" });
  show(byId("files-body"), h("div", { class: "stack" }, dropZone(), paste(), exampleRow(), makeForm(), files));
  takeDrops();
  onChange(() => show(files, ...groups()));
}

function dropZone() {
  const input = h("input", { type: "file", multiple: true, id: "choose", class: "sr-only", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", async () => {
    await add([...(input.files ?? [])]);
    input.value = "";
  });
  return h("div", { class: "drop" },
    h("button", { type: "button", class: "primary", onclick: () => input.click() }, "Choose files…"),
    input,
    h("p", { class: "hint" }, "or drop them anywhere on this page."));
}

function takeDrops() {
  const over = (/** @type {boolean} */ is) => document.body.classList.toggle("over", is);
  document.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    over(false);
    await add([...(event.dataTransfer?.files ?? [])]);
  });
}

/** @param {File[]} files */
async function add(files) {
  /** @type {{ name: string, data: Uint8Array }[]} */
  const read = [];
  for (const file of files) {
    if (file.size > LARGEST) {
      announce(`${file.name} has ${Math.round(file.size / 1e6)} MB: that is no certificate file, and it was left out.`);
      continue;
    }
    try {
      read.push({ name: file.name, data: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      announce(`${file.name} cannot be read; it may be a folder.`);
    }
  }
  if (read.length > 0) addFiles(read);
}

function paste() {
  const area = h("textarea", { id: "paste", rows: "4", spellcheck: "false", autocomplete: "off", "aria-describedby": "paste-hint" });
  let number = 0;
  const add = () => {
    if (area.value.trim() === "") {
      announce("There is nothing in the box yet.");
      area.focus();
      return;
    }
    number += 1;
    addFiles([{ name: `pasted-${number}.txt`, data: new TextEncoder().encode(area.value) }]);
    area.value = "";
  };
  return h("details", {},
    h("summary", {}, "Paste text instead"),
    h("div", { class: "inside" },
      h("label", { for: "paste" }, "PEM, base64, a C string, JSON, anything that has the certificate in it"),
      area,
      h("p", { class: "hint", id: "paste-hint" }, "A pasted private key is treated as a file with one: compared, and overwritten when you remove it."),
      h("div", {}, h("button", { type: "button", onclick: add }, "Look at this text"))));
}

function exampleRow() {
  return h("div", { class: "stack tight" },
    h("p", { class: "group-title", id: "examples-title" }, "No files at hand? Try an example"),
    h("div", { class: "examples", role: "group", "aria-labelledby": "examples-title" },
      examples.map((example) =>
        h("button", { type: "button", onclick: () => load(example) }, example.title))));
}

/** @param {import("./example.js").Example} example */
function load(example) {
  forgetFiles();
  Object.assign(state.settings, { registrationId: "", idScope: "", enrollment: "unknown", cloud: "public", endpoint: "", at: "" }, example.settings);
  addFiles(example.files.map(({ name, text, purpose }) => ({ name, data: new TextEncoder().encode(text), purpose })));
  changed("settings");
  announce(`Example: ${example.title}.`);
}

/** The files under the headings that a person sorts them by. */
function groups() {
  if (state.files.length === 0) return [];
  /** @type {[string, (kind: Sorted) => boolean][]} */
  const headings = [
    ["The device's chain", (kind) => kind === "chain"],
    ["The device's key", (kind) => kind === "key"],
    ["What the device trusts the server by", (kind) => kind === "trust"],
    ["Uploaded to the service", (kind) => kind === "group"],
    ["Other", (kind) => kind === "other"],
  ];
  const sorted = state.files.map((file) => ({ file, kind: sort(file) }));
  const lists = headings
    .map(([title, belongs]) => ({ title, entries: sorted.filter(({ kind }) => belongs(kind)) }))
    .filter(({ entries }) => entries.length > 0)
    .map(({ title, entries }) => h("div", { class: "stack tight" },
      h("h3", { class: "group-title" }, title),
      h("ul", { class: "files" }, entries.map(({ file }) => row(file)))));
  return [...lists, passphrase(), h("div", {}, h("button", { type: "button", onclick: removeAllFiles }, "Remove all files"))];
}

/** @typedef {"chain" | "key" | "trust" | "group" | "other"} Sorted */

/**
 * @param {import("./state.js").InputFile} file
 * @returns {Sorted}
 */
function sort(file) {
  switch (file.purpose) {
    case "device-chain": return "chain";
    case "device-key": return "key";
    case "group-ca": return "group";
    case "server-trust": return "trust";
  }
  const report = state.inspection?.report;
  const roles = (report?.certificates ?? []).filter((one) => one.place.path === file.name).map((one) => one.role);
  if (roles.some((role) => ["leaf", "self-signed device", "intermediate", "root"].includes(role))) return "chain";
  if (roles.some((role) => role.includes("server root"))) return "trust";
  if ((report?.items ?? []).some((item) => item.place.path === file.name && item.kind.includes("private key"))) return "key";
  return "other";
}

/** @param {import("./state.js").InputFile} file */
function row(file) {
  const id = `purpose-${file.id}`;
  const select = h("select", { id, "aria-label": `What ${file.name} is` },
    PURPOSES.map(([value, label]) => h("option", { value, selected: value === file.purpose }, label)));
  select.addEventListener("change", () => {
    file.purpose = /** @type {Purpose} */ (select.value);
    changed("files");
    document.getElementById(id)?.focus();
  });
  return h("li", {},
    h("span", { class: "name" }, file.name),
    h("span", { class: "kind" }, description(file)),
    h("span", { class: "controls" }, select,
      h("button", { type: "button", class: "plain", "aria-label": `Remove ${file.name}`, onclick: () => removeFile(file.id) }, "Remove")));
}

/** @param {import("./state.js").InputFile} file */
function description(file) {
  const report = state.inspection?.report;
  if (!report) return "being read…";
  const certificates = report.certificates.filter((one) => one.place.path === file.name);
  const others = report.items.filter((item) => item.place.path === file.name && item.kind !== "a certificate");
  const words = [
    ...certificates.map((one) => `${one.role}: ${one.subject || "no name"}`),
    ...others.map((item) => item.kind),
  ];
  return words.length > 0 ? words.join("; ") : "nothing that can be used was found in it";
}

function passphrase() {
  const asks = (state.inspection?.report.items ?? []).some((item) => /encrypted|PKCS#12/.test(item.kind));
  if (!asks && state.passphrase === "") return null;
  const input = h("input", { type: "password", id: "passphrase", autocomplete: "off", value: state.passphrase });
  input.addEventListener("change", () => {
    state.passphrase = input.value;
    changed("files");
    document.getElementById("passphrase")?.focus();
  });
  return h("div", { class: "stack tight" },
    h("label", { for: "passphrase" }, "Passphrase of the encrypted file"),
    input);
}
