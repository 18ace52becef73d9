/** What to make: the form, and the request that it stands for. */

import { h } from "../dom.js";
import { onChange, state } from "../state.js";

/**
 * @typedef {import("../../package/esm/index.js").GenerationRequest} GenerationRequest
 * @typedef {GenerationRequest["kind"]} Kind
 * @typedef {HTMLInputElement | HTMLSelectElement} Control
 */

/** @type {[Kind, string][]} */
const KINDS = [
  ["chain", "A chain and devices, for a group"],
  ["self-signed", "A self-signed device, enrolled by itself"],
  ["device", "A device below a CA in your files"],
  ["csr", "A key, and a request (CSR) for a CA"],
  ["verification", "Proof of possession of a CA"],
];

/** @type {[string, string][]} */
const KEY_TYPES = [
  ["p256", "EC P-256"],
  ["p384", "EC P-384"],
  ["rsa2048", "RSA 2048"],
  ["rsa3072", "RSA 3072"],
  ["rsa4096", "RSA 4096 (takes a while)"],
];

/** Which field is asked for what. @type {Record<string, Kind[]>} */
const ASKED = {
  registrationId: ["chain", "self-signed", "device", "csr"],
  count: ["chain"],
  keyType: ["chain", "self-signed", "device", "csr"],
  days: ["chain", "self-signed", "device"],
  code: ["verification"],
  ca: ["device", "verification"],
  caKey: ["device", "verification"],
};

/** @typedef {{ fields: HTMLElement, controls: Record<string, Control> }} RequestForm */

/** @returns {RequestForm} */
export function requestForm() {
  /** @type {Record<string, Control>} */
  const controls = {
    kind: select(KINDS),
    registrationId: text("test-device-1"),
    count: number("1", 1000),
    keyType: select(KEY_TYPES),
    days: number("365", 36_500),
    code: text(""),
    ca: select([]),
    caKey: select([]),
  };
  /** @type {Record<string, string>} */
  const labels = {
    kind: "What to make",
    registrationId: "The device's registration ID",
    count: "Number of devices",
    keyType: "Kind of keys",
    days: "Days valid",
    code: "Verification code that DPS shows for the CA",
    ca: "The CA's certificate",
    caKey: "The CA's private key",
  };
  const field = (/** @type {string} */ name) => {
    const control = /** @type {Control} */ (controls[name]);
    control.id = `generate-${name}`;
    return h("div", { class: "stack tight" }, h("label", { for: control.id }, labels[name] ?? ""), control);
  };
  const showAsked = () => {
    for (const [name, kinds] of Object.entries(ASKED)) {
      const control = /** @type {Control} */ (controls[name]);
      // What is not asked for is not judged either.
      control.disabled = !kinds.includes(/** @type {Kind} */ (controls.kind?.value));
      if (control.parentElement) control.parentElement.hidden = control.disabled;
    }
  };
  controls.kind?.addEventListener("change", () => {
    const isRequest = controls.kind?.value === "csr";
    // The preview of DPS that issues certificates takes P-384 only.
    if (isRequest && controls.keyType) controls.keyType.value = "p384";
    showAsked();
  });
  onChange(() => listFiles(controls));
  listFiles(controls);
  const fields = h("div", { class: "stack" }, field("kind"), h("div", { class: "fields" }, Object.keys(ASKED).map(field)));
  showAsked();
  return { fields, controls };
}

/**
 * @param {RequestForm} form
 * @returns {GenerationRequest}
 */
export function request({ controls }) {
  const value = (/** @type {string} */ name) => controls[name]?.value.trim() ?? "";
  const kind = /** @type {Kind} */ (value("kind"));
  const given = Object.entries(ASKED).filter(([, kinds]) => kinds.includes(kind)).map(([name]) => {
    switch (name) {
      case "count":
      case "days":
        return [name, Number(value(name))];
      case "ca":
      case "caKey":
        return [name, fileNamed(value(name))];
      default:
        return [name, value(name)];
    }
  });
  const passphrase = "ca" in Object.fromEntries(given) && state.passphrase !== "" ? { passphrase: state.passphrase } : {};
  return /** @type {GenerationRequest} */ ({ kind, ...Object.fromEntries(given), ...passphrase });
}

/** @param {string} name */
function fileNamed(name) {
  const file = state.files.find((one) => one.name === name);
  if (!file) throw new Error(`${name} is not in the tab any more`);
  return { name: file.name, data: file.data };
}

/**
 * The files of the tab that can be a CA's certificate and its key; what was chosen stays chosen.
 *
 * @param {Record<string, Control>} controls
 */
function listFiles({ ca, caKey }) {
  const report = state.inspection?.report;
  const keys = new Set((report?.items ?? []).filter(({ kind }) => kind.includes("private key")).map(({ place }) => place.path));
  const certificates = new Set((report?.certificates ?? []).map(({ place }) => place.path));
  fill(ca, state.files.filter(({ name }) => certificates.has(name)), "add the CA's certificate first");
  fill(caKey, state.files.filter(({ name }) => keys.has(name)), "add the CA's key first");
}

/**
 * @param {Control | undefined} control
 * @param {{ name: string }[]} files
 * @param {string} none
 */
function fill(control, files, none) {
  if (!control) return;
  const chosen = control.value;
  control.replaceChildren(...files.map(({ name }) => h("option", { value: name, selected: name === chosen }, name)));
  if (files.length === 0) control.append(h("option", { value: "" }, none));
}

/** @param {[string, string][]} choices */
function select(choices) {
  return h("select", { required: true }, choices.map(([value, label]) => h("option", { value }, label)));
}

/** @param {string} value */
function text(value) {
  return h("input", { type: "text", value, required: true, autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
}

/**
 * @param {string} value
 * @param {number} max
 */
function number(value, max) {
  return h("input", { type: "number", value, min: "1", max: String(max), step: "1", required: true });
}
