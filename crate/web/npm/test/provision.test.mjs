// Provisioning over node:tls against the emulator of `dps-x509 emulate`, with its own example.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DpsError, Session } from 'dps-x509';
import { provision, ProvisioningError } from 'dps-x509/node';
import { emulate } from './emulator.mjs';
import { fixture, npm } from './folders.mjs';

let stand;
let ready;
let folder;

before(async () => {
  stand = await emulate();
  ({ ready, folder } = stand);
});

after(() => stand?.end());

const settings = () => stand.settings();
const identity = () => stand.identity();

test('a device gets its hub, and every packet is told', async () => {
  const events = [];
  const assignment = await provision(settings(), { ...identity(), onEvent: (event, line) => events.push([event, line]) });
  assert.equal(assignment.outcome, 'assigned');
  assert.equal(assignment.registrationId, settings().registrationId);
  assert.ok(assignment.assignedHub.length > 0 && assignment.deviceId.length > 0);
  const sent = events.filter(([{ event }]) => event === 'sent').map(([{ packet }]) => packet);
  assert.deepEqual(sent.slice(0, 3), ['CONNECT', 'SUBSCRIBE', 'PUBLISH']);
  assert.equal(sent.at(-1), 'DISCONNECT');
  const [connected] = events.find(([{ event }]) => event === 'connected');
  assert.match(connected.peer, /^127\.0\.0\.1:\d+$/);
  assert.match(connected.tlsVersion, /^TLSv1\.[23]$/);
  assert.match(connected.cipherSuite, /^TLS_/);
});

test('a refusal is an error with the answer and the finding', async () => {
  const cert = fixture('device-1.pem');
  const key = fixture('device-1.key');
  await assert.rejects(provision({ ...settings(), registrationId: 'device-1' }, { ...identity(), cert, key }), (error) => {
    assert.ok(error instanceof ProvisioningError && error instanceof DpsError);
    assert.equal(error.code, 'refused');
    assert.equal(error.report.answer.status, 401);
    assert.match(error.findings[0].code, /^DX7/);
    assert.equal(error.message, error.findings[0].message);
    return true;
  });
});

test('an abort ends it, before and while it runs', async () => {
  // What is aborted before a socket is made gets none.
  let sockets = 0;
  const lookup = (host, options, done) => {
    sockets += 1;
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  const [, port] = ready.endpoint.split(':');
  const atOnce = (signal, onEvent) =>
    provision({ ...settings(), endpoint: `localhost:${port}` }, { ...identity(), signal, onEvent, socket: { lookup } });
  await assert.rejects(atOnce(AbortSignal.abort('early'), () => assert.fail('there is nothing to tell')), {
    name: 'ProvisioningError',
    code: 'cancelled',
    cause: 'early',
  });
  const whileTold = new AbortController();
  await assert.rejects(atOnce(whileTold.signal, () => whileTold.abort('told')), { code: 'cancelled', cause: 'told' });
  assert.equal(sockets, 0);
  const controller = new AbortController();
  const onEvent = ({ event }) => event === 'waiting' && controller.abort('enough');
  await assert.rejects(provision(settings(), { ...identity(), signal: controller.signal, onEvent }), {
    code: 'cancelled',
    cause: 'enough',
  });
});

test('the roots are those of the cloud', async () => {
  await assert.rejects(provision(settings(), { ...identity(), cloud: 'nine' }), { code: 'invalid-input' });
  // Roots that Node trusts otherwise are none of Azure's.
  const program = `
    import { readFileSync } from 'node:fs';
    import { provision } from 'dps-x509/node';
    const [settings, cert, key] = JSON.parse(process.argv[1]);
    await provision(settings, { cert: readFileSync(cert), key: readFileSync(key) }).then(
      () => console.log('trusted'),
      (error) => console.log(error.report.transport.kind),
    );`;
  const given = JSON.stringify([settings(), ready.example.fullChain, ready.example.key]);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, given], {
    cwd: npm,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ready.root },
  });
  assert.equal(stdout.trim(), 'server-not-trusted');
});

test('what a proxy did is told apart', async () => {
  for (const [fault, code] of [['refused', 'DX531'], ['authentication-required', 'DX532'], ['denied', 'DX533'], ['not-http', 'DX534']]) {
    const session = await Session.start(settings(), 0);
    while (session.poll().type !== 'connect');
    session.connectFailed(1, 1, { kind: `proxy/${fault}`, detail: 'in its words' });
    let output = session.poll();
    while (output.type !== 'done') {
      assert.notEqual(output.type, 'wait', fault);
      output = session.poll();
    }
    assert.equal(output.report.transport.kind, 'proxy');
    assert.equal(output.report.findings[0].code, code);
  }
});

