/**
 * The same for development servers, which may bundle dependencies anew and leave their files behind: the script of the
 * workers comes with the code.
 *
 * @packageDocumentation
 */
import './spare.js';
import { embeddedScripts } from './embedded.js';
import { startBy } from './worker.js';

startBy(async () => {
  const script = URL.createObjectURL(new Blob([await embeddedScripts.web()], { type: 'text/javascript' }));
  return () => new Worker(script);
});

export * from './worker.js';
