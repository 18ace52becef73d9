/**
 * Writes the page to publish: `node build.mjs PACKAGE OUT`, from the built npm package, and the explanations in the page's
 * own words in `OUT/pages.json`, to two things,
 *
 * - `OUT/site/`, plain files for any web server, at any path: names that change with what is in them, each with a
 *   compressed one beside it, and the headers that a static host may be told;
 * - `OUT/dps-x509.html`, the same in one file, for a machine without a network.
 */

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [packageFolder, out] = process.argv.slice(2);
if (!packageFolder || !out) {
  console.error("node build.mjs PACKAGE OUT");
  process.exit(2);
}
const www = import.meta.dirname;
const site = join(out, "site");
const work = join(out, "source");
const { build, transform } = createRequire(join(packageFolder, "package.json"))("esbuild");

const MODULES = ["inspection.wasm", "complete.wasm", "session.wasm"];
/** Under one name for ever: a browser compares what it has with what is there. */
const SERVICE_WORKER = "service-worker.js";
const OPTIONS = { bundle: true, write: false, format: "esm", target: "es2022", minify: true, legalComments: "none" };

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
writeSources();
const parts = new Map([
  ...MODULES.map((name) => [name.replace(/\..*/, ""), { name, data: readFileSync(join(packageFolder, "dist/esm/part", name)) }]),
  ["pages", { name: "pages.json", data: readFileSync(join(out, "pages.json")) }],
  ["lexicon", { name: "lexicon.json", data: readFileSync(join(packageFolder, "dist/esm/part/lexicon.json")) }],
  ["worker", { name: "worker.js", data: readFileSync(join(packageFolder, "dist/esm/part/worker-script.js")) }],
]);
const style = await styles();
await writeSite();
await writeSingleFile();

/** The page's modules beside the package that they call, and the examples in them. */
function writeSources() {
  for (const path of readdirSync(join(www, "js"), { recursive: true })) {
    if (!path.endsWith(".js")) continue;
    mkdirSync(join(work, "js", path, ".."), { recursive: true });
    copyFileSync(join(www, "js", path), join(work, "js", path));
  }
  writeFileSync(join(work, "js/example-data.js"), `/** @type {import("./stories.js").Example[]} */\nexport const EXAMPLES = ${JSON.stringify(examples())};\n`);
  const esm = join(packageFolder, "dist/esm");
  mkdirSync(join(work, "package"), { recursive: true });
  // What nobody asks is left out, as the package says of itself.
  const { sideEffects } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  writeFileSync(join(work, "package/package.json"), JSON.stringify({ sideEffects }));
  for (const path of readdirSync(esm, { recursive: true })) {
    if (!/\.(js|d\.ts)$/.test(path)) continue;
    mkdirSync(join(work, "package/esm", path, ".."), { recursive: true });
    copyFileSync(join(esm, path), join(work, "package/esm", path));
  }
}

/** The files of `example/list.json`, read from the project's tests. */
function examples() {
  const tests = join(www, "../tests");
  const read = ({ name, from, purpose = "any" }) => {
    const text = readFileSync(join(tests, from), "utf8");
    return { name, purpose, text: from.endsWith(".json") ? JSON.parse(text).given.files[0].text : text };
  };
  return JSON.parse(readFileSync(join(www, "example/list.json"), "utf8"))
    .map((example) => ({ ...example, files: example.files.map(read) }));
}

async function styles() {
  const read = (name) => readFileSync(join(www, "style", name), "utf8");
  const { code } = await transform(`${read("base.css")}${read("layout.css")}${read("parts.css")}@media print {\n${read("print.css")}}\n`, { loader: "css", minify: true });
  return code;
}

async function writeSite() {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(site, { recursive: true });
  const published = Object.fromEntries([...parts].map(([part, { name, data }]) => [part, publish(name, data)]));
  const later = await build({ ...OPTIONS, entryPoints: [join(work, "js/later.js")] });
  published.later = publish("later.js", later.outputFiles[0].contents);
  const bundle = await build({ ...OPTIONS, entryPoints: [join(work, "js/main.js")], define: { PUBLISHED_NAMES: JSON.stringify(published), SERVICE_WORKER: JSON.stringify(SERVICE_WORKER) } });
  const script = publish("main.js", bundle.outputFiles[0].contents);
  const page = painted()
    .replace('<script type="module" src="main.js">', `${[published.inspection, published.worker].map((name) => `<link rel="preload" href="${name}" as="fetch" crossorigin>\n`).join("")}<script type="module" src="${script}">`);
  write("index.html", Buffer.from(page));
  write(SERVICE_WORKER, serviceWorker(page, [...Object.values(published), script]));
  write("robots.txt", readFileSync(join(www, "robots.txt")));
  writeFileSync(join(site, "_headers"), headers(page));
  report("site", readdirSync(site).filter((name) => !/\.(br|gz)$/.test(name)).map((name) => join(site, name)));
}

/** The page with its style and its stories inside: what is painted first waits for no second file, and nothing moves it later. */
function painted() {
  return readFileSync(join(www, "index.html"), "utf8")
    .replace('<link rel="stylesheet" href="style.css">\n', () => `<style>${style}</style>\n`)
    .replace("style-src 'self'", `style-src ${hash(style)}`)
    .replace('<div id="stories">', () => `<div id="stories">${stories()}`);
}

