// The commands of the program itself, as the package of this platform brings it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { binary } from './emulator.mjs';
import { npm } from './folders.mjs';

const NAME = `dps-x509-${process.platform}-${process.arch}`;
const ENDING = process.platform === 'win32' ? '.exe' : '';

let folder;
/** The command line in a project without the platform's package, and in one that has it. */
let alone;
let whole;

before(() => {
  assert.ok(existsSync(binary), `${binary} is missing; \`cargo xtask build\` makes it`);
  folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  [alone, whole] = ['alone', 'whole'].map((name) => {
    const modules = join(folder, name, 'node_modules');
    cpSync(join(npm, 'dist/esm'), join(modules, 'dps-x509/dist/esm'), { recursive: true });
    cpSync(join(npm, 'package.json'), join(modules, 'dps-x509/package.json'));
    return join(modules, 'dps-x509/dist/esm/cli.js');
  });
  const bin = join(folder, 'whole/node_modules', NAME, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, '../package.json'), JSON.stringify({ name: NAME }));
  symlinkSync(binary, join(bin, `dps-x509${ENDING}`));
});

after(() => rmSync(folder, { recursive: true, force: true }));

const run = (script, ...args) => spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' });

test('every command of the program is one here, and help names them', () => {
  const commands = spawnSync(binary, ['--help'], { encoding: 'utf8' }).stdout.split('\nCommands:\n')[1].split('\n\n')[0];
  const names = [...commands.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name).filter((name) => name !== 'help');
  assert.ok(names.length > 10, String(names));
  const help = run(alone, '--help').stdout;
  for (const name of names) {
    assert.match(help, new RegExp(`\\b${name}\\b`));
    const { status, stdout, stderr } = run(whole, name, '--help');
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`Usage: dps-x509 ${name}`));
  }
});

test('without the package of the platform it says which one that is', () => {
  const { status, stdout, stderr } = run(alone, 'emulate');
  assert.deepEqual([status, stdout], [2, '']);
  assert.match(stderr, new RegExp(`^dps-x509: "emulate" .* npm install ${NAME}\n$`));
  assert.equal(run(alone, 'explain', '401002').status, 0);
});

test('its words, its output and its exit code are those of the program', () => {
  for (const args of [['probe', '--no-such-flag'], ['compare', 'no-such-file.pem'], ['fleet', 'summary', 'no-such.journal'], ['completions', 'bash']]) {
    const expected = spawnSync(binary, args, { cwd: folder, encoding: 'utf8' });
    const { status, stdout, stderr } = run(whole, ...args);
    assert.deepEqual([status, stdout, stderr], [expected.status, expected.stdout, expected.stderr], String(args));
  }
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`an emulator ends with ${signal} to the command, and is gone`, { skip: process.platform === 'win32' && 'there it has no signals' }, async () => {
    const args = ['emulate', '--listen', '127.0.0.1:0', '--folder', join(folder, signal), '--json', '--quiet'];
    const command = spawn(process.execPath, [whole, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise((resolve) => createInterface({ input: command.stdout }).once('line', resolve));
    const [host, port] = JSON.parse(line).endpoint.split(':');
    await new Promise((resolve, reject) => connect(Number(port), host, resolve).once('error', reject));
    command.kill(signal);
    assert.deepEqual(await new Promise((resolve) => command.once('exit', (...how) => resolve(how))), [0, null]);
    const { code } = await new Promise((resolve) => connect(Number(port), host).once('error', resolve));
    assert.equal(code, 'ECONNREFUSED');
  });
}
