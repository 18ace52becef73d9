/** Configurations for the client that the person has, one file or all of them. */

import { announce } from "./announce.js";
import { byId, h, show } from "./dom.js";
import { configure, targets } from "./engine.js";
import { codeBox, download } from "./export.js";
import { list } from "./finding.js";
import { onChange, state } from "./state.js";
import { zip } from "./zip.js";

/** @typedef {import("../package/esm/index.js").Target} Target */
/** @typedef {typeof asked} Asked */

/** What is asked here and nowhere else. */
const asked = { folder: "/etc/dps-x509", keyPath: "/etc/dps-x509/device-key.pem", dpsName: "", resourceGroup: "" };

export async function start() {
  const all = await targets();
  const select = h("select", { id: "target" }, families(all).map(([family, members]) =>
    h("optgroup", { label: family }, members.map(({ name, title }) => h("option", { value: name }, title)))));
  const out = h("div", { class: "stack", role: "status", "aria-live": "polite", "aria-busy": "false" });
  let latest = 0;
  const redraw = async () => {
    const mine = ++latest;
    const target = all.find(({ name }) => name === select.value);
    const shown = target ? await configuration(target) : [];
    if (mine === latest) show(out, ...shown);
  };
  select.addEventListener("change", redraw);
  show(byId("configuration"), h("div", { class: "stack" },
    h("div", { class: "fields" },
      h("div", { class: "stack tight" }, h("label", { for: "target" }, "Client"), select),
      text("folder", "Folder of the files on the device", redraw),
      text("keyPath", "Path of the private key on the device", redraw)),
    h("details", { class: "bare" },
      h("summary", {}, "Names in Azure, for the enrollment commands"),
      h("div", { class: "inside" }, h("div", { class: "fields" },
        text("dpsName", "Name of the DPS instance", redraw),
        text("resourceGroup", "Resource group", redraw)))),
    out,
    h("div", {}, h("button", { type: "button", onclick: () => everything(all) }, "Download the files for every client (zip)"))));
  onChange((what) => {
    if (what !== "log") void redraw();
  });
  redraw();
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

/**
 * @param {Target[]} all
 * @returns {[string, Target[]][]}
 */
function families(all) {
  const names = [...new Set(all.map(({ family }) => family))];
  return names.map((family) => [family, all.filter((target) => target.family === family)]);
}

/** @param {Target} target */
async function configuration(target) {
  const made = await configure(target.name, state, asked);
  const one = made.targets[0];
  const findings = made.findings.filter((finding) => !isAbove(finding));
  if (!one) return refused(made.findings.filter(isAbove), findings);
  const files = [...one.files, ...made.certificates];
  return [
    h("dl", { class: "facts" }, [["Where", one.place], ["Run", one.run], ["Expect", one.expect], ["Checked", target.how]]
      .flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])),
    ...about(findings),
    ...one.files.map((file) => codeBox(file.path, file.text)),
    made.certificates.length > 0 && h("details", {},
      h("summary", {}, `The certificate files that go with it (${made.certificates.length})`),
      h("div", { class: "inside" }, made.certificates.map((file) => codeBox(file.path, file.text)))),
    h("div", {}, h("button", { type: "button", onclick: () => download(`${target.name}.zip`, zip(files), "application/zip") },
      `Download as ${target.name}.zip`)),
  ].filter((part) => part !== false);
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
      h("ul", {}, lacking.map(({ message, nextStep }) => h("li", {}, `${message} ${nextStep}`))),
    ] : []),
    ...about(findings.filter(({ code }) => code !== LACKING)),
  ];
}

/** @param {Target[]} all */
async function everything(all) {
  const made = await Promise.all(all.map(({ name }) => configure(name, state, asked)));
  const files = new Map();
  for (const { certificates, targets: [one] } of made) {
    if (one) for (const file of [...certificates, ...one.files]) files.set(file.path, file);
  }
  if (files.size === 0) {
    announce("No client's files can be written yet: first mend what stands under Fix.");
    return;
  }
  download("dps-x509-configurations.zip", zip([...files.values()]), "application/zip");
}
