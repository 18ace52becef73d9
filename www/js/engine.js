/**
 * @typedef {object} Place
 * @property {string} [input]
 * @property {string} [path]
 * @property {number} [line]
 * @property {number} [column]
 * @property {string} [object]
 * @property {string} [stage]
 *
 * @typedef {object} Finding
 * @property {string} code
 * @property {string} name
 * @property {"error" | "warning" | "note"} severity
 * @property {"documented" | "observed" | "unproven"} standing
 * @property {string} source
 * @property {string} message
 * @property {string} nextStep
 * @property {string} [expected]
 * @property {string} [found]
 * @property {Place} [place]
 * @property {string} [causedBy]
 *
 * @typedef {object} CertificateFacts
 * @property {string} role
 * @property {string[]} destinations
 * @property {string} subject
 * @property {string} issuer
 * @property {string} serialNumber
 * @property {string} [notBefore]
 * @property {string} [notAfter]
 * @property {string} [key]
 * @property {string} [signature]
 * @property {string} sha256
 * @property {string} sha1
 * @property {number} bytes
 * @property {boolean} [ca]
 * @property {number} [pathLength]
 * @property {string[]} [keyUsage]
 * @property {string[]} [extendedKeyUsage]
 * @property {Place} place
 *
 * @typedef {object} Report
 * @property {{ leaf: string | null, intermediates: string[], root: string | null, missingIssuer: string | null, inOrder: boolean }} chain
 * @property {CertificateFacts[]} certificates
 * @property {{ type: string, place: Place }[]} keys
 * @property {{ kind: string, place: Place, damaged: boolean }[]} items
 * @property {Finding[]} findings
 *
 * @typedef {object} Inspection
 * @property {Report} report
 * @property {string | null} commonName of the leaf
 * @property {CertificateFacts[]} groupCas
 * @property {CertificateFacts[]} serverTrust
 * @property {"unknown" | "individual" | "group"} enrollment
 * @property {string[]} serverRoots names of the roots that the cloud's servers lead to
 * @property {string} endpoint
 * @property {Map<string, Uint8Array>} ders by SHA-256
 * @property {{ name: string, text: string }[]} repairs
 *
 * @typedef {object} TargetFacts
 * @property {string} name
 * @property {string} title
 * @property {string} family
 * @property {string} checked
 * @property {string} how
 *
 * @typedef {{ path: string, text: string }} MadeFile
 *
 * @typedef {object} Configuration
 * @property {MadeFile[]} certificates
 * @property {{ name: string, files: MadeFile[], place: string, run: string, expect: string }[]} targets
 * @property {Finding[]} findings
 *
 * @typedef {object} DerNode
 * @property {string} label
 * @property {string} [value]
 * @property {number} start
 * @property {number} end
 * @property {DerNode[]} children
 */

export async function load() {}

/** @param {string} code @returns {string | undefined} */
export function explanationPage(code) { return code; }

/** @param {Uint8Array} der @returns {DerNode[]} */
export function walk(der) { void der; return []; }

/** @param {import("./state.js").State} state @returns {Promise<Inspection>} */
export async function inspect(state) { void state; throw new Error(); }

/** @param {string} text @param {import("./state.js").State} state @returns {{ findings: Finding[], summary: string }} */
export function explainText(text, state) { void text; void state; throw new Error(); }

/** @param {import("./state.js").Settings} settings @returns {{ steps: { from: "device" | "service" | "nobody", line?: string, hex?: string, about: string }[], trouble?: string }} */
export function rehearse(settings) { void settings; throw new Error(); }

/** @returns {TargetFacts[]} */
export function targets() { return []; }

/**
 * @param {string[]} names
 * @param {import("./state.js").State} state
 * @param {{ folder: string, keyPath: string, dpsName: string, resourceGroup: string }} asked
 * @returns {Configuration}
 */
export function configure(names, state, asked) { void names; void state; void asked; throw new Error(); }
