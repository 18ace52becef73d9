// What runs tests, each in a realm of its own making.
import { CHECKS } from '../checks.mjs';

const PRINT = "process.stdout.write('CHECKS ' + JSON.stringify(await check(api, workers)) + '\\n');";
const USE = "import * as api from 'dps-x509';\nimport * as workers from 'dps-x509/worker';\n";
const jest = { jest: '30.5.2', 'jest-environment-jsdom': '30.5.2' };
const jestFiles = (environment) => ({
  'jest.config.cjs': `module.exports = { testEnvironment: '${environment}', transform: {}, testTimeout: 60000 };`,
});
const scripted = `const api = require('dps-x509');\nconst workers = require('dps-x509/worker');\n${CHECKS}\ntest('all', async () => { ${PRINT} }, 60000);\n`;
/** jsdom hides Node's; a test of text needs an encoder of its own. */
const withEncoder = (text) => `const { TextEncoder } = require('node:util');\n${text}`;
/** There are no workers in a page of jsdom. */
const withoutWorkers = (text) => text.replace("const workers = require('dps-x509/worker');", 'const workers = undefined;');
const vitest = (environment, tools = {}) => ({
  name: `vitest-${environment}`,
  tools: { vitest: '5.1.0', vite: '8.3.8', ...tools },
  files: {
    'vitest.config.js': `export default { test: { environment: '${environment}', testTimeout: 60000 } };`,
    'main.test.js': `import { test } from 'vitest';\n${USE}${CHECKS}\ntest('all', async () => { ${PRINT} });\n`,
  },
  run: (project) => project.bin('vitest', ['run', '--disable-console-intercept']),
});

export const testRunners = [
  { name: 'jest-cjs', tools: jest, json: { type: 'commonjs' }, files: { ...jestFiles('node'), 'main.test.js': scripted }, run: (project) => project.bin('jest', []) },
  {
    name: 'jest-esm',
    tools: jest,
    files: { ...jestFiles('node'), 'main.test.js': `${USE}${CHECKS}\ntest('all', async () => { ${PRINT} }, 60000);\n` },
    run: (project) => project.bin('jest', [], { env: { NODE_OPTIONS: '--experimental-vm-modules' } }),
  },
  { name: 'jest-jsdom', tools: jest, json: { type: 'commonjs' }, files: { ...jestFiles('jsdom'), 'main.test.js': withoutWorkers(withEncoder(scripted)) }, run: (project) => project.bin('jest', []) },
  {
    name: 'ts-jest',
    tools: { ...jest, 'ts-jest': '29.4.15', typescript: '5.9.3' },
    json: { type: 'commonjs' },
    files: {
      'jest.config.cjs': "module.exports = { testEnvironment: 'node', testTimeout: 60000, transform: { '^.+\\\\.ts$': ['ts-jest', { diagnostics: false }] } };",
      'tsconfig.json': '{ "compilerOptions": { "module": "CommonJS", "target": "ES2022", "esModuleInterop": true } }',
      'main.test.ts': `// @ts-nocheck\n${USE}${CHECKS}\ntest('all', async () => { ${PRINT} }, 60000);\n`,
    },
    run: (project) => project.bin('jest', []),
  },
  vitest('node'),
  vitest('jsdom', { jsdom: '29.0.2' }),
  vitest('happy-dom', { 'happy-dom': '20.0.11' }),
  // In workerd, by the settings of the worker that it tests.
  {
    name: 'vitest-workerd',
    tools: { vitest: '5.1.0', vite: '8.3.8', '@cloudflare/vitest-plugin': '1.5.0' },
    files: {
      'wrangler.toml': 'name = "throw-away"\nmain = "main.js"\ncompatibility_date = "2025-10-01"\n',
      'main.js': "export default { async fetch() { return new Response('none'); } };\n",
      'vitest.config.js': "import { cloudflareTest } from '@cloudflare/vitest-plugin';\nexport default { plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })], test: { testTimeout: 60000 } };\n",
      'main.test.js': `import { test } from 'vitest';\nimport * as api from 'dps-x509';\n${CHECKS}\ntest('all', async () => { ${PRINT.replace('workers', 'undefined')} });\n`,
    },
    run: (project) => project.bin('vitest', ['run', '--disable-console-intercept'], { env: { WRANGLER_SEND_METRICS: 'false' } }),
  },
  {
    name: 'mocha',
    tools: { mocha: '11.7.5' },
    files: { 'main.test.mjs': `${USE}${CHECKS}\nit('all', async function () { this.timeout(60000); ${PRINT} });\n` },
    run: (project) => project.bin('mocha', ['main.test.mjs']),
  },
];
