/**
 * Serves a folder on loopback: `node serve.mjs FOLDER [PORT]`. For looking at the page; any web server can publish it. As hosts
 * do, it hands out the compressed file that lies beside, where the browser takes it.
 */

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { pipeline } from "node:stream";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

const [folder, port = "8080"] = process.argv.slice(2);
if (!folder) {
  console.error("node serve.mjs FOLDER [PORT]");
  process.exit(2);
}

const server = createServer((request, response) => {
  // `normalize` takes out every "..", and the leading slash keeps what is left inside the folder.
  const path = normalize(join("/", decode(new URL(request.url ?? "/", "http://localhost").pathname)));
  const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file.\n");
    return;
  }
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  const [coding, suffix] = packed(file, String(request.headers["accept-encoding"] ?? ""));
  response.writeHead(200, {
    "content-type": type,
    ...(coding === "" ? {} : { "content-encoding": coding }),
    "content-length": statSync(file + suffix).size,
    "vary": "accept-encoding",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  else pipeline(createReadStream(file + suffix), response, () => {});
});
server.on("error", (error) => {
  console.error(`The page cannot be served on port ${port}: ${error.message}.`);
  process.exit(1);
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});

/**
 * The content coding to answer in and how its file's name ends: the smallest that the browser takes and that is beside. One
 * that is older than the file is of another version.
 *
 * @param {string} file
 * @param {string} accepted the header Accept-Encoding (RFC 9110, section 12.5.3)
 */
function packed(file, accepted) {
  const taken = accepted.toLowerCase().split(",")
    .map((one) => one.trim())
    .filter((one) => !/;\s*q=0(\.0*)?$/.test(one))
    .map((one) => one.replace(/\s*;.*/, ""));
  const found = [["br", ".br"], ["gzip", ".gz"]].find(([coding, suffix]) =>
    taken.includes(coding) && (statSync(file + suffix, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= statSync(file).mtimeMs);
  return found ?? ["", ""];
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "/";
  }
}
