import { DpsError } from './error.js';
import { inspect } from './inspection.js';
import { locate } from './module.js';
import type { Request, Response } from './pool.js';

/** What a worker does with a message. */
export async function answer(request: Request): Promise<Response | undefined> {
  if ('sources' in request) {
    locate(request.sources);
    return undefined;
  }
  const { id, files, options } = request;
  try {
    return { id, report: await inspect(files, options) };
  } catch (error) {
    if (error instanceof DpsError) {
      const { code, message, findings } = error;
      return { id, error: { code, message, findings } };
    }
    return { id, error: { code: 'worker-broken', message: String(error), findings: [] } };
  }
}
