/** What the build puts in: the names under which the modules are published. */
declare const PUBLISHED_NAMES: Record<"inspection" | "complete" | "session" | "generation" | "pages" | "lexicon" | "worker", string>;
