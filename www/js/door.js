/**
 * The one door: what is dropped, pasted, typed or chosen, anywhere, in any form. What it is shows in what comes out of
 * it: objects make it a file, words of a client or a service make it a log, and it may be both.
 */

import { announce } from "./announce.js";
import { openCode } from "./code.js";
import { byId } from "./dom.js";
import { explainText, looked } from "./engine.js";
import { addFiles, setLog, state } from "./state.js";

/** @typedef {{ name: string, data: Uint8Array }} Brought */

/** Larger than any certificate file and any log that a person would paste; refused before it is read. */
const LARGEST = 64 * 1024 * 1024;

/** Files that are looked at beside each other, so that few are not waited for one by one, and many do not fill the memory. */
const ABREAST = 8;

/** Files of a folder that are looked at, and how deep. */
const MOST_FILES = 5000;
const DEEPEST = 12;

/** @type {(value: unknown) => void} */
let letIn;
const isOpen = new Promise((resolve) => { letIn = resolve; });

/** Lets in what was brought, and what will be: everybody who is to see it is there. */
export function open() {
  letIn(undefined);
}

/** Listens for what is brought. */
export function start() {
  const field = /** @type {HTMLTextAreaElement} */ (byId("anything"));
  const form = byId("field");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value;
    field.value = "";
    if (text.trim() === "") field.focus();
    else void bringText(text);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    /** @type {HTMLFormElement} */ (form).requestSubmit();
  });
  takeChosen("choose-files", "choose");
  takeChosen("choose-folder", "choose-all");
  takePasted(field);
  takeDropped();
}

/**
 * @param {string} button
 * @param {string} id of the input
 */
function takeChosen(button, id) {
  const input = /** @type {HTMLInputElement} */ (byId(id));
  byId(button).addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const files = [...(input.files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
    await bringFiles(files);
    input.value = "";
  });
}

/** @param {HTMLElement} field */
function takePasted(field) {
  document.addEventListener("paste", (event) => {
    const { target } = event;
    const isElsewhere = target instanceof Element && target !== field && target.closest("input, textarea, select, dialog");
    if (isElsewhere) return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (files.length === 0 && text.trim() === "") return;
    event.preventDefault();
    if (files.length > 0) void bringFiles(files.map((file) => ({ name: file.name, file })));
    else void bringText(text);
  });
}

function takeDropped() {
  const over = (/** @type {boolean} */ is) => document.body.classList.toggle("over", is);
  /** Rows of the page itself are moved, not brought. */
  const isOurs = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("application/x-dps-x509-file");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(!isOurs(event));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer || isOurs(event)) return;
    // Entries have to be asked for before anything is awaited; then the event is over.
    const entries = [...event.dataTransfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
    const text = event.dataTransfer.getData("text/plain");
    const plain = [...event.dataTransfer.files].map((file) => ({ name: file.name, file }));
    if (entries.length > 0) await bringFiles(await below(entries));
    else if (plain.length > 0) await bringFiles(plain);
    else if (text.trim() !== "") await bringText(text);
  });
}

/**
 * The files of folders, with their paths.
 *
 * @param {FileSystemEntry[]} entries
 */
