/** Configurations for the client that the person has, one file or all of them. */

import { announce } from "./announce.js";
import { byId, h, show, withCommands } from "./dom.js";
import { configure, targets } from "./engine.js";
import { codeBox, copy, downloadAll, marked } from "./export.js";
import { list } from "./finding.js";
import { compare } from "./pasted.js";
import { onChange, state } from "./state.js";

/** @typedef {import("../package/esm/index.js").Target} Target */
/** @typedef {typeof asked} Asked */

/** What is asked here and nowhere else. */
const asked = { folder: "/etc/dps-x509", keyPath: "/etc/dps-x509/device-key.pem", dpsName: "", resourceGroup: "" };

/** What stands where the ID scope is not known yet; it is marked. */
const UNKNOWN_SCOPE = "0neXXXXXXXX";

export async function start() {
  const all = await targets();
  let chosen = all[0]?.name ?? "";
  const out = h("div", { class: "stack", role: "status", "aria-live": "polite", "aria-busy": "false" });
  let latest = 0;
  const redraw = async () => {
    const mine = ++latest;
    const target = all.find(({ name }) => name === chosen);
    const shown = target ? await configuration(target) : [];
    if (mine === latest) show(out, ...shown);
  };
  const tiles = all.map(({ name, title, family }) => h("label", { class: "tile", title: `${title} (${family})` },
    h("input", { type: "radio", name: "client", value: name, checked: name === chosen, onchange: () => { chosen = name; void redraw(); } }),
    h("span", {}, title.split(": ", 1))));
  const find = h("input", { type: "search", id: "find-client", placeholder: `${all.length} clients`, "aria-label": "Find a client" });
  find.addEventListener("input", () => {
    const wanted = find.value.toLowerCase();
    for (const [at, tile] of tiles.entries()) {
      const { name, title, family } = /** @type {Target} */ (all[at]);
      tile.hidden = !`${name} ${title} ${family}`.toLowerCase().includes(wanted);
    }
  });
  show(byId("configuration"), h("div", { class: "stack" },
    find,
    h("fieldset", { class: "tiles" }, h("legend", { class: "sr-only" }, "Client"), tiles),
    h("details", { class: "bare", id: "configure-more" },
      h("summary", {}, "Paths on the device, names in Azure"),
      h("div", { class: "inside" }, h("div", { class: "fields" },
        text("folder", "Folder of the files on the device", redraw),
        text("keyPath", "Path of the private key on the device", redraw),
        text("dpsName", "Name of the DPS instance", redraw),
        text("resourceGroup", "Resource group", redraw)))),
    out,
    h("div", {}, h("button", { type: "button", onclick: () => everything(all) }, "Download the files for every client (zip)"))));
  onChange((what) => {
    if (what !== "log") void redraw();
  });
  await redraw();
}

/**
 * @param {keyof typeof asked} key
 * @param {string} label
 * @param {() => void} redraw
 */
function text(key, label, redraw) {
  const id = `configure-${key}`;
  const input = h("input", { type: "text", id, value: asked[key], autocomplete: "off", spellcheck: "false" });
  input.addEventListener("change", () => {
    asked[key] = input.value.trim();
    redraw();
  });
  return h("div", { class: "stack tight" }, h("label", { for: id }, label), input);
}

/** @param {Target} target */
function made(target) {
  const idScope = state.settings.idScope || UNKNOWN_SCOPE;
  return configure(target.name, { ...state, settings: { ...state.settings, idScope } }, asked);
}

/** @param {Target} target */
async function configuration(target) {
  const { targets: [one], certificates, findings: all } = await made(target);
  const findings = all.filter((finding) => !isAbove(finding));
  if (!one) return refused(all.filter(isAbove), findings);
  const files = [...one.files, ...certificates];
  return [
    h("h3", {}, target.title),
    h("dl", { class: "facts" }, [["Where", one.place], ["Run", one.run], ["Expect", one.expect], ["Checked", target.how]]
      .flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, withCommands(String(value)))])),
    ...about(findings),
    one.form.length > 0 && form(one.form),
    state.settings.idScope === "" && one.files.some(({ text }) => text.includes(UNKNOWN_SCOPE)) && h("p", { class: "hint" }, "Marked: your ID scope, which is not known yet."),
    ...one.files.map((file) => codeBox(file.path, file.text, UNKNOWN_SCOPE)),
    certificates.length > 0 && h("details", { id: "certificate-files" },
      h("summary", {}, `The certificate files that go with it (${certificates.length})`),
      h("div", { class: "inside" }, certificates.map((file) => codeBox(file.path, file.text)))),
    h("div", {}, h("button", { type: "button", onclick: () => downloadAll(`${target.name}.zip`, files) },
      `Download as ${target.name}.zip`)),
  ].filter((part) => part !== false);
}

