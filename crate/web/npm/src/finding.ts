/** How bad a finding is: nothing to do; better changed; provisioning cannot work, or did not. */
export type Severity = 'note' | 'warning' | 'error';

/** How sure the rule is: a document says so; a trace or an SDK's source shows it; an inference. */
export type Standing = 'documented' | 'observed' | 'unproven';

/** Where something is. Absent parts are not known; all absent means the whole run. */
export interface Place {
  /** The input as its user knows it: a field of a form, a flag. */
  input?: string;
  /** The file's name. */
  path?: string;
  /** Line in the file, from 1. */
  line?: number;
  /** Column in the line, in characters from 1. */
  column?: number;
  /** First byte and the byte behind the last, in the file. */
  bytes?: [number, number];
  /** The same in the DER of the object: what base64 stands for, or what a store holds. */
  derBytes?: [number, number];
  /** Which object: a certificate's subject, a topic, an endpoint. */
  object?: string;
  /** Stage of the session, in words. */
  stage?: string;
}

/** One thing that is wrong or worth knowing, with its evidence. */
export interface Finding {
  /** Stable code, such as `DX401`; `explain` has the page. */
  code: string;
  /** Stable name in kebab-case. */
  name: string;
  /** What is wrong, in at most eight words that go on after a colon: `the CN is not the registration ID`. */
  title: string;
  /** What it is about, such as `file`, `key`, `chain`, `network` or `service`. */
  family: string;
  /** How bad this one is. */
  severity: Severity;
  /** How sure this one is. */
  standing: Standing;
  /** Where the rule comes from. */
  source: string;
  /** A sentence for a person. */
  message: string;
  /** What would have been right. */
  expected?: string;
  /** What was there instead. */
  found?: string;
  /** Where it is. */
  place?: Place;
  /** What to do about it. */
  nextStep: string;
  /** The code of the finding that caused this one. */
  causedBy?: string;
  /** Where the page about the code can be read, in a build that has a site. */
  page?: string;
}
