/**
 * The program inside the page: the npm package dps-x509, as the page asks it.
 *
 * @typedef {import("../package/esm/index.js").Finding} Finding
 * @typedef {import("../package/esm/index.js").Report} Report
 * @typedef {import("../package/esm/index.js").Certificate} CertificateFacts
 * @typedef {import("../package/esm/index.js").Part} Part
 * @typedef {import("./state.js").State} State
 *
 * @typedef {import("../package/esm/index.js").Explanation} Explanation
 *
 * @typedef {object} Inspection
 * @property {Report} report
 * @property {Finding[]} wrongSettings why a setting was left out
 * @property {import("./state.js").Settings} settings that it was judged with
 * @property {CertificateFacts[]} serverTrust
 * @property {{ name: string, pem: string } | undefined} serverRoot what the cloud's servers lead to
 * @property {string} endpoint
 * @property {{ name: string, text: string }[]} repairs
 */

import * as dps from "../package/esm/index.js";
import { createGenerator, createInspector } from "../package/esm/worker.js";
import { filesOf } from "./facts.js";
import { modules, workerScript } from "./modules.js";
import { workersOf } from "./worker.js";

export { DpsError } from "../package/esm/index.js";

/** What comes one after another, the needed first. */
const LATER = /** @type {const} */ (["complete", "lexicon", "session", "pages", "generation"]);

/** @type {(value: unknown) => void} */
let allowReading;
const canRead = new Promise((resolve) => { allowReading = resolve; });
/** @type {(value: unknown) => void} */
let allowExplaining;
const canExplain = new Promise((resolve) => { allowExplaining = resolve; });

/** @type {(value: unknown) => void} */
let allowPages;
const hasPages = new Promise((resolve) => { allowPages = resolve; });

/** @param {string} code */
export async function explanationPage(code) {
  await hasPages;
  return dps.explain(code);
}

/** Loads what a first look at files needs; if it cannot be loaded, asking for it says so. */
export async function loadFirst() {
  dps.speakAsPage();
  try {
    dps.locate(await modules(["inspection"]));
    await dps.load();
  } finally {
    allowReading(undefined);
  }
}

/**
 * Loads everything else that will ever be needed, one after another. What cannot be loaded is missing, and the rest works.
 *
 * @returns {Promise<string[]>} what is missing
 */
export async function loadRest() {
  /** @type {string[]} */
  const missing = [];
  for (const part of LATER) {
    try {
      dps.locate(await modules([part]));
      if (part === "complete") {
        await dps.targets();
        hasComplete = true;
      }
    } catch {
      missing.push(part);
    }
    if (part === "lexicon") {
      // Before the first log is explained: that is long work, and not for the thread that answers the person.
      if (!await startWorkers()) missing.push("worker");
      allowExplaining(undefined);
    }
    if (part === "pages") allowPages(undefined);
  }
  return missing;
}

async function startWorkers() {
  try {
    const worker = workersOf(await workerScript());
    generator = createGenerator({ worker });
    if (hasComplete) inspector = createInspector({ worker, workers: 1 });
    return true;
  } catch {
    return false;
  }
}

let hasComplete = false;

/** Judges off the main thread, once it is there. @type {import("../package/esm/worker.js").Inspector | undefined} */
let inspector;

/**
 * @param {import("../package/esm/index.js").FileInputs} files
 * @param {import("../package/esm/index.js").Options} known
 */
function reportOn(files, known) {
  return inspector ? inspector.inspect(files, known) : dps.inspect(files, known);
}

/** @type {import("../package/esm/worker.js").Generator | undefined} */
let generator;

/**
 * Test certificates, made in a worker.
 *
 * @param {dps.GenerationRequest} request
 * @param {dps.GenerationOptions} options
 */
export function generate(request, options) {
  if (!generator) throw new dps.DpsError("module-unavailable", "The page is still loading its parts.");
  return generator.generate(request, options);
}

/**
 * What else is known, as the package takes it.
 *
 * @param {State} state
 * @returns {import("../package/esm/index.js").Options}
 */
function options({ settings, passphrase }) {
  const { registrationId, enrollment, cloud, at } = settings;
  return {
    ...(registrationId === "" ? {} : { registrationId }),
    ...(enrollment === "unknown" ? {} : { enrollment }),
    ...(passphrase === "" ? {} : { passphrase }),
    ...(at === "" || Number.isNaN(Date.parse(at)) ? {} : { at: new Date(at) }),
    cloud: cloud === "none" ? null : cloud,
  };
}

