// Debian's Chromium, quiet: a fresh profile, and no traffic of its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, extname, join } from 'node:path';
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

/** Runs with an empty tab of a browser of its own. */
export async function browse(work) {
  const executablePath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((file) => existsSync(file));
  if (executablePath === undefined) throw new Error('chromium is not on the PATH; on Debian: apt-get install chromium');
  const browser = await chromium.launch({ executablePath, headless: true, args });
  try {
    return await work(await browser.newPage());
  } finally {
    await browser.close();
  }
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

/** The title that a folder's page has when it is done. */
export async function titleOf(path) {
  const known = new Set(readdirSync(path, { recursive: true }).map((file) => `/${file.replaceAll('\\', '/')}`));
  const server = createServer(({ url }, response) => {
    const file = url === '/' ? '/index.html' : url;
    if (!known.has(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(join(path, file)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await browse(async (tab) => {
      const problems = [];
      tab.on('pageerror', (error) => problems.push(String(error)));
      tab.on('requestfailed', (request) => problems.push(request.url()));
      await tab.goto(`http://127.0.0.1:${server.address().port}/`);
      await tab.waitForFunction(() => document.title !== 'waiting', undefined, { timeout: 30_000 }).catch((error) => {
        throw new Error(`${error.message}\n${problems.join('\n')}`);
      });
      return tab.title();
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
