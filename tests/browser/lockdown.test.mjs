/**
 * After loading nothing goes out: fifty ways that a script in the page could try, and what of them a server sees. The ways
 * that a policy cannot close are written down here, and are those that the page's own sentence tells of: navigation.
 */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { launch, open, serve, singleFile } from "./page.mjs";

const browser = await launch();
const server = await serve();
const seen = [];
const listener = createServer((request, response) => {
  seen.push(request.url);
  response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" }).end("");
});
await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
const other = `http://127.0.0.1:${listener.address().port}`;
after(async () => {
  await browser.close();
  server.stop();
  listener.closeAllConnections();
  listener.close();
});

/** Each runs in the page with an address of its own; what throws has not gone out. */
const WAYS = {
  fetch: (url) => fetch(url),
  "fetch without cors": (url) => fetch(url, { mode: "no-cors" }),
  "fetch keepalive": (url) => fetch(url, { keepalive: true, method: "POST", body: "x" }),
  "XMLHttpRequest": (url) => { const it = new XMLHttpRequest(); it.open("GET", url); it.send(); },
  "synchronous XMLHttpRequest": (url) => { const it = new XMLHttpRequest(); it.open("GET", url, false); it.send(); },
  sendBeacon: (url) => navigator.sendBeacon(url, "x"),
  WebSocket: (url) => new WebSocket(url.replace("http", "ws")),
  EventSource: (url) => new EventSource(url),
  WebTransport: (url) => new WebTransport(url.replace("http:", "https:")),
  RTCPeerConnection: () => new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:9" }] }).createDataChannel("x"),
  "import()": (url) => import(url),
  "script element": (url) => add("script", { src: url }),
  "module script element": (url) => add("script", { src: url, type: "module" }),
  "inline script element": (url) => { const it = document.createElement("script"); it.textContent = `fetch("${url}")`; document.head.append(it); },
  "image element": (url) => add("img", { src: url }),
  "new Image": (url) => { new Image().src = url; },
  "image srcset": (url) => add("img", { srcset: `${url} 2x` }),
  "picture source": (url) => { const it = add("picture", {}); it.innerHTML = `<source srcset="${url}"><img>`; },
  "svg image": (url) => { const it = document.createElementNS("http://www.w3.org/2000/svg", "svg"); const image = document.createElementNS("http://www.w3.org/2000/svg", "image"); image.setAttribute("href", url); it.append(image); document.body.append(it); },
  "svg use": (url) => { const it = document.createElementNS("http://www.w3.org/2000/svg", "svg"); const use = document.createElementNS("http://www.w3.org/2000/svg", "use"); use.setAttribute("href", `${url}#x`); it.append(use); document.body.append(it); },
  stylesheet: (url) => add("link", { rel: "stylesheet", href: url }),
  "style element with import": (url) => { add("style", {}).textContent = `@import "${url}";`; },
  "constructed sheet": (url) => { const it = new CSSStyleSheet(); it.replaceSync(`body { background-image: url("${url}"); }`); document.adoptedStyleSheets.push(it); },
  "background image": (url) => { document.body.style.backgroundImage = `url("${url}")`; },
  "border image": (url) => { document.body.style.borderImageSource = `url("${url}")`; },
  "list image": (url) => { document.body.style.listStyleImage = `url("${url}")`; },
  cursor: (url) => { document.body.style.cursor = `url("${url}"), auto`; },
  "css content": (url) => { document.querySelector("h1").style.content = `url("${url}")`; },
  FontFace: (url) => new FontFace("x", `url("${url}")`).load(),
  "font face rule": (url) => { add("style", {}).textContent = `@font-face { font-family: y; src: url("${url}"); } body { font-family: y; }`; },
  preload: (url) => add("link", { rel: "preload", as: "fetch", crossorigin: "", href: url }),
  modulepreload: (url) => add("link", { rel: "modulepreload", href: url }),
  prefetch: (url) => add("link", { rel: "prefetch", href: url }),
  icon: (url) => add("link", { rel: "icon", href: url }),
  manifest: (url) => add("link", { rel: "manifest", href: url }),
  frame: (url) => add("iframe", { src: url }),
  "frame with srcdoc": (url) => add("iframe", { srcdoc: `<img src="${url}">` }),
  object: (url) => add("object", { data: url }),
  embed: (url) => add("embed", { src: url }),
  audio: (url) => add("audio", { src: url, preload: "auto" }),
  video: (url) => add("video", { src: url, preload: "auto" }),
  poster: (url) => add("video", { poster: url }),
  track: (url) => { const it = add("video", {}); const track = document.createElement("track"); track.src = url; track.default = true; it.append(track); },
  form: (url) => { const it = add("form", { action: url, method: "post", target: "_blank" }); it.submit(); },
  ping: (url) => { const it = add("a", { href: "#x", ping: url }); it.click(); },
  Worker: (url) => new Worker(url),
  "module worker": (url) => new Worker(url, { type: "module" }),
  SharedWorker: (url) => new SharedWorker(url),
  "service worker": (url) => navigator.serviceWorker.register(url),
  "worker from a blob": (url) => new Worker(URL.createObjectURL(new Blob([`fetch("${url}"); importScripts("${url}")`]))),
  worklet: (url) => new AudioContext().audioWorklet.addModule(url),
  "streaming compilation": (url) => WebAssembly.compileStreaming(fetch(url)),
  eval: (url) => { (0, eval)(`fetch("${url}")`); },
  "event handler attribute": (url) => { const it = add("img", { src: "data:," }); it.setAttribute("onerror", `fetch("${url}")`); },
  "dns prefetch": (url) => add("link", { rel: "dns-prefetch", href: url }),
};

