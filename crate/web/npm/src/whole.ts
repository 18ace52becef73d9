import { complete } from './complete.js';
import type * as filesGlue from './glue/files.js';
import { readFiles, wipe, type FileInputs, type ReadFile } from './input.js';
import { fill, using, type Options } from './options.js';

/** What is done with files in the complete module. */
export type Work<T> = (inputs: filesGlue.Inputs, glue: typeof filesGlue) => T;

/** Does it, and wipes what was read of the files. */
export async function run<T>(files: FileInputs, options: Options, work: Work<T>): Promise<T> {
  const read = await readFiles(files);
  try {
    return await runRead(read, options, work);
  } finally {
    wipe(read);
  }
}

/** Does it with files that were read, and are wiped by whoever read them. */
export async function runRead<T>(read: readonly ReadFile[], options: Options, work: Work<T>): Promise<T> {
  await complete.load();
  return complete.call((glue) => {
    const inputs = fill(new glue.Inputs(), read, options);
    return using(complete, [inputs], () => work(inputs, glue));
  });
}
