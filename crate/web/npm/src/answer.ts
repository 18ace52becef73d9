import { explainText } from './advice.js';
import { DpsError } from './error.js';
import { generate, type GenerationProgress } from './generation.js';
import { inspect } from './inspection.js';
import { locate } from './module.js';
import type { Request, Response, Task } from './pool.js';

/** What a worker does with a message. */
export async function answer(request: Request, send: (response: Response) => void): Promise<void> {
  if ('sources' in request) {
    locate(request.sources);
    return;
  }
  const { id, task } = request;
  try {
    send({ id, result: await run(task, (progress) => send({ id, progress })) });
  } catch (error) {
    const { code, message, findings } =
      error instanceof DpsError ? error : new DpsError('worker-broken', String(error));
    send({ id, error: { code, message, findings } });
  } finally {
    wipe(task);
  }
}

function run(task: Task, onProgress: (progress: GenerationProgress) => void): Promise<unknown> {
  switch (task.name) {
    case 'inspect':
      return inspect(task.files, task.options);
    case 'explain':
      return explainText(task.text, task.files, task.options);
    case 'generate':
      return generate(task.request, { onProgress });
  }
}

/** Clears the bytes of a message, which are copies of the sender's: in members, in files, in lists of files. */
function wipe(value: unknown, depth = 0): void {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (buffer instanceof ArrayBuffer) {
    new Uint8Array(buffer).fill(0);
  } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && depth < 4) {
    for (const one of value instanceof Set ? value : Object.values(value)) {
      wipe(one, depth + 1);
    }
  }
}
