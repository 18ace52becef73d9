// Throw-away projects: made, installed, run, looked at and removed again.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pageOf, serve } from '../test/browser.mjs';
import { npm } from '../test/folders.mjs';

const run = promisify(execFile);

/** How long a project may take in all, installation aside. */
const PATIENCE = 240_000;

/**
 * @typedef {object} Configuration
 * @property {string} name
 * @property {Record<string, string>} [tools] packages with their exact versions, installed beside the package
 * @property {boolean} [own] whether the tools are those of the package's own package-lock.json
 * @property {object} [json] further members of package.json
 * @property {Record<string, string>} files
 * @property {(project: Project) => Promise<string>} run gives what was printed or shown
 * @property {string} [recipe] the heading of the README whose recipe it follows; without one it follows none
 */

/** A project on the disk. */
export class Project {
  #servers = [];

  /** @param {string} path @param {string} tools where the tools are installed @param {string} tarball the package */
  constructor(path, tools, tarball) {
    this.path = path;
    this.tools = tools;
    this.tarball = tarball;
  }

  /** Runs a program; what it printed. */
  async exec(program, args, { env = {}, cwd = this.path } = {}) {
    try {
      const { stdout, stderr } = await run(program, args, {
        cwd,
        env: { ...process.env, NODE_ENV: undefined, CI: '1', NO_COLOR: '1', FORCE_COLOR: undefined, NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1', NG_CLI_ANALYTICS: 'false', ...env },
        timeout: PATIENCE,
        maxBuffer: 1 << 26,
      });
      return stdout + stderr;
    } catch (error) {
      throw new Error(`${program} ${args.join(' ')}: ${error.message}\n${error.stdout ?? ''}\n${error.stderr ?? ''}`.slice(0, 6000));
    }
  }

  /** Runs a program of an installed package. */
  bin(name, args, options) {
    return this.exec(join(this.tools, 'node_modules/.bin', name), args, options);
  }

  node(...args) {
    return this.exec(process.execPath, args);
  }

  write(files) {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, file)), { recursive: true });
      writeFileSync(join(this.path, file), text);
    }
  }

  /** Starts a server, until it prints its address; it ends with the project. */
  async start(program, args, { env = {}, address = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::|:.*?)(\d{4,5})/ } = {}) {
    const child = spawn(program, args, { cwd: this.path, env: { ...process.env, NODE_ENV: undefined, CI: '1', NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1', ...env }, detached: true });
    this.#servers.push(() => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    });
    let said = '';
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no address within 60 s: ${said.slice(-2000)}`)), 60_000);
      const take = (chunk) => {
        said += chunk;
        const found = address.exec(said.replace(/\u001b\[[\d;]*m/g, ''));
        if (found !== null) {
          clearTimeout(timer);
          resolve(`http://127.0.0.1:${found[1]}`);
        }
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.on('exit', (code) => reject(new Error(`it ended with ${code}: ${said.slice(-2000)}`)));
      child.on('error', reject);
    });
  }

  /** What the page at this address shows when its checks are done. */
  page(url, options) {
    return pageOf(url, options);
  }

  /** The same of a folder, served as plain files. */
  async folder(path, options = {}) {
    const { url, close } = await serve(join(this.path, path), options);
    try {
      return await pageOf(url, options);
    } finally {
      close();
    }
  }

  end() {
    this.#servers.forEach((stop) => stop());
  }
}

/** A port that nobody listens at, as text: for servers that print the one that they are told, 0 too. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await once(server.close(), 'close');
  return String(port);
}

/**
 * Makes a project, runs it and removes it.
 *
 * @param {Configuration} configuration
 * @param {{ tarball: string, keep: boolean }} setting
 * @returns {Promise<{ name: string, checks: Record<string, string>, seconds: number }>}
 */
export async function tryOut({ name, tools = {}, own = false, json = {}, files, run: work }, { tarball, keep }) {
  const started = performance.now();
  const path = mkdtempSync(join(process.env.MATRIX_FOLDER ?? tmpdir(), `dps-x509-${name}-`));
  const project = new Project(path, own ? npm : path, tarball);
  try {
    const dependencies = { 'dps-x509': `file:${tarball}`, ...tools };
    const manifest = { name: 'throw-away', version: '1.0.0', private: true, type: 'module', ...json, dependencies };
    project.write({ 'package.json': JSON.stringify(manifest, undefined, 2), ...files });
    if (Object.keys(tools).length === 0) await unpack(project, tarball);
    else await project.exec('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--no-package-lock', '--prefer-offline', '--legacy-peer-deps']);
    const said = await work(project);
    return { name, checks: read(said), seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    return { name, checks: { project: error.message }, seconds: (performance.now() - started) / 1000 };
  } finally {
    project.end();
    if (keep) console.log(`kept: ${path}`);
    else rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What `npm install` of a package without dependencies and scripts does. */
async function unpack(project, tarball) {
  const to = join(project.path, 'node_modules/dps-x509');
  mkdirSync(to, { recursive: true });
  await project.exec('tar', ['-xzf', tarball, '-C', to, '--strip-components=1']);
}

/** The line with the checks, wherever a tool put it. */
function read(said) {
  const start = /CHECKS (?=\{)/.exec(said);
  if (start === null) throw new Error(`no checks in: ${said.slice(-3000)}`);
  const text = said.slice(start.index + start[0].length);
  // In a page more stands behind it, with braces of its own.
  for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}', end + 1)) {
    try {
      return JSON.parse(text.slice(0, end + 1));
    } catch {
      // A brace within a message.
    }
  }
  throw new Error(`no end of the checks in: ${text.slice(0, 3000)}`);
}
