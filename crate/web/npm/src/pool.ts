import { DpsError, type DpsErrorCode } from './error.js';
import type { Finding } from './finding.js';
import type { FileInputs } from './input.js';
import type { Options } from './options.js';
import type { Sources } from './module.js';
import type { Report } from './report.js';

/** To a worker. The first message says where the modules are. */
export type Request = { sources: Sources } | { id: number; files: FileInputs; options: Options };

/** From a worker. */
export type Response =
  | { id: number; report: Report }
  | { id: number; error: { code: DpsErrorCode; message: string; findings: readonly Finding[] } };

/** A worker of browsers or of Node. */
export interface Port {
  send(request: Request): void;
  listen(onResponse: (response: Response) => void, onEnd: (cause: unknown) => void): void;
  end(): void;
}

interface Job {
  files: FileInputs;
  options: Options;
  resolve(report: Report): void;
  reject(error: unknown): void;
}

/** Inspects off the main thread, several at a time. */
export class Inspector {
  readonly #waiting: Job[] = [];
  readonly #idle: Port[] = [];
  readonly #running = new Map<number, { job: Job; port: Port }>();
  #next = 0;
  #size = 0;
  #isClosed = false;

  /** Use `createInspector`. */
  constructor(
    private readonly open: () => Port,
    private readonly sources: Sources,
    private readonly workers: number,
  ) {}

  /**
   * As `inspect`, in a worker. Blobs and bytes are copied there.
   *
   * @throws {@link DpsError} as `inspect`, and `worker-broken`.
   */
  inspect(files: FileInputs, options: Options = {}): Promise<Report> {
    if (this.#isClosed) {
      return Promise.reject(new DpsError('worker-broken', 'The inspector is closed.'));
    }
    // A FileList cannot be sent; the files in it can.
    const sent = typeof files === 'object' && 'item' in files ? Array.from(files as ArrayLike<Blob>) : files;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ files: sent, options, resolve, reject });
      this.#work();
    });
  }

  /** Ends the workers. What is not finished is refused. */
  close(): void {
    this.#isClosed = true;
    const closed = new DpsError('worker-broken', 'The inspector was closed.');
    this.#waiting.splice(0).forEach((job) => job.reject(closed));
    for (const { job, port } of this.#running.values()) {
      port.end();
      job.reject(closed);
    }
    this.#running.clear();
    this.#idle.splice(0).forEach((port) => port.end());
  }

  #work(): void {
    while (this.#waiting.length > 0 && (this.#idle.length > 0 || this.#size < this.workers)) {
      const port = this.#idle.pop() ?? this.#start();
      const job = this.#waiting.shift()!;
      const id = this.#next++;
      this.#running.set(id, { job, port });
      try {
        port.send({ id, files: job.files, options: job.options });
      } catch (cause) {
        this.#running.delete(id);
        this.#idle.push(port);
        job.reject(new DpsError('invalid-input', 'This cannot be sent to a worker.', [], { cause }));
      }
    }
  }

  #start(): Port {
    const port = this.open();
    this.#size++;
    port.listen(
      (response) => this.#answer(response),
      (cause) => this.#broken(port, cause),
    );
    port.send({ sources: this.sources });
    return port;
  }

  #answer(response: Response): void {
    const running = this.#running.get(response.id);
    if (running === undefined) {
      return;
    }
    this.#running.delete(response.id);
    this.#idle.push(running.port);
    if ('report' in response) {
      running.job.resolve(response.report);
    } else {
      const { code, message, findings } = response.error;
      running.job.reject(new DpsError(code, message, findings));
    }
    this.#work();
  }

  #broken(port: Port, cause: unknown): void {
    if (this.#isClosed) {
      return;
    }
    this.#size--;
    const idle = this.#idle.indexOf(port);
    if (idle >= 0) {
      this.#idle.splice(idle, 1);
    }
    for (const [id, running] of this.#running) {
      if (running.port === port) {
        this.#running.delete(id);
        running.job.reject(new DpsError('worker-broken', 'The worker ended.', [], { cause }));
      }
    }
    port.end();
    this.#work();
  }
}
