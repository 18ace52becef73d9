/** What the page itself says: its HTML and the texts in its scripts. What findings say is in the catalogue. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./page.mjs";

/** Most words in a sentence. */
const MOST = 20;

/** Elements within which a sentence goes on. */
const INLINE = /<\/?(?:a|b|code|em|kbd|mark|small|span|strong)\b[^>]*>/g;

/** How the path of a drawing begins. */
const DRAWING = /^M\d/;

test("no sentence of the page has more than twenty words", () => {
  const www = join(root, "www");
  const scripts = readdirSync(join(www, "js"), { recursive: true }).filter((name) => name.endsWith(".js"));
  const texts = scripts.flatMap((name) => literals(readFileSync(join(www, "js", name), "utf8")).map((text) => [name, text]));
  texts.push(...blocks(readFileSync(join(www, "index.html"), "utf8")).map((text) => ["index.html", text]));
  const sentences = texts.flatMap(([where, text]) => text.split(/(?<=[.!?])\s+/).map((sentence) => [where, sentence]));
  assert.ok(sentences.length > 500, `${sentences.length} sentences were found`);
  const long = sentences.filter(([, sentence]) => sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length > MOST);
  assert.deepEqual(long, []);
});

/** The texts of a script, without its comments; what is put into one counts as a word. @param {string} script */
function literals(script) {
  const code = script.replace(/\/\*.*?\*\//gs, "").replace(/(^|\s)\/\/.*$/gm, "");
  return [...code.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
    .map(([, plain, template]) => plain ?? template.replace(/\$\{[^}]*\}/g, "something"))
    .filter((text) => !DRAWING.test(text));
}

/** The texts of the blocks of a page. @param {string} html */
function blocks(html) {
  return html.replace(/<(script|style)\b.*?<\/\1>|<!--.*?-->/gs, "").replace(INLINE, "").split(/<[^>]+>/).map((text) => text.replace(/\s+/g, " ").trim());
}