/**
 * The client's own dialogue, box by box, and a place for what stands in it now.
 *
 * @param {import("../package/esm/index.js").FormGroup[]} groups
 */
function form(groups) {
  const result = h("div", { role: "status", "aria-live": "polite" });
  const area = h("textarea", { id: "pasted-settings", rows: "3", spellcheck: "false", autocomplete: "off", placeholder: "Client ID: …, as lines, JSON, a URL or a command" });
  area.value = state.pasted;
  const look = () => {
    state.pasted = area.value;
    show(result, state.pasted.trim() === "" ? null : compared(compare(state.pasted, groups.flatMap(({ boxes }) => boxes))));
  };
  area.addEventListener("input", look);
  look();
  return h("div", { class: "stack" },
    groups.map(({ title, boxes }) => h("section", { class: "form", "aria-label": title }, h("h3", {}, title), h("dl", {}, boxes.map(field)))),
    h("div", { class: "stack tight" }, h("label", { for: "pasted-settings" }, "What does your client have now? Paste its settings"), area, result));
}

/** @param {import("../package/esm/index.js").FormField} field */
function field({ label, value }) {
  return h("div", {}, h("dt", {}, label), value === ""
    ? h("dd", { class: "hint" }, "leave empty")
    : h("dd", {}, h("span", { class: "mono" }, marked(value, UNKNOWN_SCOPE)),
      h("button", { type: "button", class: "plain", "aria-label": `Copy ${label}`, onclick: () => copy(value, label) }, "Copy")));
}

/** @param {import("./pasted.js").Compared[]} all */
function compared(all) {
  if (all.length === 0) return h("p", { class: "hint" }, "No setting is known in this. Paste lines such as \"Host: …\".");
  const looks = { right: ["passed", "✓", "right"], wrong: ["failed", "✕", "wrong"], "other-form": ["doubtful", "!", "to look at"] };
  return h("ul", { class: "checks", id: "compared" }, all.map(({ field: { label, value }, found, result, why }) => {
    const [look, mark, word] = looks[result];
    const should = result === "right" ? "" : ` It should be ${value === "" ? "empty" : `"${value}"`}${why && `: ${why}`}.`;
    return h("li", { class: look }, h("span", {}, h("span", { "aria-hidden": "true" }, `${mark} `), h("span", { class: "sr-only" }, `${word}: `),
      `${label}: ${found === "" ? "empty" : `"${found}"`}.${should}`));
  }));
}

/** @param {import("./engine.js").Finding[]} findings */
function about(findings) {
  return findings.length > 0 ? [h("h3", {}, "To know about these files"), list(findings)] : [];
}

/** @param {import("./engine.js").Finding} finding */
function isAbove({ code, message }) {
  return (state.inspection?.report.findings ?? []).some((one) => one.code === code && one.message === message);
}

/** Something that a target needs was not given: nothing is wrong yet. */
const LACKING = "DX122";

/**
 * @param {import("./engine.js").Finding[]} above
 * @param {import("./engine.js").Finding[]} findings
 */
function refused(above, findings) {
  const codes = [...new Set(above.filter(({ severity }) => severity === "error").map(({ code }) => code))];
  const lacking = findings.filter(({ code }) => code === LACKING);
  return [
    ...(codes.length > 0 ? [h("p", {}, `Nothing that is written now would work: first mend what stands under Fix (${codes.join(", ")}).`)] : []),
    ...(lacking.length > 0 ? [
      h("p", {}, "To be given before this client's files can be written:"),
      h("ul", {}, lacking.map(({ message, nextStep }) => h("li", {}, withCommands(`${message} ${nextStep}`)))),
    ] : []),
    ...about(findings.filter(({ code }) => code !== LACKING)),
  ];
}

/** @param {Target[]} all */
async function everything(all) {
  const every = await Promise.all(all.map(made));
  const files = new Map();
  for (const { certificates, targets: [one] } of every) {
    if (one) for (const file of [...certificates, ...one.files]) files.set(file.path, file);
  }
  if (files.size === 0) {
    announce("No client's files can be written yet: first mend what stands under Fix.");
    return;
  }
  await downloadAll("dps-x509-configurations.zip", [...files.values()]);
}
