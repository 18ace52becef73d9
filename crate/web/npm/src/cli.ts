#!/usr/bin/env node
/**
 * The command line of the package: what needs no socket, by WebAssembly, and `provision`.
 *
 * @packageDocumentation
 */
import { check } from './cli/check.js';
import { Usage } from './cli/arguments.js';
import { explain } from './cli/explain.js';
import { generateFiles } from './cli/generate.js';
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

\`dps-x509 COMMAND --help\` has the options. This is the package of npm; compare, configure, probe, emulate and fleet are
those of the program of the same name: the README of the project says how it is installed.
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
