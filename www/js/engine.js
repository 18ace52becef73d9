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

import { DpsError, explain, locate, speakAsPage } from "../package/esm/index.js";
import { createGenerator, createInspector } from "../package/esm/worker.js";
import { filesOf } from "./facts.js";
import { later, modules, workerScript } from "./modules.js";
import { workersOf } from "./worker.js";

/** What comes one after another, the needed first. */
const LATER = /** @type {const} */ (["complete", "lexicon", "session", "pages"]);

/** @type {(value: unknown) => void} */
let allowReading;
const canRead = new Promise((resolve) => { allowReading = resolve; });
/** @type {(value: unknown) => void} */
let allowExplaining;
const canExplain = new Promise((resolve) => { allowExplaining = resolve; });

/** @type {(value: unknown) => void} */
let allowPages;
const hasPages = new Promise((resolve) => { allowPages = resolve; });

/** @type {(value: unknown) => void} */
let allowRehearsing;
const canRehearse = new Promise((resolve) => { allowRehearsing = resolve; });

/** What a first look asks for if a file is not plain, while it is still on its way. @type {(part: Promise<object>) => void} */
let bringComplete;
/** @type {Promise<object>} */
const complete = new Promise((resolve) => { bringComplete = resolve; });
// Whoever waits for it is told; nobody may.
complete.catch(() => {});

/** @param {string} code */
export async function explanationPage(code) {
  await hasPages;
  return explain(code);
}

/**
 * Loads what a first look at files needs: the first module, and the script of the worker that asks it; if they cannot be loaded,
 * asking for them says so.
 *
 * @returns {Promise<string[]>} what is missing
 */
export async function loadFirst() {
  speakAsPage();
  /** @type {string[]} */
  const missing = [];
  const inspection = modules(["inspection"]).then((found) => /** @type {object} */ (found.inspection));
  place({ inspection: () => inspection, complete: () => complete });
  await Promise.all([
    inspection.catch(() => { missing.push("inspection"); }),
    startWorkers().catch(() => { missing.push("worker"); }),
  ]);
  allowReading(undefined);
  return missing;
}

/**
 * Loads everything else that will ever be needed, one after another. What cannot be loaded is missing, and the rest works.
 *
 * @returns {Promise<string[]>} what is missing
 */
export async function loadRest() {
  /** @type {string[]} */
  const missing = [];
  await later().catch(() => { missing.push("later"); });
  for (const part of LATER) {
    const loading = modules([part]);
    if (part === "complete") bringComplete(loading.then((found) => /** @type {object} */ (found.complete)));
    try {
      const found = await loading;
      if (part === "complete") hasComplete = true;
      else place(found);
    } catch {
      missing.push(part);
    }
    if (part === "lexicon") allowExplaining(undefined);
    if (part === "session") allowRehearsing(undefined);
    if (part === "pages") allowPages(undefined);
  }
  return missing;
}

async function startWorkers() {
  const worker = workersOf(await workerScript());
  generator = createGenerator({ worker });
  inspector = createInspector({ worker, workers: 1 });
  // It starts while the module is still on its way. Where none can be started, this thread does the work.
  inspector.inspect([]).catch((error) => { if (isTold(error) && error.code === "worker-broken") inspector = undefined; });
}

let hasComplete = false;

/** @type {import("../package/esm/worker.js").Inspector | undefined} */
let inspector;

/** Where the parts are that have come. @type {import("../package/esm/index.js").Sources} */
const places = {};

/** @param {import("../package/esm/index.js").Sources} found */
function place(found) {
  locate(Object.assign(places, found));
}

/** The package in this thread. */
async function here() {
  const { dps } = await later();
  dps.locate(places);
  dps.speakAsPage();
  return dps;
}

/** Who works with files: a worker, so that the thread that answers the person is free; or this one, where there is none. */
async function clerk() {
  return inspector ?? here();
}

/**
 * @param {import("./state.js").Settings} settings
 * @returns {ReturnType<typeof import("./rehearsal.js").rehearse>}
 */