/** What no policy of a page closes. */
const OPEN = { navigation: (url) => { location.href = url; } };

const PER_PAGE = 8;

/** Chromium tells of requests that the policy has stopped too; an answer is what counts. */
async function openWatched(url) {
  const at = await open(browser, url);
  const answers = [];
  at.page.on("response", (response) => { if (/^https?:/.test(response.url())) answers.push(response.url()); });
  await at.page.evaluate(() => {
    window.add = (tag, attributes) => {
      const it = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
      document.body.append(it);
      return it;
    };
  });
  return { ...at, answers };
}

for (const [what, url] of [["site", server.url], ["single file", singleFile]]) {
  test(`${Object.keys(WAYS).length} ways out are closed: ${what}`, async () => {
    let at;
    for (const [number, [way, go]] of Object.entries(WAYS).entries()) {
      // One page stands several ways; a fresh one now and then, in case that one of them has broken it.
      if (number % PER_PAGE === 0) {
        await at?.context.close();
        at = await openWatched(url);
      }
      for (const [whose, target] of [["another host", other], ["the page's own", new URL(server.url).origin]]) {
        const path = `/way-out-${encodeURIComponent(way)}`;
        // What is refused throws; what hangs is not waited for.
        await Promise.race([at.page.evaluate(go, `${target}${path}`).catch(() => {}), at.page.waitForTimeout(200)]);
        await at.page.waitForTimeout(20);
        assert.deepEqual(at.answers, [], `${way}, ${whose}`);
      }
    }
    await at?.context.close();
    assert.deepEqual(seen, [], "what another host saw");
  });
}

test("no peer connection can be made", async () => {
  const at = await open(browser, server.url);
  assert.equal(await at.page.evaluate(() => typeof RTCPeerConnection), "undefined");
  await at.context.close();
});

test("what navigation can do is known", async () => {
  const at = await open(browser, server.url);
  await at.page.evaluate(OPEN.navigation, `${other}/navigated`);
  await at.page.waitForURL(/navigated/);
  assert.ok(seen.splice(0).some((path) => path === "/navigated"));
  await at.context.close();
});
