/// <reference lib="esnext.disposable" preserve="true" />
import type { Generated, GenerationOptions, GenerationRequest } from './generation.js';
import { sendable, type Pool } from './pool.js';

/** Generates off the main thread, one request after the other. */
export class Generator {
  /**
   * Use `createGenerator`.
   *
   * @internal
   */
  constructor(private readonly pool: Pool) {}

  /**
   * As `generate`, in a worker. Blobs and bytes are copied there.
   *
   * A signal ends it at once, together with the worker; the next request starts another one.
   *
   * @param request - What to generate.
   * @param options - Who watches.
   * @throws {@link DpsError} as `generate`, and `worker-broken`. The reason of `signal`; what `onProgress` throws.
   *
   * @example
   * ```js
   * const request = { kind: 'chain', registrationId: 'my-x509-device', keyType: 'rsa4096' };
   * const { files } = await generator.generate(request, {
   *   signal: AbortSignal.timeout(60_000),
   *   onProgress: ({ primes, candidates }) => console.log(`${primes} of 2 primes, ${candidates} numbers tested`),
   * });
   * ```
   */
  async generate(request: GenerationRequest, options: GenerationOptions = {}): Promise<Generated> {
    const sent =
      typeof request === 'object' && request !== null && 'ca' in request
        ? { ...request, ca: sendable(request.ca) }
        : request;
    return (await this.pool.run({ name: 'generate', request: sent }, options)) as Generated;
  }

  /** Ends the worker. What is not finished is refused. */
  close(): void {
    this.pool.close();
  }

  /** As {@link Generator.close}: `using` does it. */
  [Symbol.dispose](): void {
    this.close();
  }
}
