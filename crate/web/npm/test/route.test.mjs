// The way to DPS: proxies, the environment, redirections, sockets.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { provision } from 'dps-x509/node';
import { isBypassed, parseProxy } from '../dist/esm/provision/proxy.js';
import { route } from '../dist/esm/provision/route.js';
import { emulate } from './emulator.mjs';
import { npm } from './folders.mjs';

let stand;
const servers = [];

before(async () => {
  stand = await emulate();
});

after(() => {
  servers.forEach((server) => server.close());
  stand?.end();
});

/** A proxy that answers so; what it was asked is in `asked`. */
async function proxy(answer) {
  const asked = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      asked.push(bytes.toString());
      if (answer !== undefined) {
        socket.end(answer);
        return;
      }
      const [, host, port] = /^CONNECT (?:\[(.*)\]|([^:]*)):(\d+) /.exec(bytes.toString().replace(/CONNECT ([^[][^:]*):/, 'CONNECT [$1]:')).filter((one) => one !== undefined);
      const way = connect({ host, port: Number(port) }, () => {
        socket.write('HTTP/1.1 200 Connection established\r\nVia: a test\r\n\r\n');
        socket.pipe(way).pipe(socket);
      });
      way.on('error', () => socket.destroy());
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

test('a device gets its hub through a proxy that wants a password', async () => {
  const { url, asked } = await proxy();
  const through = url.replace('//', '//user:p%40ss@');
  const events = [];
  const { deviceId } = await provision(stand.settings(), { ...stand.identity(), proxy: through, onEvent: (event) => events.push(event) });
  assert.equal(deviceId, stand.ready.example.registrationId);
  const basic = Buffer.from('user:p@ss').toString('base64');
  assert.match(asked[0], new RegExp(`^CONNECT ${stand.ready.endpoint} HTTP/1.1\r\nHost: .*\r\nProxy-Authorization: Basic ${basic}\r\n\r\n$`));
  assert.match(events.find(({ event }) => event === 'connected').peer, /^proxy 127\.0\.0\.1:\d+$/);
  // A URL object is as good.
  await provision(stand.settings(), { ...stand.identity(), proxy: new URL(url) });
  assert.equal(asked.length, 2);
});

test('the environment says which, and for which hosts there is none', async () => {
  const { url, asked } = await proxy();
  const program = `import { provision } from 'dps-x509/node';
const [settings, options] = JSON.parse(process.argv[1]);
console.log((await provision(settings, options)).deviceId);`;
  const run = async (env, options = {}) => {
    const given = JSON.stringify([stand.settings(), { ...stand.identity(), ...options }]);
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, given], { cwd: npm, env: { PATH: process.env.PATH, ...env } });
    assert.equal(stdout.trim(), stand.ready.example.registrationId);
    return asked.splice(0).length;
  };
  assert.equal(await run({ https_proxy: url }), 1);
  assert.equal(await run({ ALL_PROXY: url }), 1);
  assert.equal(await run({ http_proxy: url }), 0);
  assert.equal(await run({ HTTPS_PROXY: url, NO_PROXY: 'example.com, 127.0.0.0/8' }), 0);
  assert.equal(await run({ HTTPS_PROXY: url }, { proxy: false }), 0);
  assert.equal(await run({ HTTPS_PROXY: url, NO_PROXY: '*' }, { noProxy: '' }), 1);
});

test('what a proxy does instead is told apart', async () => {
  const kinds = {
    DX532: 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n',
    DX533: 'HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nnot this port',
    DX534: 'SSH-2.0-OpenSSH_9.6\r\n',
  };
  const failed = async (proxy) =>
    provision({ ...stand.settings(), timeoutSeconds: 5 }, { ...stand.identity(), proxy }).then(assert.fail, (error) => error);
  for (const [code, answer] of Object.entries(kinds)) {
    const error = await failed((await proxy(answer)).url);
    assert.equal(error.findings[0]?.code, code, error.message);
    assert.ok(!JSON.stringify(error.report).includes('p@ss'));
  }
  const silent = await failed((await proxy('')).url);
  assert.equal(silent.report.transport.kind, 'proxy');
  assert.equal((await failed('http://127.0.0.1:9')).findings[0].code, 'DX531');
});

test('no answer that repeats the request tells the password', async () => {
  const secret = 'qF7passwordZx';
  const basic = Buffer.from(`user:${secret}`).toString('base64');
  const answers = [
    `HTTP/1.1 403 Proxy-Authorization: Basic ${basic}\r\n\r\n`,
    `HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="${basic}"\r\n\r\n`,
    `HTTP/1.1 403 No\r\nContent-Type: text/plain\r\n\r\n${secret}`,
    `HTTP/1.1 403 No\r\nContent-Type: text/plain\r\n\r\n${'-'.repeat(292)}${secret}`,
    `HTTP/1.1 403 No\r\nContent-Type: text/plain\r\n\r\n${'-'.repeat(280)}${basic}`,
    `Basic ${basic}\r\n`,
  ];
  for (const answer of answers) {
    const through = (await proxy(answer)).url.replace('//', `//user:${secret}@`);
    const settings = { ...stand.settings(), timeoutSeconds: 2 };
    const error = await provision(settings, { ...stand.identity(), proxy: through }).then(assert.fail, (it) => it);
    const told = `${error.message} ${JSON.stringify(error.report)}`;
    assert.match(told, /DX53|proxy/);
    assert.ok(!told.includes(secret.slice(0, 6)) && !told.includes(basic.slice(0, 12)), told);
  }
});

