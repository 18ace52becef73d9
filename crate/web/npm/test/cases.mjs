// The cases of tests/case, played through the package. Used in Node and, unchanged, in browsers.

const flags = {
  any: 'FILE',
  'device-chain': '--cert',
  'device-key': '--key',
  'group-ca': '--group-ca',
  'server-trust': '--trust',
};

const known = ['files', 'registrationId', 'at', 'expiresWithinDays', 'cloud', 'enrollment', 'passphrase', 'answer'];

/** Runs a case of tests/case/check: `{ report, refusal? }`, to be compared with what the native core says. */
export async function check(api, { given }, readFixture) {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${unknown} in a case`);
  const files = await Promise.all(
    given.files.map(async ({ purpose, path, text, ...rest }) => {
      if (Object.keys(rest).length > 0 || !(purpose in flags)) throw new Error(`${JSON.stringify(rest)} in a file`);
      return { purpose, input: flags[purpose], name: path, data: text ?? (await readFixture(path)) };
    }),
  );
  const { registrationId, at, expiresWithinDays, cloud = null, enrollment, passphrase } = given;
  const options = {
    registrationId,
    at: at === undefined ? null : at * 1000,
    expiresWithinDays,
    cloud,
    enrollment,
    passphrase,
  };
  const out = { report: await api.inspect(files, options) };
  if (given.answer !== undefined) {
    out.refusal = await api.explainRefusal({ channel: 'request', ...given.answer }, files, options);
  }
  return out;
}

/** More outputs or timers in a row than this is a livelock. */
const LIVELOCK = 10_000;

/** Plays a case of tests/case/session in virtual time: `{ log, sent, report }`, to be compared likewise. */
export async function play(api, { settings, steps }) {
  // Not zero, so that nothing relies on a clock that starts with the provisioning.
  let now = 1000;
  let wake = now;
  // The connection that was dialled last.
  let connection = 0;
  const said = { isFramed: settings.transport === 'websocket', rid: '', accept: '' };
  let report;
  const log = [];
  const sent = [];
  const session = await api.Session.start(settings, now, new Uint8Array(16).fill(7));

  const drain = async () => {
    for (let i = 0; i < LIVELOCK; i++) {
      const output = session.poll();
      switch (output.type) {
        case 'connect':
          connection = output.connection;
          sent.push('');
          break;
        case 'transmit':
          sent[sent.length - 1] += hex(output.bytes);
          said.accept = (await acceptOf(output.bytes)) ?? said.accept;
          break;
        case 'close':
          log.push('            --  closing');
          break;
        case 'event':
          if (output.event.event === 'sent' && output.event.packet === 'PUBLISH') {
            said.rid = (output.event.topic.split('$rid=')[1] ?? '').split('&')[0];
          }
          log.push(output.line);
          break;
        case 'wait':
          wake = output.until;
          return;
        case 'done':
          report = output.report;
          return;
        default:
          throw new Error(`the output ${output.type} is not known`);
      }
    }
    throw new Error('the session does not stop talking');
  };
  const input = async (tell) => {
    tell();
    await drain();
  };
  const pass = async (until) => {
    for (let i = 0; i < LIVELOCK; i++) {
      if (report !== undefined || wake > until) {
        now = Math.max(now, until === Infinity ? now : until);
        return;
      }
      now = Math.max(now, wake);
      await input(() => session.timeout(now));
    }
    throw new Error('the session does not let time pass');
  };

  await drain();
  for (const text of steps) {
    // What is late is told of the connection before the last one.
    const [, after, late, verb, rest = ''] = /^\+(\d+) (late )?(\S+)(?: (.*))?$/s.exec(text) ?? refuse(text);
    if (Number(after) > 0) await pass(now + Number(after));
    const at = late === undefined ? connection : connection - 1;
    switch (verb) {
      case 'connected':
        await input(() =>
          session.connected(now, at, {
            peer: '192.0.2.1:8883',
            tlsVersion: 'TLSv1.2',
            cipherSuite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
          }),
        );
        break;
      case 'connect-failed':
        await input(() => session.connectFailed(now, at, failure(rest)));
        break;
      case 'closed':
        await input(() => session.closed(now, at, rest === '' ? undefined : failure(rest)));
        break;
      case 'cancel':
        await input(() => session.cancel(now));
        break;
      case 'pass':
        break;
      case 'receive':
        await input(() => session.received(now, at, bytesOf(rest, said)));
        break;
      case 'pieces':
        await input(() => session.received(now, at, pieces(rest, said, 5, true)));
        break;
      case 'fragments': {
        const [, size, packet] = /^(\d+) (.*)$/s.exec(rest) ?? refuse(text);
        await input(() => session.received(now, at, pieces(packet, said, Number(size), false)));
        break;
      }
      case 'jump':
        // The process was stopped: nobody woke the session.
        now += Number(rest);
        break;
      case 'raw':
        await input(() => session.received(now, at, packet(rest, said.rid)));
        break;
      case 'upgrade':
        await input(() => session.received(now, at, head(UPGRADE, said)));
        break;
      case 'head':
        await input(() => session.received(now, at, head(rest, said)));
        break;
      default:
        refuse(text);
    }
  }
  await pass(Infinity);
  return { log, sent, report };
}

function refuse(text) {
  throw new Error(`the step "${text}" is not understood`);
}

function failure(text) {
  const [, kind, detail = ''] = /^(\S+)(?: (.*))?$/s.exec(text) ?? refuse(text);
  return { kind, detail };
}

/** What the service says to an upgrade (RFC 6455 section 4.2.2). */
const UPGRADE = 'HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept: {accept}|Sec-WebSocket-Protocol: mqtt';

/** What answers the key of an upgrade request (RFC 6455 section 4.2.2), if these bytes are one. */
async function acceptOf(bytes) {
  const [, key] = /Sec-WebSocket-Key: (\S+)/.exec(new TextDecoder().decode(bytes)) ?? [];
  if (key === undefined) return undefined;
  const text = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const hash = await crypto.subtle.digest('SHA-1', text);
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}

function head(lines, { accept }) {
  return new TextEncoder().encode(`${lines.replaceAll('{accept}', accept).replaceAll('|', '\r\n')}\r\n\r\n`);
}

/** Bytes of the service, in frames of a server (RFC 6455 section 5.2) where it speaks WebSocket. */
function bytesOf(text, said) {
  const bytes = packet(text, said.rid);
  return said.isFramed ? Uint8Array.from(frame(0x82, bytes)) : bytes;
}

/** A packet in frames of so many bytes, with a ping after the first if that is wanted. */
function pieces(text, { rid }, size, hasPing) {
  const whole = packet(text, rid);
  const frames = [];
  for (let from = 0; from < whole.length; from += size) {
    const isLast = from + size >= whole.length;
    frames.push(...frame((isLast ? 0x80 : 0) | (from === 0 ? 2 : 0), whole.subarray(from, from + size)));
    if (hasPing && from === 0) frames.push(...frame(0x89, new TextEncoder().encode('beat')));
  }
  return Uint8Array.from(frames);
}

function frame(first, content) {
  const length = content.length <= 125 ? [content.length] : [126, ...two(content.length)];
  return [first, ...length, ...content];
}

/** The service's packets, written by hand from MQTT 3.1.1. */
function packet(text, rid) {
  const [, name, rest = ''] = /^(\S+)(?: (.*))?$/s.exec(text) ?? refuse(text);
  const numbers = rest.split(' ').map(Number);
  switch (name) {
    case 'CONNACK':
      return framed(0x20, [numbers.length > 1 ? numbers[1] : 0, numbers[0]]);
    case 'SUBACK':
      return framed(0x90, [...two(numbers[0]), numbers[1]]);
    case 'PUBACK':
      return framed(0x40, two(numbers[0]));
    case 'PINGRESP':
      return framed(0xd0, []);
    case 'text':
      return new TextEncoder().encode(rest);
    case 'hex':
      return Uint8Array.from(rest.replaceAll(' ', '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
    case 'PUBLISH': {
      const [, level, topic, body = ''] = /^(\S+) (\S+)(?: (.*))?$/s.exec(rest) ?? refuse(text);
      const [, qos, id = '0', word = ''] = /^QoS(\d)(?:\/(\d+))?(?:\/(dup|retain))?$/.exec(level) ?? refuse(text);
      const topicBytes = new TextEncoder().encode(topic.replaceAll('{rid}', rid));
      const flags = { '': 0, dup: 8, retain: 1 }[word];
      return framed(0x30 | (Number(qos) << 1) | flags, [
        ...two(topicBytes.length),
        ...topicBytes,
        ...(qos === '0' ? [] : two(Number(id))),
        ...new TextEncoder().encode(body),
      ]);
    }
    default:
      return refuse(text);
  }
}

function two(number) {
  return [number >> 8, number & 0xff];
}

function framed(first, inside) {
  const bytes = [first];
  let length = inside.length;
  do {
    const digit = length % 128;
    length = Math.floor(length / 128);
    bytes.push(length > 0 ? digit | 0x80 : digit);
  } while (length > 0);
  return Uint8Array.from([...bytes, ...inside]);
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
