/** What is known of the device and its DPS, each with where it is known from. */

import { deviceList } from "./devices.js";
import { byId, h, show, withCommands } from "./dom.js";
import { copy } from "./export.js";
import { linkWithSettings } from "./share.js";
import { onChange, state, tell } from "./state.js";

/** @typedef {import("./state.js").Settings} Settings */

/** @type {Record<import("./state.js").Source, string>} */
const SOURCES = {
  you: "",
  certificate: "from the certificate",
  log: "from the log",
  link: "from the link",
  example: "from the example",
};

/** Days from today to the end of the slider. */
const DAYS = 3650;

export function start() {
  const trouble = h("div", { id: "device-trouble" });
  show(byId("device-body"), h("form", { class: "stack", onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    deviceList(),
    text("registrationId", "Registration ID", "the CN of the certificate"),
    text("idScope", "ID scope", "0ne… (DPS overview)"),
    trouble,
    enrollment(),
    cloud(),
    date(),
    h("details", { class: "bare", id: "endpoint-details" },
      h("summary", {}, "Another endpoint"),
      text("endpoint", "Endpoint", "host or host:port")),
    h("button", { type: "button", class: "plain", id: "copy-link", onclick: () => copy(linkWithSettings(state.settings), "The link") },
      "Copy a link with these settings")));
  onChange(() => {
    refresh();
    show(trouble, ...(state.inspection?.wrongSettings ?? []).map(({ message }) => h("p", { class: "notice" }, withCommands(message))));
  });
}

/**
 * @param {"registrationId" | "idScope" | "endpoint"} key
 * @param {string} label
 * @param {string} placeholder
 */
function text(key, label, placeholder) {
  const input = h("input", { type: "text", id: key, placeholder, autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": `${key}-source` });
  input.addEventListener("change", () => tell({ [key]: input.value.trim() }, "you"));
  return h("div", { class: "setting" },
    h("label", { for: key }, label), h("span", { class: "source", id: `${key}-source` }), input);
}

function enrollment() {
  /** @type {[Settings["enrollment"], string][]} */
  const choices = [["unknown", "?"], ["individual", "Individual"], ["group", "Group"]];
  return h("fieldset", { class: "segments" },
    h("legend", {}, "Enrollment"),
    choices.map(([value, label]) => h("label", {},
      h("input", { type: "radio", name: "enrollment", id: `enrollment-${value}`, value, onchange: () => tell({ enrollment: value }, "you") }),
      h("span", {}, label, value === "unknown" && h("span", { class: "sr-only" }, " I do not know")))));
}

function cloud() {
  /** @type {[Settings["cloud"], string][]} */
  const clouds = [["public", "Azure"], ["usgov", "Azure US Government"], ["china", "Azure China (21Vianet)"], ["none", "a server of your own"]];
  const select = h("select", { id: "cloud" }, clouds.map(([value, label]) => h("option", { value }, label)));
  select.addEventListener("change", () => tell({ cloud: /** @type {Settings["cloud"]} */ (select.value) }, "you"));
  return h("div", { class: "setting" }, h("label", { for: "cloud" }, "Cloud"), h("span", { class: "source", id: "cloud-source" }), select);
}

function date() {
  const input = h("input", { type: "date", id: "at" });
  const slider = h("input", { type: "range", id: "at-slider", min: "0", max: String(DAYS), value: "0", "aria-label": "Days from today" });
  const day = (/** @type {number} */ days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  input.addEventListener("change", () => tell({ at: input.value }, "you"));
  slider.addEventListener("input", () => { input.value = slider.value === "0" ? "" : day(Number(slider.value)); });
  slider.addEventListener("change", () => tell({ at: input.value }, "you"));
  return h("div", { class: "setting" },
    h("label", { for: "at" }, "Judged at"), h("span", { class: "source", id: "at-source" }, "when will this break?"), input, slider);
}

/** Shows the settings where something other than the form has changed them. */
function refresh() {
  for (const key of /** @type {const} */ (["registrationId", "idScope", "endpoint", "cloud", "at"])) {
    const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(key));
    const isFocused = field === document.activeElement;
    if (!isFocused || field.value === "") field.value = state.settings[key];
    // Whoever is about to type there replaces what is suggested meanwhile.
    if (isFocused && field instanceof HTMLInputElement && state.sources[key] !== "you" && field.value === state.settings[key]) field.select();
    const source = state.sources[key];
    if (key !== "at") byId(`${key}-source`).textContent = source && state.settings[key] !== "" ? SOURCES[source] : "";
  }
  const isWrong = (state.inspection?.wrongSettings ?? []).length > 0;
  byId("registrationId").setAttribute("aria-invalid", String(isWrong));
  const days = state.settings.at === "" ? 0 : Math.round((Date.parse(state.settings.at) - Date.now()) / 86_400_000);
  /** @type {HTMLInputElement} */ (byId("at-slider")).value = String(Math.max(0, Math.min(DAYS, days)));
  for (const radio of document.querySelectorAll("input[name=enrollment]")) {
    const input = /** @type {HTMLInputElement} */ (radio);
    input.checked = input.value === state.settings.enrollment;
  }
}
