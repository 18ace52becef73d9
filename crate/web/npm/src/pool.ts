import type { CloudName, ConfigureOptions } from './advice.js';
import { DpsError, type DpsErrorCode } from './error.js';
import type { Finding } from './finding.js';
import type { GenerationOptions, GenerationProgress, GenerationRequest } from './generation.js';
import type { FileInputs } from './input.js';
import { supply, type SuppliedPart, type Supply } from './module.js';
import type { Options } from './options.js';
import { isError } from './realm.js';
import { speaker, type Speaker } from './speaker.js';

/** What a worker is to do. */
export type Task =
  | { name: 'inspect'; files: FileInputs; options: Options }
  | { name: 'repair'; files: FileInputs; options: Options }
  | { name: 'outline'; files: FileInputs; sha256: string; options: Options }
  | { name: 'explain'; text: string; files: FileInputs; options: Options }
  | { name: 'configure'; targets: string[]; files: FileInputs; options: ConfigureOptions }
  | { name: 'targets' }
  | { name: 'cloud'; cloud: CloudName }
  | { name: 'generate'; request: GenerationRequest };

/** To a worker: what to do, and in whose words; a part that it wanted, or why there is none. */
export type Request =
  | { id: number; task: Task; speaker: Speaker | undefined }
  | { part: SuppliedPart; supply: Supply }
  | { part: SuppliedPart; why: string };

/** From a worker: which part it needs; how far it is, any number of times, then what came of it. */
export type Response =
  | { wants: SuppliedPart }
  | { id: number; progress: GenerationProgress }
  | { id: number; result: unknown }
  | { id: number; error: { code: DpsErrorCode; message: string; findings: readonly Finding[] } };

/** A worker of browsers or of Node. */
export interface Port {
  send(request: Request): void;
  listen(onResponse: (response: Response) => void, onEnd: (cause: unknown) => void): void;
  end(): void;
}

interface Job {
  task: Task;
  onProgress: GenerationOptions['onProgress'];
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Works off the main thread, several tasks at a time. */
export class Pool {
  readonly #waiting: Job[] = [];
  readonly #ports = new Set<Port>();
  readonly #idle: Port[] = [];
  readonly #running = new Map<number, { job: Job; port: Port }>();
  #open: Promise<() => Port> | undefined;
  #next = 0;
  #isClosed = false;

  /**
   * @param owner - What the pool is to its user, for messages.
   * @param prepare - Finds out how a worker is started, once, when there is something to do.
   * @param addresses - Of the parts that workers need.
   * @param workers - How many at most.
   */
  constructor(
    private readonly owner: string,
    private readonly prepare: () => Promise<() => Port>,
    private readonly addresses: Partial<Record<SuppliedPart, () => URL>>,
    private readonly workers: number,
  ) {}

  /** Does a task. A signal ends the worker that does it. */
  async run(task: Task, { signal, onProgress }: GenerationOptions = {}): Promise<unknown> {
    this.#open ??= this.prepare();
    const open = await this.#open;
    if (this.#isClosed) {
      throw new DpsError('worker-broken', `The ${this.owner} is closed.`);
    }
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = () => this.#cancel(job, signal?.reason, open);
      const settled = () => signal?.removeEventListener('abort', abort);
      const job: Job = {
        task,
        onProgress,
        resolve: (result) => (settled(), resolve(result)),
        reject: (error) => (settled(), reject(error)),
      };
      signal?.addEventListener('abort', abort);
      this.#waiting.push(job);
      this.#work(open);
    });
  }

  /** Ends the workers. What is not finished is refused. */
  close(): void {
    this.#isClosed = true;
    const closed = new DpsError('worker-broken', `The ${this.owner} was closed.`);
    this.#waiting.splice(0).forEach((job) => job.reject(closed));
    this.#running.forEach(({ job }) => job.reject(closed));
    this.#running.clear();
    this.#ports.forEach((port) => port.end());
    this.#ports.clear();
    this.#idle.length = 0;
  }

  #work(open: () => Port): void {
    while (this.#waiting.length > 0 && (this.#idle.length > 0 || this.#ports.size < this.workers)) {
      const job = this.#waiting.shift()!;
      let port: Port;
      try {
        port = this.#idle.pop() ?? this.#start(open);
      } catch (cause) {
        job.reject(new DpsError('worker-broken', 'No worker could be started.', [], { cause }));
        continue;
      }
      const id = this.#next++;
      this.#running.set(id, { job, port });
      try {
        port.send({ id, task: job.task, speaker: speaker() });
      } catch (cause) {
        this.#running.delete(id);
        this.#idle.push(port);
        job.reject(new DpsError('invalid-input', 'This cannot be sent to a worker.', [], { cause }));
      }
    }
  }

  #start(open: () => Port): Port {
    const port = open();
    this.#ports.add(port);
    port.listen(
      (response) => ('wants' in response ? void this.#supply(port, response.wants) : this.#answer(response, open)),
      (cause) => this.#end(port, new DpsError('worker-broken', 'The worker ended.', [], { cause }), open),
    );
    return port;
  }

  /** Loaded and compiled once for all workers. */
  async #supply(port: Port, part: SuppliedPart): Promise<void> {
    try {
      const address = this.addresses[part];
      if (address === undefined) {
        throw new Error(`an ${this.owner} has no ${part} part`);
      }
      port.send({ part, supply: await supply(part, address) });
    } catch (error) {
      port.send({ part, why: isError(error) ? error.message : String(error) });
    }
  }

  #answer(response: Exclude<Response, { wants: unknown }>, open: () => Port): void {
    const running = this.#running.get(response.id);
    if (running === undefined) {
      return;
    }
    const { job, port } = running;
    if ('progress' in response) {
      try {
        job.onProgress?.(response.progress);
      } catch (error) {
        this.#cancel(job, error, open);
      }
      return;
    }
    this.#running.delete(response.id);
    this.#idle.push(port);
    if ('result' in response) {
      job.resolve(response.result);
    } else {
      const { code, message, findings } = response.error;
      job.reject(new DpsError(code, message, findings));
    }
    this.#work(open);
  }

  /** One that waits is forgotten; one that runs is ended with its worker, for nothing else reaches it. */
  #cancel(job: Job, reason: unknown, open: () => Port): void {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      job.reject(reason);
    }
    for (const { job: one, port } of this.#running.values()) {
      if (one === job) {
        this.#end(port, reason, open);
      }
    }
  }

  /** A worker has ended, or is to. Another one does the rest. */
  #end(port: Port, reason: unknown, open: () => Port): void {
    if (!this.#ports.delete(port)) {
      return;
    }
    port.end();
    const idle = this.#idle.indexOf(port);
    if (idle >= 0) {
      this.#idle.splice(idle, 1);
    }
    for (const [id, running] of this.#running) {
      if (running.port === port) {
        this.#running.delete(id);
        running.job.reject(reason);
      }
    }
    this.#work(open);
  }
}

/** The same files as a message takes them: a FileList cannot be sent; the files in it can. */
export function sendable<T extends FileInputs>(files: T): T | Blob[] {
  return typeof files === 'object' && files !== null && 'item' in files
    ? Array.from(files as ArrayLike<Blob>)
    : files;
}