test('a server that is not trusted, or is none, is told apart', async () => {
  await assert.rejects(provision(settings(), { ...identity(), trust: [], onlyTrust: false }), (error) => {
    assert.equal(error.code, 'no-connection');
    assert.equal(error.report.transport.kind, 'server-not-trusted');
    return true;
  });
  const server = createServer((socket) => socket.on('error', () => {}).resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const kind = (endpoint) =>
    provision({ ...settings(), endpoint, timeoutSeconds: 5 }, identity()).then(assert.fail, (error) => error.report.transport?.kind);
  assert.equal(await kind(`127.0.0.1:${port}`), 'not-tls');
  server.close();
  // A port that was given back may be somebody else's by now.
  assert.equal(await kind('127.0.0.1:9'), 'refused');
});

test('settings and identities that are wrong are told before anything is dialled', async () => {
  await assert.rejects(provision({ ...settings(), idScope: '' }, identity()), { code: 'invalid-settings' });
  await assert.rejects(provision(settings(), { ...identity(), key: fixture('device-1.key') }), { code: 'identity-invalid' });
});

test('arguments that are none of their kind are told before anything is dialled', async () => {
  const circular = {};
  circular.self = circular;
  const throws = { toJSON: () => { throw new TypeError('not today'); } };
  const wrong = [
    ...[{}, new AbortController(), new EventTarget()].map((signal) => [{}, { signal }, /^`options\.signal` is an AbortSignal, and not /]),
    ...[[1], ['a.azure-devices.net', null], [new URL('https://a.azure-devices.net')]].map((allowHub) => [{}, { allowHub }, /^`options\.allowHub\[\d\]` is a string/]),
    ...['https://a.azure-devices.net/', 'a.azure-devices.net:8883', '*.azure-devices.net', '[::1]', ' a', 'a,b', '.a', ''].map((hub) => [{}, { allowHub: [hub] }, /^`options\.allowHub\[0\]` is the name of a host/]),
    ...[{ localaddress: '127.0.0.1' }, { path: '/run/dps' }, { host: 'a', port: 1 }, { fd: 3 }, { signal: AbortSignal.abort() }].map((socket) => [{}, { socket }, /^`options\.socket` has no `\w+`; it has localAddress, /]),
    ...[{ localAddress: 'localhost' }, { localAddress: '' }, { localPort: -1 }, { localPort: 65_536 }, { localPort: 1.5 }, { family: 5 }, { hints: -1 }, { keepAliveInitialDelay: -1 }, { autoSelectFamilyAttemptTimeout: 0 }].map((socket) => [{}, { socket }, /^`options\.socket\.\w+` is .+, and not \S+\.$/]),
    ...[{ family: 'IPv4' }, { lookup: 'dns' }, { keepAlive: 1 }, { localPort: Infinity }].map((socket) => [{}, { socket }, /^`options\.socket\.\w+` is /]),
    ...[circular, { a: 1n }, throws].map((payload) => [{ payload }, {}, /^`settings\.payload` cannot be written as JSON: /]),
    [{ payload: { toJSON() {} } }, {}, /^`settings\.payload` cannot be written as JSON\.$/],
    [{ payload: NaN }, {}, /^`settings\.payload` is .* and not NaN\.$/],
    ...[NaN, Infinity, -Infinity, -1, -0.001].flatMap((seconds) => ['timeoutSeconds', 'keepAliveSeconds'].map((name) => [{ [name]: seconds }, {}, new RegExp(`^\`settings\\.${name}\` is a number of seconds, and not ${seconds}\\.$`)])),
    ...[7, -1, 0.5].map((qos) => [{ qos }, {}, /^`settings\.qos` is 0 or 1, and not /]),
  ];
  const events = [];
  const onEvent = (event) => events.push(event);
  for (const [more, options, message] of wrong) {
    const call = provision({ ...settings(), ...more }, { ...identity(), onEvent, ...options });
    await assert.rejects(call, { name: 'DpsError', code: 'invalid-input', message });
  }
  assert.deepEqual(events, []);
});

test('a lookup that throws is a connection that failed', async () => {
  const lookup = () => {
    throw new Error('no such book');
  };
  await assert.rejects(provision({ ...settings(), endpoint: 'localhost:1' }, { ...identity(), socket: { lookup } }), (error) => {
    assert.equal(error.code, 'no-connection');
    assert.equal(error.report.transport.detail, 'no such book');
    return true;
  });
});

test('what a listener throws comes out', async () => {
  const onEvent = () => {
    throw new Error('from the listener');
  };
  await assert.rejects(provision(settings(), { ...identity(), onEvent }), /from the listener/);
});

test('the example of the README', async () => {
  const readme = readFileSync(join(npm, 'README.md'), 'utf8');
  const [code] = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, block]) => block).filter((block) => block.includes('ProvisioningError'));
  const here = code
    .replace("idScope: '0ne00111111', registrationId: 'device-1'", `...${JSON.stringify(settings())}`)
    .replace("'device-full-chain.pem'", JSON.stringify(ready.example.fullChain))
    .replace("'device.key'", JSON.stringify(ready.example.key))
    .replace('signal:', `trust: await readFile(${JSON.stringify(ready.root)}), onlyTrust: true, signal:`);
  const example = join(folder, 'example.mjs');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(npm, join(folder, 'node_modules/dps-x509'));
  writeFileSync(example, here);
  const { stdout } = await promisify(execFile)(process.execPath, [example]);
  assert.match(stdout, /->  CONNECT [^]* is at /);
});

test('the example of what comes next reaches the hub', async () => {
  const readme = readFileSync(join(npm, 'README.md'), 'utf8');
  const [code] = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, block]) => block).filter((block) => block.includes('secureConnect'));
  const [host, port] = ready.endpoint.split(':');
  const here = code
    .replace("{ idScope: '0ne00111111' }", JSON.stringify(settings()))
    .replace("'device-full-chain.pem'", JSON.stringify(ready.example.fullChain))
    .replace("'device.key'", JSON.stringify(ready.example.key))
    .replace('{ cert, key })', `{ cert, key, trust: await readFile(${JSON.stringify(ready.root)}) })`)
    .replace('host: assignedHub, port: 8883', `host: ${JSON.stringify(host)}, port: ${port}`)
    .replace(/const ca = .*;/, `const ca = await readFile(${JSON.stringify(ready.root)});`);
  const example = join(folder, 'next.mjs');
  writeFileSync(example, here);
  const { stdout } = await promisify(execFile)(process.execPath, [example], { env: { ...process.env, NODE_PATH: '' }, timeout: 60_000 });
  assert.match(stdout, /^client ID .+ user name .+\/\?api-version=/);
});
