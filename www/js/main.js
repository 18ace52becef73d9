/** Wires the page: each part draws itself when the state changes; after a change everything is judged again. */

import * as attempts from "./attempts.js";
import * as checks from "./checks.js";
import { openCode } from "./code.js";
import * as configuration from "./configure.js";
import * as device from "./device.js";
import { byId, h, show } from "./dom.js";
import * as door from "./door.js";
import { explainText, inspect, loadFirst, loadRest } from "./engine.js";
import * as files from "./files.js";
import * as fix from "./fix.js";
import { makeForm } from "./generate.js";
import * as keys from "./keys.js";
import { leafOf } from "./facts.js";
import { announceLoading, giveUpPeerConnections, lockDown } from "./lockdown.js";
import * as log from "./log.js";
import { keepIfAsked } from "./offline.js";
import * as packets from "./packets.js";
import * as picture from "./picture.js";
import { unfoldForPaper } from "./report.js";
import { checkOfLink, codeOfLink, settingsOfLink } from "./share.js";
import { changed, isEmpty, onChange, state, tell } from "./state.js";
import * as stories from "./stories.js";
import * as tabs from "./tabs.js";
import * as verdict from "./verdict.js";

giveUpPeerConnections();
theme();
unfoldForPaper();
void begin();

/**
 * Each part in a task of its own, so that a slow device answers in between; what takes files first, for a file that is dropped where
 * nobody listens takes the place of the page.
 */
async function draw() {
  door.start();
  for (const part of [tabs, device, files, fix, verdict, attempts, picture, checks, log, packets, stories, keys]) {
    part.start();
    await pause();
  }
  onChange(follow);
  door.open();
  show(byId("make"), makeForm());
  takeLink();
  addEventListener("hashchange", takeLink);
}

/** @param {import("./state.js").Change} what */
function follow(what) {
  // What comes is seen from its beginning, wherever the door was; and so is the start, once everything is removed.
  if (isEmpty() !== byId("screen").hidden) scrollTo({ top: 0, behavior: "instant" });
  byId("start").hidden = !isEmpty();
  byId("screen").hidden = isEmpty();
  // Where there are no files, what the log says comes before the fields.
  byId("screen").classList.toggle("log-only", state.files.length === 0);
  if (what !== "answer") void judge(what);
}

function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(undefined);
  });
}

/** Files are looked at as soon as that is possible; the rest comes while a person reads. */
async function begin() {
  const [missing] = await Promise.all([loadFirst(), draw()]);
  if (!missing.includes("inspection")) announceLoading("files can be read; loading the rest");
  missing.push(...await loadRest());
  await keepIfAsked();
  lockDown();
  if (typeof WebAssembly === "undefined") trouble("This page needs a browser from 2023 or later with WebAssembly switched on.");
  else if (missing.length > 0) trouble(`Not everything could be loaded (${missing.join(", ")}). What needs it does not work; the rest does.`);
  if (!missing.includes("complete")) await configuration.start();
  changed("loaded");
}

/** @param {string} words */
function trouble(words) {
  show(byId("trouble"), h("p", { class: "notice" }, words, " ", h("button", { type: "button", onclick: () => location.reload() }, "Try again")));
}

/** Judges what is there; only the last of several changes counts. */
let latest = 0;
/** @param {import("./state.js").Change} what */
async function judge(what) {
  const mine = ++latest;
  if (state.files.length === 0) state.inspection = null;
  if (state.log === null) state.explanation = null;
  if (isEmpty()) {
    changed("answer");
    return;
  }
  if (what === "log" && state.log) tabs.select("log");
  try {
    const goesOn = (/** @type {import("./engine.js").Report} */ report) => {
      // With what the certificate suggests it is judged once more, and shown once.
      if (mine === latest) suggest(report);
      return mine === latest;
    };
    const inspection = state.files.length === 0 ? null : await inspect(state, goesOn);
    if (mine !== latest || inspection === undefined) return;
    state.inspection = inspection;
    changed("answer");
    const explanation = state.log === null ? null : await explainText(state.log.text, state);
    if (mine !== latest) return;
    state.explanation = explanation;
    const told = explanation?.device;
    if (told) suggestFrom({ registrationId: told.registrationId, idScope: told.idScope }, "log");
    changed("answer");
  } catch (error) {
    trouble(`This could not be judged: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * What the certificate says is taken, as long as nobody said something else.
 *
 * @param {import("./engine.js").Report} report
 */
function suggest(report) {
  const leaf = leafOf(report);
  if (leaf?.commonName) suggestFrom({ registrationId: leaf.commonName }, "certificate");
}

/**
 * @param {Partial<import("./state.js").Settings>} settings
 * @param {import("./state.js").Source} source
 */
function suggestFrom(settings, source) {
  const free = Object.entries(settings).filter(([key, value]) =>
    value && state.settings[/** @type {keyof import("./state.js").Settings} */ (key)] === "");
  tell(Object.fromEntries(free), source);
}

function takeLink() {
  const code = codeOfLink(location.hash);
  if (code) {
    void openCode(code);
    return;
  }
  const question = checkOfLink(location.hash);
  if (question) {
    if (!checks.goToCheck(question) && isEmpty()) show(byId("told"), h("p", { class: "notice" }, "The link that you followed leads to a check. It is made once your files are here."));
    return;
  }
  const told = settingsOfLink(location.hash);
  if (Object.keys(told).length === 0) return;
  tell(told, "link");
  const strange = [told.endpoint && `the endpoint ${told.endpoint}`, told.at && `the date ${told.at}`].filter(Boolean);
  if (strange.length === 0) return;
  const clear = () => {
    tell({ endpoint: "", at: "" }, "you");
    show(byId("told"));
  };
  show(byId("told"), h("p", { class: "notice link-bar" }, `The link that you followed sets ${strange.join(" and ")}. `,
    h("button", { type: "button", onclick: () => show(byId("told")) }, "Keep"),
    h("button", { type: "button", onclick: clear }, "Clear")));
}

function theme() {
  byId("theme").addEventListener("click", () => {
    const { dataset } = document.documentElement;
    const isDark = dataset.theme ? dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    dataset.theme = isDark ? "light" : "dark";
  });
}
