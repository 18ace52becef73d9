/** What the parts of the page ask a report. Nothing is taken out of a text that was made for people. */

/** @typedef {import("./engine.js").Report} Report */

/**
 * @param {Report} report
 * @param {string} path
 */
export function certificatesOf(report, path) {
  return report.certificates.filter((one) => one.place.path === path);
}

/**
 * The key in a file, with the name of the certificate that it belongs to.
 *
 * @param {Report} report
 * @param {string} path
 */
export function keyOf(report, path) {
  const key = report.keys.find((one) => one.place.path === path);
  if (!key) return null;
  const owner = report.certificates.find(({ sha256 }) => sha256 === key.belongsTo);
  return { type: key.type, belongsTo: owner ? nameOf(owner) : null };
}

/** @param {Report} report the certificate of the device */
export function leafOf(report) {
  const [first] = report.way;
  return first && report.chain.leaf !== null ? certificate(report, first.sha256) : undefined;
}

/**
 * Every device whose certificate is here, each name once, with all of its certificates.
 *
 * @param {Report} report
 * @returns {{ name: string, certificates: import("./engine.js").CertificateFacts[] }[]} by name
 */
export function devicesOf({ certificates }) {
  /** @type {Map<string, import("./engine.js").CertificateFacts[]>} */
  const devices = new Map();
  for (const one of certificates) {
    if (one.ca === true || !one.commonName || one.role.includes("server")) continue;
    devices.set(one.commonName, [...devices.get(one.commonName) ?? [], one]);
  }
  return [...devices].map(([name, its]) => ({ name, certificates: its })).sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * The files that tell of one device: its certificates, its keys, and every CA.
 *
 * @template {{ name: string, purpose: import("./state.js").Purpose }} F
 * @param {Report} report of all files
 * @param {string} device
 * @param {F[]} files
 */
export function filesOf(report, device, files) {
  const its = devicesOf(report).find(({ name }) => name === device)?.certificates ?? [];
  const hashes = new Set(its.map(({ sha256 }) => sha256));
  const paths = new Set([
    ...its.map(({ place }) => place.path),
    ...report.keys.filter(({ belongsTo }) => belongsTo !== null && hashes.has(belongsTo)).map(({ place }) => place.path),
    ...report.certificates.filter(({ ca, role }) => ca === true || role.includes("server")).map(({ place }) => place.path),
  ]);
  return files.filter(({ name, purpose }) => purpose === "group-ca" || purpose === "server-trust" || paths.has(name));
}

/**
 * @param {Report} report
 * @param {string} sha256
 */
export function certificate(report, sha256) {
  return report.certificates.find((one) => one.sha256 === sha256);
}

/**
 * A certificate as a person calls it, wherever the page names one: by its CN, and by its whole name (RFC 4514) only if it has none.
 *
 * @param {Pick<import("./engine.js").CertificateFacts, "commonName" | "subject">} one
 */
export function nameOf({ commonName, subject }) {
  return commonName || subject || "no name";
}

/** @param {Report} report who issued the last certificate of the way, if that one is not here, as a person calls it */
export function issuerMissing(report) {
  const last = report.way.at(-1);
  return last?.up === "missing" ? nameOfIssuer(last) : null;
}

/** @param {Report["way"][number]} step from a certificate whose issuer is not here */
export function nameOfIssuer({ missing, missingCommonName }) {
  return nameOf({ commonName: missingCommonName ?? undefined, subject: missing ?? "" });
}

/**
 * What came of a question.
 *
 * @param {Report} report
 * @param {import("../package/esm/index.js").Checked["question"]} question
 */
export function resultOf(report, question) {
  return report.checked.find((one) => one.question === question)?.result ?? "unknown";
}

/**
 * Whether a finding counts for the device's verdict: not its passphrase, not what is missing, and not what is wrong with a
 * file that has nothing of the device in it.
 *
 * @param {import("./engine.js").Finding} finding
 * @param {Report} report
 */
export function isOfDevice({ family, name, place }, report) {
  if (family === "opening" || name === "store-not-opened" || name === "device-certificate-missing") return false;
  const isIts = (/** @type {{ place: { path?: string } }} */ one) => one.place.path === place?.path;
  const isFile = family === "file" && place?.path !== undefined;
  return !isFile || leafOf(report) === undefined || report.certificates.some(isIts) || report.keys.some(isIts);
}

/**
 * Whether it is about what stayed shut: a key or a store whose passphrase nobody gave.
 *
 * @param {import("./engine.js").Finding} finding
 */
export const isOfLock = ({ severity, family, name }) =>
  severity !== "note" && (family === "opening" || name === "store-not-opened");
