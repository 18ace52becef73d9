import { cloud, configure, explainText, targets } from './advice.js';
import { DpsError } from './error.js';
import { generate, type GenerationProgress } from './generation.js';
import { inspect, outline, repair } from './inspection.js';
import { suppliedBy, type SuppliedPart, type Supply } from './module.js';
import type { Request, Response, Task } from './pool.js';
import { kindOf } from './realm.js';
import { speakAs, type Speaker } from './speaker.js';

/**
 * What a worker does: tasks. It fetches nothing; whatever part it needs it asks of its pool, which knows where it is.
 *
 * @param send - To the pool.
 * @returns What takes the pool's messages.
 */
export function serve(send: (response: Response) => void): (request: Request) => void {
  const waiting = new Map<SuppliedPart, PromiseWithResolvers>();
  suppliedBy(
    (part) =>
      new Promise((resolve, reject) => {
        waiting.set(part, { resolve, reject });
        send({ wants: part });
      }),
  );
  return (request) => {
    if ('task' in request) {
      void answer(request, send);
    } else if ('supply' in request) {
      waiting.get(request.part)?.resolve(request.supply);
    } else {
      waiting.get(request.part)?.reject(new DpsError('module-unavailable', request.why));
    }
  };
}

interface PromiseWithResolvers {
  resolve(supply: Supply): void;
  reject(error: unknown): void;
}

/** Does a task. */
export async function answer(
  { id, task, speaker }: { id: number; task: Task; speaker: Speaker | undefined },
  send: (response: Response) => void,
): Promise<void> {
  speakAs(speaker);
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
    case 'repair':
      return repair(task.files, task.options);
    case 'outline':
      return outline(task.files, task.sha256, task.options);
    case 'configure':
      return configure(task.targets, task.files, task.options);
    case 'targets':
      return targets();
    case 'cloud':
      return cloud(task.cloud);
    case 'explain':
      return explainText(task.text, task.files, task.options);
    case 'generate':
      return generate(task.request, { onProgress });
  }
}

/** Clears the bytes of a message, which are copies of the sender's: in members, in files, in lists of files. */
function wipe(value: unknown, depth = 0): void {
  if (ArrayBuffer.isView(value)) {
    new Uint8Array(value.buffer).fill(0);
  } else if (kindOf(value) === 'ArrayBuffer') {
    new Uint8Array(value as ArrayBuffer).fill(0);
  } else if (typeof value === 'object' && value !== null && depth < 4) {
    const parts = kindOf(value) === 'Set' ? (value as Set<unknown>) : Object.values(value);
    for (const one of parts) {
      wipe(one, depth + 1);
    }
  }
}
