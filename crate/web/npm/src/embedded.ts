import { builtin } from './platform.js';
import type { Part } from './source.js';

/**
 * The parts as JavaScript, gzip in base64: what there is where files cannot be. Each is loaded when it is needed, and is a
 * file of its own where the bundler splits code.
 */
export const embedded: Record<Part, () => Promise<Uint8Array>> = {
  inspection: () => import('./embedded/inspection.js').then(unpack),
  complete: () => import('./embedded/complete.js').then(unpack),
  session: () => import('./embedded/session.js').then(unpack),
  pages: () => import('./embedded/pages.js').then(unpack),
  lexicon: () => import('./embedded/lexicon.js').then(unpack),
};

/** The script of a browser's worker, or of one of Node. */
export const embeddedScripts = {
  web: (): Promise<string> => import('./embedded/worker-script.js').then(unpack).then(text),
  node: (): Promise<string> => import('./embedded/worker-script.node.js').then(unpack).then(text),
};

async function unpack({ packed }: { packed: string }): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const zlib = builtin('node:zlib');
  if (zlib !== undefined) {
    return new Promise((resolve, reject) =>
      zlib.gunzip(bytes, (error, unpacked) => (error === null ? resolve(unpacked) : reject(error))),
    );
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
