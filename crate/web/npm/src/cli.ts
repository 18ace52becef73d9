#!/usr/bin/env node
/**
 * The command line of the package: what needs no socket, by WebAssembly, and `provision`; the rest by the program itself.
 *
 * @packageDocumentation
 */
import { check } from './cli/check.js';
import { Usage } from './cli/arguments.js';
import { explain } from './cli/explain.js';
import { generateFiles } from './cli/generate.js';
import { NATIVE, packageName, program, run } from './cli/native.js';
import { provisionDevice } from './cli/provision.js';
import { err, out, visible } from './cli/terminal.js';
import { DpsError } from './index.node.js';
import { speakAsCommandLine } from './speaker.js';

const HELP = `dps-x509: why a device with an X.509 certificate does not get through Azure's DPS

Usage: dps-x509 COMMAND …

  check FILE…        what these certificate and key files are, and what is wrong with them
  explain WHAT…      what a log, a code of the service (401002) or a finding (DX401) means
  generate KIND      test certificates: self-signed, chain, csr
  provision          register a device at DPS and print its hub

  ${NATIVE.join(', ')}
                     are those of the program itself, which comes with ${packageName()}

\`dps-x509 COMMAND --help\` has the options.
`;

const COMMANDS: Record<string, (words: string[]) => Promise<number>> = {
  check,
  explain,
  generate: generateFiles,
  provision: provisionDevice,
};

async function main([name = '', ...words]: string[]): Promise<number> {
  if (name === '' || name === '--help' || name === '-h' || name === 'help') {
    (name === '' ? err : out)(HELP);
    return name === '' ? 2 : 0;
  }
  if (NATIVE.some((known) => known === name)) {
    return native([name, ...words]);
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    err(`dps-x509: "${visible(name)}" is no command of the npm package; --help lists them\n`);
    return 2;
  }
  speakAsCommandLine();
  try {
    return await command(words);
  } catch (error) {
    if (!(error instanceof Usage || error instanceof DpsError)) {
      throw error;
    }
    err(`dps-x509 ${name}: ${visible(error.message)}\n`);
    return 2;
  }
}

/** A command of the program itself. */
async function native(words: string[]): Promise<number> {
  const path = program();
  if (path === undefined) {
    err(`dps-x509: "${words[0]}" is a command of the program itself, and its package is not here: npm install ${packageName()}\n`);
    return 2;
  }
  try {
    return await run(path, words);
  } catch (error) {
    err(`dps-x509: ${visible(path)} cannot be run (${visible((error as Error).message)})\n`);
    return 2;
  }
}

/** Whether something that was to be shown is not there: a write may fail before or after the command has ended. */
let lost = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever does not read on, as `head` does, has read enough.
  if (error.code === 'EPIPE' || lost) {
    return;
  }
  lost = true;
  err(`dps-x509: standard output cannot be written (${visible(error.message)}); what is there is not all of it\n`);
  end(process.exitCode);
});

/** Nothing is done that could not be shown. */
function end(code: typeof process.exitCode): void {
  process.exitCode = lost && (code === undefined || code === 0) ? 5 : code;
}

end(await main(process.argv.slice(2)));
