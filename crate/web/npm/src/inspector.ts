/// <reference lib="esnext.disposable" preserve="true" />
import type { Cloud, CloudName, Configuration, ConfigureOptions, Explanation, Target } from './advice.js';
import type { FileInputs } from './input.js';
import type { Options } from './options.js';
import { sendable, type Pool } from './pool.js';
import type { Outline, Repairs, Report } from './report.js';

/** Inspects off the main thread, several at a time. */
export class Inspector {
  /**
   * Use `createInspector`.
   *
   * @internal
   */
  constructor(private readonly pool: Pool) {}

  /**
   * As `inspect`, in a worker. Blobs and bytes are copied there.
   *
   * @throws {@link DpsError} as `inspect`, and `worker-broken`.
   */
  async inspect(files: FileInputs, options: Options = {}): Promise<Report> {
    return (await this.pool.run({ name: 'inspect', files: sendable(files), options })) as Report;
  }

  /**
   * As `repair`, in a worker.
   *
   * @throws {@link DpsError} as `repair`, and `worker-broken`.
   */
  async repair(files: FileInputs, options: Options = {}): Promise<Repairs> {
    return (await this.pool.run({ name: 'repair', files: sendable(files), options })) as Repairs;
  }

  /**
   * As `outline`, in a worker.
   *
   * @throws {@link DpsError} as `outline`, and `worker-broken`.
   */
  async outline(files: FileInputs, sha256: string, options: Options = {}): Promise<Outline> {
    return (await this.pool.run({ name: 'outline', files: sendable(files), sha256, options })) as Outline;
  }

  /**
   * As `targets`, in a worker.
   *
   * @throws {@link DpsError} as `targets`, and `worker-broken`.
   */
  async targets(): Promise<Target[]> {
    return (await this.pool.run({ name: 'targets' })) as Target[];
  }

  /**
   * As `cloud`, in a worker.
   *
   * @throws {@link DpsError} as `cloud`, and `worker-broken`.
   */
  async cloud(name: CloudName): Promise<Cloud> {
    return (await this.pool.run({ name: 'cloud', cloud: name })) as Cloud;
  }

  /**
   * As `configure`, in a worker.
   *
   * @throws {@link DpsError} as `configure`, and `worker-broken`.
   */
  async configure(
    names: string[],
    files: FileInputs,
    options: ConfigureOptions = {},
  ): Promise<Configuration> {
    const task = { name: 'configure', targets: names, files: sendable(files), options } as const;
    return (await this.pool.run(task)) as Configuration;
  }

  /**
   * As `explainText`, in a worker: a long log does not hold up a page.
   *
   * @throws {@link DpsError} as `explainText`, and `worker-broken`.
   */
  async explainText(text: string, files: FileInputs = [], options: Options = {}): Promise<Explanation> {
    const task = { name: 'explain', text, files: sendable(files), options } as const;
    return (await this.pool.run(task)) as Explanation;
  }

  /** Ends the workers. What is not finished is refused. */
  close(): void {
    this.pool.close();
  }

  /** As {@link Inspector.close}: `using` does it. */
  [Symbol.dispose](): void {
    this.close();
  }
}
