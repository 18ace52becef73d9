/** Who speaks, if not the package: the front ends that have fields or flags where the package has options. */
export type Speaker = 'page' | 'command-line';

let who: Speaker | undefined;

/**
 * For the page that is made of this package: from here on findings name its fields and buttons instead of the package's
 * options and functions.
 */
export function speakAsPage(): void {
  who = 'page';
}

/** The same for the package's command line. */
export function speakAsCommandLine(): void {
  who = 'command-line';
}

/** The same for whoever it is, in a worker. */
export function speakAs(speaker: Speaker | undefined): void {
  who = speaker;
}

/** Who speaks, if not the package. */
export function speaker(): Speaker | undefined {
  return who;
}
