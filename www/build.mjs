/**
 * Writes the page to publish: `node build.mjs PACKAGE OUT`, from the built npm package, and the explanations in the page's
 * own words in `OUT/pages.json`, to two things,
 *
 * - `OUT/site/`, plain files for any web server, at any path;
 * - `OUT/dps-x509.html`, the same in one file, for a machine without a network.
 */

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const [packageFolder, out] = process.argv.slice(2);
if (!packageFolder || !out) {
  console.error("node build.mjs PACKAGE OUT");
  process.exit(2);
}
const www = import.meta.dirname;
const site = join(out, "site");
const { build } = createRequire(join(packageFolder, "package.json"))("esbuild");

await writeSite();
await writeSingleFile();

async function writeSite() {
  rmSync(site, { recursive: true, force: true });
  for (const part of ["index.html", "robots.txt", "style", "js"]) {
    cpSync(join(www, part), join(site, part), { recursive: true });
  }
  writeFileSync(join(site, "js/example-data.js"), `/** @type {import("./example.js").Example[]} */\nexport const EXAMPLES = ${JSON.stringify(examples())};\n`);
  const dist = join(packageFolder, "dist");
  const isShipped = (path) => statSync(path).isDirectory() ? !["cjs", "embedded"].includes(basename(path)) : /\.(js|wasm|json)$/.test(path);
  cpSync(dist, join(site, "package"), { recursive: true, filter: isShipped });
  cpSync(join(out, "pages.json"), join(site, "package/esm/part/pages.json"));
  report("site", readdirSync(site, { recursive: true }).map((name) => join(site, name)).filter((path) => statSync(path).isFile()));
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

async function writeSingleFile() {
  const bundle = await build({
    entryPoints: [join(site, "js/main.js")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    plugins: [{ name: "modules", setup: (setup) => setup.onLoad({ filter: /[/\\]js[/\\]modules\.js$/ }, () => ({ contents: modulesInside() })) }],
  });
  const script = bundle.outputFiles[0].text;
  let page = readFileSync(join(site, "index.html"), "utf8");
  const styles = [];
  page = page.replace(/<link rel="stylesheet" href="([^"]+)"( media="print")?>\n/g, (_, href, isPrint) => {
    const css = readFileSync(join(site, href), "utf8");
    styles.push(isPrint ? `@media print {\n${css}}\n` : css);
    return "";
  });
  const style = styles.join("");
  page = page
    .replace(/<script type="module" async [^>]*><\/script>\n/, "")
    .replace(/<script type="module"[^>]*><\/script>/, () => `<style>${style}</style>`)
    .replace("</body>", () => `<script type="module">${script}</script>\n</body>`)
    .replace("script-src 'self'", `script-src ${hash(script)}`)
    .replace("style-src 'self'", `style-src ${hash(style)}`)
    .replace("connect-src 'self'", "connect-src 'none'");
  if (script.includes("</script") || /(src|href)="(?!#|data:)/.test(page.replace(script, ""))) {
    throw new Error("the single file still refers to another");
  }
  writeFileSync(join(out, "dps-x509.html"), page);
  report("single file", [join(out, "dps-x509.html")]);
}

/** What stands in for `js/modules.js` where nothing can be fetched. */
function modulesInside() {
  const texts = Object.fromEntries(["inspection.wasm", "complete.wasm", "session.wasm", "generation.wasm", "pages.json"]
    .map((name) => [name.replace(/\..*/, ""), readFileSync(join(site, "package/esm/part", name)).toString("base64")]));
  return `
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
    const texts = ${JSON.stringify(texts)};
    // All at once: nothing is nearer than the rest.
    export async function modules() {
      return Object.fromEntries(Object.entries(texts).map(([part, text]) => [part, bytes(text)]));
    }
    export async function workerScript() {
      return ${JSON.stringify(readFileSync(join(site, "package/esm/part/worker-script.js"), "utf8")).replaceAll("</script", "<\\/script")};
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
