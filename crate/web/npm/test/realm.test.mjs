// Values of other realms: Jest, jsdom, frames and Node's `vm` have constructors of their own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import * as api from 'dps-x509';
import { kindOf } from '../dist/esm/realm.js';
import { transportFailure } from '../dist/esm/provision/failure.js';
import { fixture } from './folders.mjs';

const context = createContext({});
const foreign = (code) => runInContext(code, context);
const pem = fixture('device-1.pem').toString();
const at = 1798000000_000;

test('files of another realm are files', async () => {
  const bytes = JSON.stringify([...Buffer.from(pem)]);
  for (const code of [`new Uint8Array(${bytes})`, `new Uint8Array(${bytes}).buffer`, `[new Uint8Array(${bytes})]`, `({ data: new Uint8Array(${bytes}) })`, `new Set([${JSON.stringify(pem)}])`, `new DataView(new Uint8Array(${bytes}).buffer)`]) {
    assert.equal((await api.inspect(foreign(code), { at })).chain.leaf, 'CN=device-1', code.slice(0, 20));
  }
  assert.equal((await api.inspect(pem, foreign(`({ at: new Date(${at}), registrationId: 'device-1' })`))).chain.leaf, 'CN=device-1');
});

test('a Blob that only a FileReader reads, as that of jsdom', async () => {
  class FileReader {
    readAsArrayBuffer(blob) {
      this.result = blob.bytes;
      queueMicrotask(() => this.onload());
    }
  }
  globalThis.FileReader = FileReader;
  const bytes = new TextEncoder().encode(pem);
  const blob = { [Symbol.toStringTag]: 'Blob', size: bytes.length, bytes: bytes.buffer };
  assert.equal(kindOf(blob), 'Blob');
  assert.equal((await api.inspect([blob], { at })).chain.leaf, 'CN=device-1');
  delete globalThis.FileReader;
});

test('errors of another realm are told apart', async () => {
  await api.Session.start({ idScope: '0ne00111111', registrationId: 'd' }, 0);
  const kind = (code) => transportFailure(foreign(code)).kind;
  assert.equal(kind("Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })"), 'server-not-trusted/unknown-issuer');
  assert.equal(kind("Object.assign(new Error('x'), { code: 'ECONNREFUSED' })"), 'refused');
  assert.equal(kind("new AggregateError([Object.assign(new Error('x'), { code: 'ENOTFOUND' })])"), 'name-not-found');
});

test('an alert is known by its number, and by its name in the words of each library', async () => {
  await api.Session.start({ idScope: '0ne00111111', registrationId: 'd' }, 0);
  const kind = (message, code) => transportFailure(Object.assign(new Error(message), { code })).kind;
  assert.equal(kind('error:0A000412:SSL routines::sslv3 alert bad certificate:SSL alert number 42', 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'), 'alert/42');
  assert.equal(kind('received fatal alert: CertificateUnknown'), 'alert/46');
  assert.equal(kind('received fatal alert: UnknownCA'), 'alert/48');
  assert.equal(kind('write failed', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), 'alert/48');
  assert.equal(kind('tlsv13 alert certificate required'), 'alert/116');
  assert.equal(kind('no words'), 'other');
});
