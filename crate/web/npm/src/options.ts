import { expectShape, type Shape } from './args.js';
import { DpsError } from './error.js';
import type * as filesGlue from './glue/files.js';
import type { ReadFile } from './input.js';
import type { Glue, Module } from './module.js';
import { Encoder } from './platform.js';

/** What is checked besides the files. */
export interface Options {
  /** The registration ID that the device is to register as. */
  registrationId?: string;
  /** When; now, unless said otherwise. `null` says nothing about validity. A number is milliseconds since 1970. */
  at?: Date | number | null;
  /** For how many days more a certificate should be valid; 0, unless said otherwise. */
  expiresWithinDays?: number;
  /** The cloud that the device is to be provisioned in; `null` for a server of one's own. */
  cloud?: 'public' | 'usgov' | 'china' | null;
  /** How the device is enrolled, if that is known. */
  enrollment?: 'individual' | 'group';
  /** The passphrase of encrypted keys and stores. */
  passphrase?: string | Uint8Array;
}

const SHAPE: Shape = {
  registrationId: ['string'],
  at: ['date', 'number', 'null'],
  expiresWithinDays: ['days'],
  cloud: ['string', 'null'],
  enrollment: ['string'],
  passphrase: ['string', 'bytes'],
};

/** What every module that reads files has. */
type Inputs = Pick<filesGlue.Inputs, keyof filesGlue.Inputs>;

/**
 * Frees the inputs, and clears the memory if a secret may have been in it.
 *
 * @internal
 */
export function using<T>(module: Pick<Module<Glue>, 'renew'>, inputs: Inputs[], work: () => T): T {
  let mayHoldSecret = true;
  try {
    const result = work();
    mayHoldSecret = inputs.some((one) => one.mayHoldSecret);
    inputs.forEach((one) => one.free());
    return result;
  } finally {
    if (mayHoldSecret) {
      module.renew();
    }
  }
}

/**
 * Adds files and options to inputs.
 *
 * @internal
 */
export function fill<T extends Inputs>(inputs: T, files: readonly ReadFile[], options: Options): T {
  expectShape('options', options, SHAPE);
  for (const { purpose, input, name, bytes } of files) {
    inputs.add(purpose, input, name, bytes);
  }
  const { registrationId, at = Date.now(), expiresWithinDays, cloud = 'public', enrollment, passphrase } = options;
  if (registrationId !== undefined) {
    inputs.registrationId(registrationId);
  }
  if (at !== null) {
    const seconds = new Date(at).getTime() / 1000;
    if (Number.isNaN(seconds)) {
      throw new DpsError('invalid-input', '`at` is no date.');
    }
    inputs.time(seconds, expiresWithinDays === undefined ? undefined : expiresWithinDays * 86_400);
  }
  if (cloud !== null) {
    inputs.cloud(cloud);
  }
  if (enrollment !== undefined) {
    inputs.enrollment(enrollment);
  }
  if (passphrase !== undefined) {
    inputs.passphrase(typeof passphrase === 'string' ? new Encoder().encode(passphrase) : passphrase);
  }
  return inputs;
}