test('TCP is taken elsewhere, and TLS keeps to the name', async () => {
  const [, port] = stand.ready.endpoint.split(':');
  const settings = { ...stand.settings(), endpoint: 'localhost:8883' };
  const connectTo = [`other.example:8883:127.0.0.1:1`, `localhost:8883:127.0.0.1:${port}`];
  const { deviceId } = await provision(settings, { ...stand.identity(), connectTo });
  assert.equal(deviceId, stand.ready.example.registrationId);
});

test('sockets are as they are wanted', async () => {
  const asked = [];
  const lookup = (host, options, done) => {
    asked.push(host);
    if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  };
  const [, port] = stand.ready.endpoint.split(':');
  const socket = { lookup, localAddress: '127.0.0.1', keepAlive: true };
  await provision({ ...stand.settings(), endpoint: `localhost:${port}` }, { ...stand.identity(), socket });
  assert.deepEqual([...new Set(asked)], ['localhost']);
});

test('proxies are read as curl reads them', () => {
  for (const [text, place] of [
    ['proxy', 'proxy:1080'],
    ['proxy:3128', 'proxy:3128'],
    ['HTTP://proxy.example:3128/', 'proxy.example:3128'],
    ['http://[::1]:3128', '::1:3128'],
    ['http://u:p@[::1]', '::1:1080'],
    ['http://u:p@ss@host:1', 'host:1'],
  ]) {
    const { host, port } = parseProxy(text, 'proxy');
    assert.equal(`${host}:${port}`, place);
  }
  for (const text of ['', 'socks5://a', 'https://a:1', 'http://', 'a:0', 'a:65536', 'a:x', 'http://u:secret@:1', 'http://a b', 'http://%zz:secret@a']) {
    assert.throws(() => parseProxy(text, 'proxy'), (error) => error.code === 'invalid-input' && !error.message.includes('secret'), text);
  }
  // Up to there it could be a host and a port: a password's first digits.
  for (const text of ['http://user:8461/x@a:1', 'user:8461?x@a', 'http://user:8461#x@a', new URL('http://user:8461#x@a').href]) {
    assert.throws(() => parseProxy(text, 'proxy'), (error) => /%2F/.test(error.message) && !error.message.includes('8461'), text);
  }
});

test('lists of hosts are read as curl reads them', () => {
  const names = 'localhost, .Example.com azure.example.';
  for (const host of ['localhost', 'example.com', 'www.EXAMPLE.com', 'example.com.', 'a.azure.example']) assert.ok(isBypassed(host, names), host);
  for (const host of ['notexample.com', 'example.com.evil', 'localhos', '127.0.0.1', '']) assert.ok(!isBypassed(host, names), host);
  const networks = '127.0.0.1,10.0.0.0/8,192.168.3.0/25,[::1],fd00::/8,1.2.3.4/33,5.6.7.8/x';
  for (const host of ['127.0.0.1', '10.255.0.1', '192.168.3.127', '::1', '0:0:0:0:0:0:0:1', 'fdff::1']) assert.ok(isBypassed(host, networks), host);
  for (const host of ['127.0.0.2', '11.0.0.1', '192.168.3.128', '::2', 'fe00::1', '1.2.3.4', '5.6.7.8']) assert.ok(!isBypassed(host, networks), host);
  assert.ok(isBypassed('8.8.8.8', '0.0.0.0/0') && isBypassed('2001:db8::1', '::/0'));
  assert.ok(isBypassed('anything.example', '*') && isBypassed('::1', 'a,*') && !isBypassed('localhost', '') && !isBypassed('localhost', ' , .'));
});

test('redirections are read as curl reads them', () => {
  const target = (connectTo, host, port) => {
    const to = route({ connectTo, proxy: false }).target(host, port);
    return `${to.host} ${to.port}`;
  };
  const both = ['DPS.example:8883:127.0.0.1:1', ':443:[::1]:2'];
  assert.equal(target(both, 'dps.example', 8883), '127.0.0.1 1');
  assert.equal(target(both, 'dps.example', 443), '::1 2');
  assert.equal(target(both, 'hub.example', 8883), 'hub.example 8883');
  assert.equal(target('::localhost:', 'dps.example', 8883), 'localhost 8883');
  assert.equal(target('[::1]:8883:[::2]:1', '::1', 8883), '::2 1');
  for (const text of ['', 'a', 'a:1', 'a:1:b', '[::1:1:b:2', 'a:1:[::1]', 'a:x:b:1', 'a:1:b:0', 'a:1:b:65536', 'a:1:b:2:3']) {
    assert.throws(() => route({ connectTo: text }), { code: 'invalid-input' }, text);
  }
});
