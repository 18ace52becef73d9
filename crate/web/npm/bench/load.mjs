// Cold loads in Chromium: a fresh profile each time, from a server on loopback that sends gzip.
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROUNDS = 5;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json' };

/** As Lighthouse has a phone: 1.6 Mbit/s, 150 ms, a processor of a quarter of the speed. */
const PHONE = {
  network: { offline: false, latency: 150, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9 },
  slowdown: 4,
};
export const SETTINGS = { 'as it is': undefined, 'as a phone': PHONE };

/** Serves these files, by their addresses, while `work` runs with the address of `/`. */
export async function serve(files, work) {
  const sent = new Map(Object.entries(files).map(([path, bytes]) => [path, gzipSync(bytes)]));
  const server = createServer(({ url }, response) => {
    const path = url === '/' ? '/index.html' : url;
    const body = sent.get(path);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Encoding': 'gzip' }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Milliseconds until it can be used, the median of cold loads: for each page what `isUsable` (in the page) gives. */
export async function firstUse(browser, pages, setting) {
  const times = Object.fromEntries(Object.keys(pages).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { url, usable }] of Object.entries(pages)) {
      times[name].push(await once(browser, url, usable, setting));
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, all.sort((a, b) => a - b)[ROUNDS >> 1]]));
}

async function once(browser, url, usable, setting) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    if (setting !== undefined) {
      const devtools = await context.newCDPSession(page);
      await devtools.send('Network.enable');
      await devtools.send('Network.emulateNetworkConditions', setting.network);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: setting.slowdown });
    }
    await page.goto(url, { waitUntil: 'commit' });
    const time = await page.waitForFunction(usable, undefined, { polling: 'raf', timeout: 60_000 });
    return await time.jsonValue();
  } finally {
    await context.close();
  }
}
