// What every project of the matrix does with the package, as the text of a function: one entry a check, "ok" or why not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/folders.mjs';

const fixture = (name) => readFileSync(join(root, 'tests/fixture/cert', name), 'utf8');

export const CHECKS = `
const pem = ${JSON.stringify(fixture('device-1.pem'))};
const p521 = ${JSON.stringify(readFileSync(join(import.meta.dirname, 'p521.pem'), 'utf8'))};

async function check(api, workers) {
  const out = {};
  const one = async (name, work) => {
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('nothing within 20 s')), 20000); });
    try {
      out[name] = (await Promise.race([work(), late])) === true ? 'ok' : 'another result';
    } catch (error) {
      out[name] = String(error && error.message || error).slice(0, 300);
    }
    // A timer that waits keeps a program from ending.
    clearTimeout(timer);
  };
  const files = { name: 'device-1.pem', data: pem };
  await one('inspect', async () => (await api.inspect(files, { registrationId: 'device-2' })).findings.some(({ code }) => code === 'DX401'));
  await one('inspect bytes', async () => (await api.inspect(new TextEncoder().encode(pem))).chain.leaf === 'CN=device-1');
  await one('inspect what is rare', async () => (await api.inspect(p521)).certificates[0].key === 'EC P-521');
  await one('repair', async () => (await api.repair(pem.replaceAll('\\n', '\\\\n'))).fullChain === pem);
  await one('compare', async () => (await api.compare(pem, pem)).verdict === 'unchanged');
  await one('explain', async () => (await api.explain('DX401')).name === 'cn-is-not-registration-id');
  await one('explain a text', async () => (await api.explainText('401002')).happenings.length === 4);
  await one('explain a refusal', async () => (await api.explainRefusal({ channel: 'request', status: 401, code: 401002, message: 'CA certificate not found.' }, pem))[0].code === 'DX707');
  await one('configure', async () => (await api.configure(['paho'], [pem], { idScope: '0ne00111111' })).targets.length === 1);
  await one('generate', async () => (await api.generate({ kind: 'csr', registrationId: 'device-1' })).files.length === 2);
  await one('session', async () => {
    const session = await api.Session.start({ idScope: '0ne00111111', registrationId: 'device-1' }, 0);
    return session.poll().type === 'event' && session.poll().type === 'connect';
  });
  await one('errors', async () => {
    const error = await api.inspect(5).catch((caught) => caught);
    return error instanceof api.DpsError && error.code === 'invalid-input';
  });
  if (workers) {
    await one('inspector', async () => {
      const inspector = workers.createInspector({ workers: 1 });
      const report = await inspector.inspect(pem);
      inspector.close();
      return report.chain.leaf === 'CN=device-1';
    });
    await one('generator', async () => {
      const generator = workers.createGenerator();
      const { files } = await generator.generate({ kind: 'self-signed', registrationId: 'd' });
      generator.close();
      return files.length === 3;
    });
  }
  return out;
}
`;

const USE = "import * as api from 'dps-x509';\n";
const USE_WORKERS = "import * as workers from 'dps-x509/worker';\n";
const PRINT = "console.log('CHECKS ' + JSON.stringify(await check(api, workers)));\n";
const SHOW = "check(api, workers).then((done) => { document.documentElement.dataset.checks = JSON.stringify(done); });\n";

/** A program for the console, as an ES module. */
export const MODULE = `${USE}${USE_WORKERS}${CHECKS}${PRINT}`;
/** The same without an await at the top, which older formats lack. */
export const MODULE_WITHOUT_AWAIT = `${USE}${USE_WORKERS}${CHECKS}check(api, workers).then((done) => console.log('CHECKS ' + JSON.stringify(done)));\n`;
/** As CommonJS. */
export const SCRIPT = `const api = require('dps-x509');
const workers = require('dps-x509/worker');
${CHECKS}check(api, workers).then((done) => console.log('CHECKS ' + JSON.stringify(done)));\n`;
/** A program for a page. */
export const PAGE = `${USE}${USE_WORKERS}${CHECKS}${SHOW}`;
/** The same where there are no workers: in a worker. */
export const WORKER = (reply) => `${USE}${CHECKS}check(api, undefined).then((done) => (${reply})(JSON.stringify(done)));\n`;
/** With everything inside. */
export const INLINE = (program) => program.replace("'dps-x509'", "'dps-x509/inline'");

export const html = (script, attributes = 'type="module"') =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>matrix</title><body><script ${attributes} src="${script}"></script></body></html>`;