export async function rehearse(settings) {
  await canRehearse;
  try {
    await here();
    return await (await later()).rehearse(settings);
  } catch {
    return { steps: [], trouble: "The rehearsal could not be loaded. Load the page again to try once more." };
  }
}

/** @type {import("../package/esm/worker.js").Generator | undefined} */
let generator;

/**
 * Test certificates, made in a worker.
 *
 * @param {import("../package/esm/index.js").GenerationRequest} request
 * @param {import("../package/esm/index.js").GenerationOptions} options
 */
export function generate(request, options) {
  if (!generator) throw new DpsError("module-unavailable", "The page is still loading its parts.");
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

/**
 * @param {State} state
 * @param {(report: Report) => boolean} goesOn whether it is still wanted when the report is there
 * @returns {Promise<Inspection | undefined>}
 */
export async function inspect(state, goesOn) {
  await canRead;
  const { files, settings } = state;
  const repair = async () => (await clerk()).repair(files, options({ ...state, settings: { ...settings, registrationId: "" } }));
  // Asked for at once, they are not waited for twice; but without a registration ID this is likely to be judged once more.
  const asked = settings.registrationId === "" ? undefined : repair();
  asked?.catch(() => {});
  const { report, wrongSettings } = await leniently(state);
  if (!goesOn(report)) return undefined;
  const repairs = await (asked ?? repair());
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
 * Whether the package says why: by name, for the second script has a class of its own.
 *
 * @param {unknown} error
 * @returns {error is DpsError}
 */
export function isTold(error) {
  return error instanceof Error && error.name === "DpsError";
}

/**
 * A registration ID that is none is told, and the files are inspected without it.
 *
 * @param {State} state
 */
async function leniently(state) {
  try {
    return { report: await (await clerk()).inspect(state.files, options(state)), wrongSettings: [] };
  } catch (error) {
    if (!isTold(error) || error.code !== "invalid-settings") throw error;
    const report = await (await clerk()).inspect(state.files, options({ ...state, settings: { ...state.settings, registrationId: "" } }));
    return { report, wrongSettings: [...error.findings] };
  }
}

/**
 * What is in it: certificates, keys or the like; only words that tell another format; or neither.
 *
 * @param {{ name: string, data: Uint8Array }} file
 * @returns {Promise<"objects" | "format" | "neither">}
 */
export async function looked(file) {
  await canRead;
  const { items, findings } = await (await clerk()).inspect([file], { cloud: null });
  const isDamaged = findings.some(({ name, family }) => name === "file-truncated" || name === "bad-base64" || family === "opening");
  if (isDamaged || items.some(({ sort }) => sort !== "unknown")) return "objects";
  return findings.some(({ name }) => name === "another-format") ? "format" : "neither";
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
  const known = await (await clerk()).cloud(cloud);
  return { serverRoot: known.roots[0], endpoint: endpoint || known.endpoint };
}

/**
 * The bytes of a certificate among the files, and its parts.
 *
 * @param {string} sha256
 * @param {State} state
 */
export async function outline(sha256, state) {
  return (await clerk()).outline(state.files, sha256, options(state));
}

/**
 * What an error, a log or a code says, joined with the files.
 *
 * @param {string} text
 * @param {State} state
 */
export async function explainText(text, state) {
  await canExplain;
  return (await clerk()).explainText(text, state.files, options(state));
}

/** Every client that can be configured. */
export async function targets() {
  return (await clerk()).targets();
}

/**
 * @param {string} name of the target
 * @param {State} state
 * @param {import("./configure.js").Asked} asked
 */
export async function configure(name, state, asked) {
  const { settings: { idScope, registrationId, endpoint }, files } = state;
  const told = { idScope, registrationId, endpoint, ...asked };
  const device = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== ""));
  return (await clerk()).configure([name], files, { ...options({ ...state, settings: { ...state.settings, registrationId: "" } }), ...device });
}
