// The command line of the package, beside the native one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary, emulate } from './emulator.mjs';
import { npm, root } from './folders.mjs';

const cert = join(root, 'tests/fixture/cert');
let folder;

before(() => {
  assert.ok(existsSync(binary), `${binary} is missing; \`cargo xtask build\` makes it`);
  folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

function run(program, args, input = '') {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: cert, input, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  return { status, stdout, stderr };
}
const ours = (args, input) => run(process.execPath, [join(npm, 'dist/esm/cli.js'), ...args], input);
const native = (args, input) => run(binary, args, input);
const AT = ['--at', '2026-12-23'];

test('explain says the same, with the same exit code', () => {
  const log = join(folder, 'device.log');
  writeFileSync(log, '{"errorCode":401002,"message":"CA certificate not found."}\n');
  for (const [args, input] of [
    [['401002']],
    [['DX401']],
    [['leaf-alone']],
    [['DX401', '401002']],
    [['ssl.SSLError: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca']],
    [['401002', 'CA', 'certificate', 'not', 'found.']],
    [[log, '--with', 'device-1.pem', ...AT]],
    [['-'], 'received fatal alert: BadCertificate\n'],
    [['the weather is fine']],
    [['DX000']],
  ]) {
    const [one, other] = [ours(['explain', ...args], input), native(['explain', ...args], input)];
    assert.equal(one.status, other.status, `${args}: ${one.stderr}`);
    if (args[0] !== log && args[0] !== '-') assert.equal(one.stdout, other.stdout, String(args));
    else assert.equal(one.stdout.split('\n')[0], other.stdout.split('\n')[0]);
  }
});

test('what cannot be shown is not said to be done, and who has read enough hears nothing', () => {
  for (const args of [['explain', '401002'], ['explain', '401002', '--json'], ['--help'], ['check', 'device-1.pem', '--format', 'json']]) {
    const status = (program, words, out) =>
      spawnSync('sh', ['-c', `"$0" "$@" ${out}`, program, ...words], { cwd: cert, encoding: 'utf8' });
    const own = [join(npm, 'dist/esm/cli.js'), ...args];
    const [one, other] = [status(process.execPath, own, '>/dev/full'), status(binary, args, '>/dev/full')];
    assert.equal(one.status, other.status, `${args}: ${one.stderr}`);
    assert.match(one.stderr, /standard output cannot be written \(.*ENOSPC.*\); what is there is not all of it\n$/);
    // By then, nobody reads the pipe.
    const pipe = '{ sleep 0.2; "$0" "$@"; echo "status $?" >&2; } | true';
    const gone = spawnSync('sh', ['-c', pipe, process.execPath, ...own], { cwd: cert, encoding: 'utf8' });
    assert.equal(gone.stderr, `status ${run(process.execPath, own).status}\n`, String(args));
  }
});

test('check has the same findings, in the same words, and the same exit code', () => {
  for (const args of [
    ['device-1.pem', 'intermediate.pem', '--registration-id', 'device-1'],
    ['device-1.pem', '--registration-id', 'device-2'],
    ['device-1.pem', 'intermediate.pem', '--key', 'device-1.key', '--enrollment', 'group'],
    ['device-1.key'],
    ['device-1.pem', '--fail-on', 'note', '--allow', 'DX431'],
    ['device-1.pem', '--registration-id', 'a b'],
    ['device-1.pem', 'intermediate.pem', '--group-ca', 'root.pem', '--enrollment', 'group'],
    ['device-1.pem', '--allow', 'leaf-alone', '--allow', 'dx431', '--fail-on', 'warning'],
    ['sha1.pem', '--fail-on', 'warning'],
    ['rsa-without-null.pem'],
    ['odd-twice.pem', 'intermediate.pem', 'root.pem'],
    ['device-1.pem', 'intermediate.pem', 'root.pem', 'intermediate.crl.pem'],
    ['written-out.pem', '--key', 'written-out.key'],
    ['wrong-order.pem'],
    ['device-1.csr'],
    ['thumbprint.txt'],
    ['--group-ca', 'root.pem'],
  ]) {
    const [one, other] = [ours(['check', ...args, ...AT]), native(['check', ...args, ...AT])];
    assert.equal(one.status, other.status, `${args}: ${one.stderr}${other.stderr}`);
    const blocks = (text) => text.split(/\n\n|(?=^(?:error|warning|note) DX)/m).filter((block) => /^(error|warning|note) DX/.test(block)).map((block) => block.trim());
    assert.deepEqual(blocks(one.stdout), blocks(other.stdout), String(args));
    const last = (text) => text.trim().split('\n').at(-1);
    // Only the native one writes repaired files.
    assert.equal(last(one.stdout), last(other.stdout).replace(' (--write-fixed DIR)', ''), String(args));
    const json = ({ stdout }) => JSON.parse(stdout);
    const asked = ['check', ...args, ...AT, '--format', 'json'];
    const [report, nativeReport] = [json(ours(asked)), json(native(asked))];
    assert.deepEqual(report.findings, nativeReport.findings, String(args));
    assert.deepEqual(report.verdict, nativeReport.verdict, String(args));
  }
});

test('what cannot be used is exit code 2 and a sentence', () => {
  for (const args of [['check'], ['check', 'no-such-file.pem'], ['check', '--no-such-flag'], ['check', 'device-1.pem', '--enrollment', 'x'], ['check', 'device-1.pem', '--cloud', 'x'], ['check', 'device-1.pem', '--at', 'x'], ['check', 'device-1.pem', '--allow', 'DX000'], ['check', 'device-1.pem', '--fail-on', 'x'], ['nothing'], ['generate'], ['generate', 'hat', '--registration-id', 'd', '--out', folder], ['provision'], []]) {
    const { status, stdout, stderr } = ours(args);
    assert.equal(status, 2, String(args));
    assert.equal(stdout, '');
    assert.match(stderr, /dps-x509/);
    assert.ok(!stderr.includes('    at '), stderr);
  }
  for (const command of ['check', 'explain', 'generate', 'provision']) {
    assert.match(ours([command, '--help']).stdout, /Usage: dps-x509 /);
  }
});

test('generate writes files once, keys for their owner alone', () => {
  const out = join(folder, 'made');
  const args = ['generate', 'chain', '--registration-id', 'my-x509-device', '--out', out];
  assert.equal(ours(args).status, 0);
  assert.ok(readdirSync(out).includes('device-full-chain.pem'));
  assert.equal(statSync(join(out, 'device-key.pem')).mode & 0o777, 0o600);
  assert.equal(ours(args).status, 2);
  assert.equal(ours(['check', join(out, 'device-full-chain.pem'), '--key', join(out, 'device-key.pem')]).status, 0);
});

test('generate writes nothing through a link in the folder', () => {
  const [out, elsewhere] = [join(folder, 'linked'), join(folder, 'elsewhere')];
  [out, elsewhere].forEach((path) => mkdirSync(path));
  symlinkSync(elsewhere, join(out, 'devices'));
  const { status, stderr } = ours(['generate', 'chain', '--registration-id', 'a', '--count', '2', '--out', out]);
  assert.equal(status, 2, stderr);
  assert.match(stderr, /devices is a link, and nothing is written through it/);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('provision gets the hub, or the refusal', async () => {
  const stand = await emulate();
  try {
    const { ready } = stand;
    const { key, fullChain, registrationId } = ready.example;
    const args = ['provision', '--id-scope', ready.idScope, '--endpoint', ready.endpoint, '--trust', ready.root, '--only-trust', '--cert', fullChain, '--key', key];
    const { status, stdout, stderr } = ours(args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`^assigned\n  hub +\\S+\n  device ID +${registrationId}\n$`));
    const refused = ours([...args, '--registration-id', 'another']);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /error DX7\d\d /);
    assert.equal(ours([...args, '--key', join(cert, 'device-1.key')]).status, 2);
    assert.equal(ours([...args, '--endpoint', '127.0.0.1:1']).status, 3);
  } finally {
    stand.end();
  }
});

// Of each kind of character that a terminal obeys or does not show.
const HOSTILE =
  'MARK\x1b]0;t\x07\x1b[2J\x9b1A\x85\r\nFORGED error DX999\x7f\xa0\xad\u034f\u061c\u115f\u1680\u180e\u2009\u200b\u200f\u2028FORGED' +
  '\u202e\u2060\u2069\u2800\u3000\u3164\ufdd3\ufe0f\ufeff\uffa0\ufff9\ufffe\u{1d173}\u{1ffff}\u{e0001}\u{e0041}\u{e0100}\u{10fffe}';

test('no terminal obeys what others wrote, and nobody begins a line', () => {
  const named = join(folder, HOSTILE.slice(0, 60).replace('/', ''));
  writeFileSync(named, 'no certificate');
  let shown = '';
  for (const args of [
    [HOSTILE],
    ['check', HOSTILE],
    ['check', named],
    ['check', named, '--format', 'json'],
    ['check', `--${HOSTILE}`],
    ['check', 'device-1.pem', '--at', HOSTILE],
    ['check', 'device-1.pem', '--enrollment', HOSTILE],
    ['check', 'device-1.pem', '--registration-id', HOSTILE],
    ['explain', HOSTILE],
    ['explain', `rc=5 not authorized ${HOSTILE}`, '--json'],
    ['generate', 'chain', '--registration-id', HOSTILE, '--out', folder],
    ['provision', '--id-scope', HOSTILE, '--cert', 'device-1.pem', '--key', 'device-1.key'],
    ['provision', '--id-scope', '0ne00111111', '--endpoint', HOSTILE, '--cert', 'device-1.pem', '--key', 'device-1.key'],
  ]) {
    const { stdout, stderr } = ours(args);
    for (const stream of [stdout, stderr]) {
      shown += stream;
      assert.doesNotMatch(stream, /(?!\n)[\p{C}\p{Zl}\p{Zp}\u3164\ufe0f]/u, `${JSON.stringify(args)}: ${JSON.stringify(stream)}`);
      assert.doesNotMatch(stream, /^\s*FORGED/m, JSON.stringify(args));
    }
  }
  assert.match(shown, /MARK/);
  // Written as the native one writes it.
  const asked = ['explain', `rc=5 not authorized ${HOSTILE}`];
  assert.equal(ours(asked).stdout, native(asked).stdout);
});

// In the place of a name, with its lines as they are, and as shells and settings put it into one, or one of them alone.
test('a private key that was given for a name is not told', () => {
  const pem = readFileSync(join(cert, 'device-1.key'), 'utf8');
  const [, line] = pem.split('\n');
  let marks = 0;
  for (const key of [pem, pem.replaceAll('\n', ' '), pem.replaceAll('\n', '\\n'), pem.slice(12), line]) {
    for (const args of [
      [key],
      ['check', key],
      ['check', `--${key}`],
      ...['key', 'trust', 'key-passphrase-file', 'registration-id', 'at', 'format', 'no-such'].map((name) => ['check', 'device-1.pem', `--${name}=${key}`]),
      ['explain', key],
      ['explain', key, '--json'],
      ['explain', '401002', `--with=${key}`],
      ['generate', 'chain', `--registration-id=${key}`, '--out', join(folder, 'made')],
      ['generate', 'chain', '--registration-id', 'a', `--out=${join(folder, 'none', key)}`],
      ...['id-scope', 'endpoint', 'cert', 'key', 'trust', 'proxy'].map((name) => ['provision', '--id-scope=0ne00111111', '--endpoint=localhost:1', `--${name}=${key}`]),
    ]) {
      const { stdout, stderr } = ours(args);
      for (const stream of [stdout, stderr]) {
        assert.ok(!stream.includes(line.slice(8, 48)), `${JSON.stringify(args)}: ${stream}`);
        marks += stream.includes('***');
      }
    }
  }
  assert.ok(marks > 20, `${marks} times`);
});

// Whole, where a name belongs.
test('what holds a secret and was given for a name is not told', () => {
  const key = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjR+eJA=';
  const signature = key.replace('+', '%2B').replace('=', '%3D');
  for (const [given, secret] of [
    [`HostName=h;DeviceId=d;SharedAccessKey=${key}`, key],
    [`SharedAccessSignature sr=x&sig=${signature}&se=1`, signature],
    ['https://user:qF7passwordZx@example.org/x', 'qF7passwordZx'],
  ]) {
    for (const args of [
      ['check', given],
      ...['key', 'trust', 'key-passphrase-file', 'registration-id'].map((name) => ['check', 'device-1.pem', `--${name}=${given}`]),
      ['explain', '401002', `--with=${given}`],
      ...['id-scope', 'cert', 'key', 'trust'].map((name) => ['provision', '--id-scope=0ne00111111', '--endpoint=localhost:1', `--${name}=${given}`]),
    ]) {
      const { stdout, stderr } = ours(args);
      for (const stream of [stdout, stderr]) assert.ok(!stream.includes(secret), `${JSON.stringify(args)}: ${stream}`);
    }
  }
});

test('a file that never ends is read as far as a limit', { skip: process.platform === 'win32' && 'there it has no such files' }, () => {
  for (const args of [
    ['check', '/dev/zero'],
    ['check', 'device-1.pem', '--key-passphrase-file', '/dev/zero'],
    ['explain', '401002', '--with', '/dev/zero'],
    ['provision', '--id-scope', '0ne00111111', '--cert', '/dev/zero'],
  ]) {
    const { status, stderr } = ours(args);
    assert.deepEqual([status, /more than 64 MiB/.test(stderr)], [2, true], stderr);
  }
});

test('it answers within two seconds', () => {
  // Of the processor, which others may use too.
  const command = `TIMEFORMAT='%U %S'; time "${process.execPath}" "${join(npm, 'dist/esm/cli.js')}" check device-1.pem > /dev/null`;
  const { stderr } = run('bash', ['-c', command]);
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  assert.ok(user + system < 2, stderr);
});