/** @param {State} state @returns {Promise<Inspection>} */
export async function inspect(state) {
  await canRead;
  const { files, settings } = state;
  const { report, wrongSettings } = await leniently(state);
  const repairs = await dps.repair(files, options({ ...state, settings: { ...settings, registrationId: "" } }));
  const trusting = files.filter(({ purpose }) => purpose === "server-trust").map(({ name }) => name);
  return {
    report,
    wrongSettings,
    settings: { ...settings },
    serverTrust: report.certificates.filter((one) => trusting.includes(one.place.path ?? "") || one.destinations.includes("CA file")),
    ...(await serverOf(settings)),
    repairs: [
      ...(repairs.fullChain && isWhole(report, files) ? [{ name: "device-full-chain.pem", text: repairs.fullChain }] : []),
      ...repairs.files.flatMap((one) =>
        one.outcome === "done" && !one.secret ? [{ name: pemName(one.path ?? "file"), text: one.text }] : []),
    ],
  };
}

/**
 * What comes out for one of several devices, by its own files.
 *
 * @param {string} device its registration ID
 * @param {State} state
 */
export async function reportOnDevice(device, { files, settings, inspection, ...rest }) {
  const its = inspection ? filesOf(inspection.report, device, files) : files;
  const asked = { ...settings, registrationId: device };
  const { report } = await leniently({ ...rest, inspection, files: its, settings: asked });
  return { report, settings: asked };
}

/**
 * Whether what is there can be sent as it is: nothing is missing that the device sends, as far as that shows.
 *
 * @param {Report} report
 * @param {State["files"]} files
 */
function isWhole(report, files) {
  const isOpen = report.way.at(-1)?.up === "missing";
  return !isOpen || (report.way.length > 1 && !files.some(({ purpose }) => purpose === "group-ca"));
}

/**
 * A registration ID that is none is told, and the files are inspected without it.
 *
 * @param {State} state
 */
async function leniently(state) {
  try {
    return { report: await reportOn(state.files, options(state)), wrongSettings: [] };
  } catch (error) {
    if (!(error instanceof dps.DpsError) || error.code !== "invalid-settings") throw error;
    const report = await reportOn(state.files, options({ ...state, settings: { ...state.settings, registrationId: "" } }));
    return { report, wrongSettings: [...error.findings] };
  }
}

/**
 * Whether certificates, keys or the like are in it.
 *
 * @param {{ name: string, data: Uint8Array }} file
 */
export async function holdsObjects(file) {
  await canRead;
  const { items, findings } = await reportOn([file], { cloud: null });
  const isNamed = findings.some(({ name, family }) => name === "another-format" || name === "file-truncated" || name === "bad-base64" || family === "opening");
  return isNamed || items.some(({ sort }) => sort !== "unknown");
}

/** @param {string} name */
function pemName(name) {
  return `${name.replace(/\.[^.]*$/, "")}.repaired.pem`;
}

/** @param {import("./state.js").Settings} settings */
async function serverOf({ cloud, endpoint }) {
  if (cloud === "none") return { serverRoot: undefined, endpoint: endpoint || "your server" };
  // What knows the clouds comes with the rest; a first look need not wait for it.
  if (!hasComplete) return { serverRoot: undefined, endpoint: endpoint || "DPS" };
  const known = await dps.cloud(cloud);
  return { serverRoot: known.roots[0], endpoint: endpoint || known.endpoint };
}

/**
 * The bytes of a certificate among the files, and its parts.
 *
 * @param {string} sha256
 * @param {State} state
 */
export function outline(sha256, state) {
  return dps.outline(state.files, sha256, options(state));
}

/**
 * What an error, a log or a code says, joined with the files.
 *
 * @param {string} text
 * @param {State} state
 */
export async function explainText(text, state) {
  await canExplain;
  return inspector ? inspector.explainText(text, state.files, options(state)) : dps.explainText(text, state.files, options(state));
}

/** Every client that can be configured. */
export function targets() {
  return dps.targets();
}

/**
 * @param {string} name of the target
 * @param {State} state
 * @param {import("./configure.js").Asked} asked
 */
export function configure(name, state, asked) {
  const { settings: { idScope, registrationId, endpoint }, files } = state;
  const told = { idScope, registrationId, endpoint, ...asked };
  const device = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== ""));
  return dps.configure([name], files, { ...options({ ...state, settings: { ...state.settings, registrationId: "" } }), ...device });
}
