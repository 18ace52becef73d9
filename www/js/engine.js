/**
 * The program inside the page: the npm package dps-x509, as the page asks it.
 *
 * @typedef {import("../package/esm/index.js").Finding} Finding
 * @typedef {import("../package/esm/index.js").Report} Report
 * @typedef {import("../package/esm/index.js").Certificate} CertificateFacts
 * @typedef {import("../package/esm/index.js").Part} Part
 * @typedef {import("./state.js").State} State
 *
 * @typedef {object} Inspection
 * @property {Report} report
 * @property {string | null} commonName of the leaf
 * @property {CertificateFacts[]} groupCas
 * @property {CertificateFacts[]} serverTrust
 * @property {"unknown" | "individual" | "group"} enrollment
 * @property {string[]} serverRoots names of the roots that the cloud's servers lead to
 * @property {string} endpoint
 * @property {{ name: string, text: string }[]} repairs
 */

import * as dps from "../package/esm/index.js";
import { createGenerator } from "../package/esm/worker.js";
import { modules, workerScript } from "./modules.js";
import { workersOf } from "./worker.js";

export { DpsError, explain as explanationPage } from "../package/esm/index.js";

/** Loads what a first look at files needs. */
export async function loadFirst() {
  dps.speakAsPage();
  dps.locate(await modules(["inspection"]));
  await dps.load();
}

/** Loads everything else that will ever be needed. */
export async function loadRest() {
  const [rest, script] = await Promise.all([
    modules(["complete", "session", "generation", "pages"]),
    workerScript(),
  ]);
  dps.locate(rest);
  generator = createGenerator({ worker: workersOf(script) });
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
  const { files, settings } = state;
  const report = await leniently(state, (known) => dps.inspect(files, known));
  const repairs = await dps.repair(files, options({ ...state, settings: { ...settings, registrationId: "" } }));
  const given = (/** @type {import("./state.js").Purpose} */ purpose) => report.certificates.filter((one) =>
    files.some((file) => file.purpose === purpose && file.name === one.place.path));
  return {
    report,
    commonName: commonName(report.chain.leaf),
    groupCas: given("group-ca"),
    serverTrust: given("server-trust"),
    enrollment: settings.enrollment,
    ...(await serverOf(settings)),
    repairs: [
      ...(repairs.fullChain ? [{ name: "device-full-chain.pem", text: repairs.fullChain }] : []),
      ...repairs.files.flatMap((one) =>
        one.outcome === "done" && !one.secret ? [{ name: pemName(one.path ?? "file"), text: one.text }] : []),
    ],
  };
}

/**
 * A registration ID that is none becomes findings, and the files are inspected without it.
 *
 * @param {State} state
 * @param {(known: import("../package/esm/index.js").Options) => Promise<Report>} work
 */
async function leniently(state, work) {
  try {
    return await work(options(state));
  } catch (error) {
    if (!(error instanceof dps.DpsError) || error.code !== "invalid-settings") throw error;
    const report = await work(options({ ...state, settings: { ...state.settings, registrationId: "" } }));
    return { ...report, findings: [...error.findings, ...report.findings] };
  }
}

/** @param {string | null} leaf a subject, `CN=device-1, O=Contoso` */
function commonName(leaf) {
  return /(?:^|, )CN=([^,=]+)/.exec(leaf ?? "")?.[1] ?? null;
}

/** @param {string} name */
function pemName(name) {
  return `${name.replace(/\.[^.]*$/, "")}.repaired.pem`;
}

/** @param {import("./state.js").Settings} settings */
async function serverOf({ cloud, endpoint }) {
  if (cloud === "none") return { serverRoots: [], endpoint: endpoint || "your server" };
  // What knows the clouds comes with the rest; a first look need not wait for it.
  if (!generator) return { serverRoots: [], endpoint: endpoint || "Azure" };
  const known = await dps.cloud(cloud);
  return { serverRoots: known.roots.map(({ name }) => name), endpoint: endpoint || known.endpoint };
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
export function explainText(text, state) {
  return dps.explainText(text, state.files, options(state));
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
