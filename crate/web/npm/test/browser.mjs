// Debian's Chromium, quiet: a fresh profile, and no traffic of its own.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
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
