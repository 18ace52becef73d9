/** What the build puts in: the names under which the modules are published. */
declare const PUBLISHED_NAMES: Record<"inspection" | "complete" | "session" | "pages" | "lexicon" | "worker" | "later", string>;

/** The service worker beside the page; empty where there is none. */
declare const SERVICE_WORKER: string;
