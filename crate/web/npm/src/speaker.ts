let who: 'page' | 'command-line' | undefined;

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

/** Who speaks, if not the package. */
export function speaker(): string | undefined {
  return who;
}