async function below(entries) {
  /** @type {{ name: string, file: File }[]} */
  const found = [];
  let waiting = entries.map((entry) => ({ entry, depth: 0 }));
  while (waiting.length > 0 && found.length < MOST_FILES) {
    const { entry, depth } = /** @type {typeof waiting[number]} */ (waiting.shift());
    if (entry.isFile) {
      const file = await new Promise((resolve) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, () => resolve(null)));
      if (file) found.push({ name: depth === 0 ? entry.name : entry.fullPath.replace(/^\//, ""), file });
    } else if (depth < DEEPEST) {
      const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
      for (;;) {
        const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
        if (some.length === 0) break;
        waiting = waiting.concat(some.map((/** @type {FileSystemEntry} */ inner) => ({ entry: inner, depth: depth + 1 })));
      }
    }
  }
  if (waiting.length > 0) announce(`Only the first ${MOST_FILES} files of the folder are looked at.`);
  return found;
}

/** @param {{ name: string, file: File }[]} files */
async function bringFiles(files) {
  /** @type {Brought[]} */
  const read = [];
  for (const { name, file } of files) {
    if (file.size > LARGEST) {
      announce(`${name} has ${Math.round(file.size / 1e6)} MB and was left out. Give the part of the log around the failure.`);
      continue;
    }
    try {
      read.push({ name, data: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      announce(`${name} cannot be read.`);
    }
  }
  await bring(read);
}

let pasted = 0;

/** @param {string} text */
export async function bringText(text) {
  const code = text.trim().toUpperCase();
  if (/^DX\d{3}$/.test(code)) {
    await openCode(code);
    return;
  }
  pasted += 1;
  await bring([{ name: `pasted-${pasted}.txt`, data: new TextEncoder().encode(text) }]);
}

/** @param {Brought[]} all */
async function bring(all) {
  await isOpen;
  const isFolder = all.length > 1 && all.some(({ name }) => name.includes("/"));
  /** @type {Brought[]} */
  const files = [];
  /** @type {{ name: string, text: string } | null} */
  let log = null;
  let left = 0;
  /** @type {Awaited<ReturnType<typeof looked>>[]} */
  const found = [];
  for (let at = 0; at < all.length; at += ABREAST) found.push(...await Promise.all(all.slice(at, at + ABREAST).map(looked)));
  for (const [at, one] of all.entries()) {
    // A server's answer and a program's complaint are of another format by their words, and a log where a client or a service
    // speaks in them, unless they were kept in place of a file.
    const isNamed = found[at] === "format";
    const holds = found[at] === "objects" || (isNamed && MEANT.test(one.name));
    const isAsked = found[at] === "neither" && !isFolder && isProse(one);
    const text = holds && !isLoquacious(one.data) ? null : await logIn(one, isAsked);
    if (text !== null) log = { name: one.name, text };
    if (holds || (text === null && (isNamed || !isFolder))) files.push(one);
    else if (text === null) left += 1;
  }
  if (left > 0) announce(`${left} other file${left === 1 ? "" : "s"} of the folder ${left === 1 ? "has" : "have"} no certificate, key or log in ${left === 1 ? "it" : "them"}.`);
  if (files.length > 0) addFiles(files);
  if (log) setLog(log);
}

/**
 * Whether there is more in it than the objects: a log may have certificates in it.
 *
 * @param {Uint8Array} data
 */
function isLoquacious(data) {
  const text = new TextDecoder().decode(data.subarray(0, 1 << 20));
  return text.replace(/-----BEGIN[\s\S]*?-----END[^\n]*/g, "").trim().length > 80 && !text.includes("\u0000");
}

/** What a certificate's or a key's file is called; whatever is in it was meant as one. */
const MEANT = /\.(pem|crt|cer|der|key|csr|req|p12|pfx|p7b|p7c|p8|pk8|jks)$/i;

/**
 * Whether somebody wrote it: words beside words. What is damaged or encoded has none.
 *
 * @param {Brought} brought
 */
function isProse({ name, data }) {
  return !MEANT.test(name) && /\p{L}{2,}[ \t]+\p{L}{2,}/u.test(textOf(data.subarray(0, 1 << 20)) ?? "");
}

/** @param {Uint8Array} data */
function textOf(data) {
  if (data.includes(0) && data[0] !== 0xff && data[0] !== 0xfe) return null;
  return new TextDecoder(data[0] === 0xff && data[1] === 0xfe ? "utf-16le" : "utf-8").decode(data);
}

/**
 * Its text, if a client or a service speaks in it, or whoever wrote it asks what it means.
 *
 * @param {Brought} brought
 * @param {boolean} isAsked whether it is a log even where nothing in it is known
 */
async function logIn({ data }, isAsked) {
  const text = textOf(data);
  if (text === null || isAsked) return text;
  const { explained } = await explainText(text.trim(), { ...state, files: [] });
  return explained ? text : null;
}
