/**
 * The program itself, for the commands that need a server's socket, threads or a device's files as they are: its package for
 * this platform is an optional dependency of this one.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

/** Its commands that are not done in WebAssembly. */
export const NATIVE = ['compare', 'completions', 'configure', 'emulate', 'emulator', 'fleet', 'licenses', 'manual', 'probe'] as const;

/** What ends a program, and has to reach the one below. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The package that has the program for this platform, whether there is one or not. */
export function packageName(): string {
  return `dps-x509-${process.platform}-${process.arch}`;
}

/** The program's path; none without its package. */
export function program(): string | undefined {
  const ending = process.platform === 'win32' ? '.exe' : '';
  try {
    return createRequire(import.meta.url).resolve(`${packageName()}/bin/dps-x509${ending}`);
  } catch {
    return undefined;
  }
}

/**
 * Runs it with these words in this terminal, and ends as it does.
 *
 * @returns its exit code, or that which a shell tells of a signal
 */
export function run(path: string, words: string[]): Promise<number> {
  const child = spawn(path, words, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  SIGNALS.forEach((signal) => process.on(signal, forward));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      SIGNALS.forEach((one) => process.off(one, forward));
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
