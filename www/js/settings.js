/** Settings: what the person knows of the device and its DPS. */

import { byId, h, show } from "./dom.js";
import { changed, onChange, state } from "./state.js";
import { linkWithSettings } from "./share.js";
import { copy } from "./export.js";

/** @typedef {import("./state.js").Settings} Settings */

export function start() {
  const registrationId = text("registrationId", "Registration ID", "With X.509 it is the CN of the device's certificate.", "my-x509-device");
  const suggestion = h("div");
  show(byId("settings-body"), h("form", { class: "stack", onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    h("div", { class: "stack tight" }, registrationId, suggestion),
    text("idScope", "ID scope", "From the overview page of the DPS instance.", "0ne00111111"),
    enrollment(),
    h("div", { class: "fields" }, cloud(), date()),
    h("details", { class: "bare" },
      h("summary", {}, "Another endpoint"),
      h("div", { class: "inside" }, text("endpoint", "Endpoint", "HOST or HOST:PORT, for an emulator or a private address.", "localhost:8883"))),
    h("div", {}, h("button", { type: "button", class: "plain", onclick: () => copy(linkWithSettings(state.settings), "The link") },
      "Copy a link with these settings (no files)"))));
  onChange(() => {
    refresh();
    show(suggestion, suggest());
  });
}

/**
 * @param {"registrationId" | "idScope" | "endpoint"} key
 * @param {string} label
 * @param {string} hint
 * @param {string} placeholder
 */
function text(key, label, hint, placeholder) {
  const input = h("input", { type: "text", id: key, placeholder, autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": `${key}-hint` });
  input.addEventListener("change", () => set(key, input.value.trim()));
  return h("div", { class: "stack tight" },
    h("label", { for: key }, label), input, h("p", { class: "hint", id: `${key}-hint` }, hint));
}

function enrollment() {
  /** @type {[Settings["enrollment"], string][]} */
  const choices = [["unknown", "I do not know"], ["individual", "Individual: this one device"], ["group", "Group: by a CA"]];
  return h("fieldset", { class: "stack tight" },
    h("legend", {}, "Enrollment"),
    choices.map(([value, label]) => h("label", { class: "row choice" },
      h("input", { type: "radio", name: "enrollment", value, checked: value === state.settings.enrollment, onchange: () => set("enrollment", value) }),
      h("span", {}, label))));
}

function cloud() {
  /** @type {[Settings["cloud"], string][]} */
  const clouds = [["public", "Azure"], ["usgov", "Azure US Government"], ["china", "Azure China (21Vianet)"], ["none", "none: an emulator or another server"]];
  const select = h("select", { id: "cloud" }, clouds.map(([value, label]) => h("option", { value }, label)));
  select.addEventListener("change", () => set("cloud", /** @type {Settings["cloud"]} */ (select.value)));
  return h("div", { class: "stack tight" }, h("label", { for: "cloud" }, "Cloud"), select);
}

function date() {
  const input = h("input", { type: "date", id: "at", "aria-describedby": "at-hint" });
  input.addEventListener("change", () => set("at", input.value));
  return h("div", { class: "stack tight" },
    h("label", { for: "at" }, "Judged at"), input, h("p", { class: "hint", id: "at-hint" }, "Empty for now."));
}

/**
 * @template {keyof Settings} Key
 * @param {Key} key
 * @param {Settings[Key]} value
 */
function set(key, value) {
  if (state.settings[key] === value) return;
  state.settings[key] = value;
  changed("settings");
}

/** Shows the settings where something other than the form has changed them. */
function refresh() {
  for (const key of /** @type {const} */ (["registrationId", "idScope", "endpoint", "cloud", "at"])) {
    const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(key));
    if (field !== document.activeElement) field.value = state.settings[key];
  }
  for (const radio of document.querySelectorAll("input[name=enrollment]")) {
    const input = /** @type {HTMLInputElement} */ (radio);
    input.checked = input.value === state.settings.enrollment;
  }
}

function suggest() {
  const id = state.inspection?.commonName;
  if (!id || id === state.settings.registrationId) return null;
  return h("button", { type: "button", class: "plain", onclick: () => { set("registrationId", id); byId("registrationId").focus(); } },
    `Use "${id}" from the certificate`);
}
