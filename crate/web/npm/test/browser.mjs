// Debian's Chromium, quiet: a fresh profile, and no traffic of its own.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is. */
export function chromiumPath() {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error('chromium is not on the PATH; on Debian: apt-get install chromium');
  return found;
}

/** Runs with an empty tab of a browser of its own. */
export async function browse(work) {
  const browser = await chromium.launch({ executablePath: chromiumPath(), headless: true, args });
  try {
    return await work(await browser.newPage());
  } finally {
    await browser.close();
  }
}

/** Runs with a browser that has an extension in it. */
export async function browseWithExtension(folder, work) {
  const more = [`--disable-extensions-except=${folder}`, `--load-extension=${folder}`, '--headless=new'];
  const context = await chromium.launchPersistentContext('', { executablePath: chromiumPath(), headless: false, args: [...args, ...more], ignoreDefaultArgs: ['--disable-extensions'] });
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** Serves a folder on loopback. */
export async function serve(path, { headers = {} } = {}) {
  const server = createServer(({ url }, response) => {
    const name = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const file = join(path, name.endsWith('/') ? `${name}index.html` : name);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', ...headers });
    response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

/** What a page says, `CHECKS …`, once it has an attribute `data-checks`. */
export function pageOf(url, { patience = 60_000 } = {}) {
  return browse((tab) => checksOf(tab, url, patience));
}

/** The same of a tab. */
export async function checksOf(tab, url, patience = 60_000) {
  const problems = [];
  tab.on('pageerror', (error) => problems.push(String(error)));
  tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  tab.on('requestfailed', (request) => problems.push(request.url()));
  await tab.goto(url);
  await tab.waitForFunction(() => document.documentElement.dataset.checks, undefined, { timeout: patience }).catch((error) => {
    throw new Error(`${error.message}\n${problems.join('\n')}`);
  });
  return `CHECKS ${await tab.evaluate(() => document.documentElement.dataset.checks)}`;
}

/** The title that a folder's page has when it is done. */
export async function titleOf(path) {
  const { url, close } = await serve(path);
  try {
    return await browse(async (tab) => {
      const problems = [];
      tab.on('pageerror', (error) => problems.push(String(error)));
      tab.on('requestfailed', (request) => problems.push(request.url()));
      await tab.goto(url);
      await tab.waitForFunction(() => document.title !== 'waiting', undefined, { timeout: 120_000 }).catch((error) => {
        throw new Error(`${error.message}\n${problems.join('\n')}`);
      });
      return tab.title();
    });
  } finally {
    close();
  }
}