/** The buttons of the examples, by their place in the list: stories first, then the others. */
function stories() {
  const text = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const all = examples().map((example, index) => ({ ...example, index }));
  const told = all.filter(({ story }) => story !== undefined).map(({ title, story, index }) =>
    `<li><button type="button" data-example="${index}"><strong>${text(title)}</strong><span>${text(story)}</span></button></li>`);
  const others = all.filter(({ story }) => story === undefined).map(({ title, index }) =>
    `<button type="button" class="plain" data-example="${index}">${text(title)}</button>`);
  const make = '<button type="button" class="plain" data-opens="generate">Make files to try things with</button>';
  return `<ul class="stories">${told.join("")}</ul><div class="row">Or: ${others.join(" ")} ${make}</div>`;
}

/**
 * What keeps the page for use without a network: this page and these files, whose names change with what is in them.
 *
 * @param {string} page
 * @param {string[]} files
 */
function serviceWorker(page, files) {
  const version = createHash("sha256").update(page).update(files.join("\n")).digest("hex").slice(0, 16);
  return Buffer.from(readFileSync(join(www, SERVICE_WORKER), "utf8")
    .replace("VERSION_OF_PAGE", version)
    .replace("FILES_OF_PAGE", JSON.stringify(["./", ...files])));
}

/** Writes a file under a name that changes with what is in it. */
function publish(name, data) {
  const digest = createHash("sha256").update(data).digest("hex").slice(0, 10);
  const extension = extname(name);
  const published = `${name.slice(0, -extension.length)}-${digest}${extension}`;
  write(published, data);
  return published;
}

/** A file and, for servers that hand them out, the same compressed. */
function write(name, data) {
  writeFileSync(join(site, name), data);
  writeFileSync(join(site, `${name}.gz`), gzipSync(data, { level: 9 }));
  writeFileSync(join(site, `${name}.br`), brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}

/** What a static host may be told (the format of Netlify and Cloudflare Pages). */
function headers(page) {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)[1];
  return `/*
  Content-Security-Policy: ${policy}; frame-ancestors 'none'
  Cross-Origin-Opener-Policy: same-origin
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
  Permissions-Policy: camera=(), microphone=(), geolocation=()
/*.wasm
  Cache-Control: public, max-age=31536000, immutable
/*.js
  Cache-Control: public, max-age=31536000, immutable
/${SERVICE_WORKER}
  Cache-Control: no-cache
`;
}

async function writeSingleFile() {
  const bundle = await build({
    ...OPTIONS,
    entryPoints: [join(work, "js/main.js")],
    define: { SERVICE_WORKER: '""' },
    plugins: [{ name: "modules", setup: (setup) => setup.onLoad({ filter: /[/\\]js[/\\]modules\.js$/ }, () => ({ contents: modulesInside() })) }],
  });
  const script = bundle.outputFiles[0].text;
  const page = painted()
    .replace(/<script type="module"[^>]*><\/script>\n/, "")
    // Behind what there is to see, so that it is painted while the modules are unpacked.
    .replace("</body>", () => `${dataBlocks()}<script type="module">${script}</script>\n</body>`)
    .replace("script-src 'self'", `script-src ${hash(script)}`)
    .replace("connect-src 'self'", "connect-src 'none'")
    .replace("worker-src 'self' blob:", "worker-src blob:");
  if (script.includes("</script") || /(src|href)="(?!#|data:)/.test(page.replace(script, ""))) {
    throw new Error("the single file still refers to another");
  }
  writeFileSync(join(out, "dps-x509.html"), page);
  report("single file", [join(out, "dps-x509.html")]);
}

/** The modules, compressed, as text in elements that no browser runs. */
function dataBlocks() {
  return [...parts].map(([part, { data }]) =>
    `<script type="application/gzip" id="part-${part}">${gzipSync(data, { level: 9 }).toString("base64")}</script>\n`).join("");
}

/** What stands in for `js/modules.js` where nothing can be fetched: a step at a time, so that no task is long. */
function modulesInside() {
  return `
    const STEP = 1 << 18;
    const pause = () => new Promise((resolve) => setTimeout(resolve));
    async function unpacked(part) {
      const text = document.getElementById("part-" + part).textContent;
      const packed = [];
      for (let at = 0; at < text.length; at += STEP) {
        packed.push(Uint8Array.from(atob(text.slice(at, at + STEP)), (letter) => letter.charCodeAt(0)));
        await pause();
      }
      return new Response(new Blob(packed).stream().pipeThrough(new DecompressionStream("gzip")));
    }
    export async function modules(wanted) {
      const read = async (part) => [part, await (await unpacked(part)).arrayBuffer()];
      return Object.fromEntries(await Promise.all(wanted.map(read)));
    }
    export async function workerScript() {
      return (await unpacked("worker")).text();
    }
    export function later() {
      return import("./later.js");
    }`;
}

/** @param {string} text */
function hash(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function report(what, files) {
  const bytes = files.map((file) => readFileSync(file));
  const raw = bytes.reduce((sum, one) => sum + one.length, 0);
  const gzip = bytes.reduce((sum, one) => sum + gzipSync(one).length, 0);
  console.log(`${what}: ${files.length} file${files.length === 1 ? "" : "s"}, ${raw} bytes, ${gzip} gzip`);
}
