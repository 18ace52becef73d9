/// <reference lib="esnext.disposable" preserve="true" />
import type { FileInputs } from './input.js';
import type { Options } from './options.js';
import { sendable, type Pool } from './pool.js';
import type { Report } from './report.js';

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

  /** Ends the workers. What is not finished is refused. */
  close(): void {
    this.pool.close();
  }

  /** As {@link Inspector.close}: `using` does it. */
  [Symbol.dispose](): void {
    this.close();
  }
}
