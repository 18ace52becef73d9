import type { Finding, Place } from './finding.js';

/** Which box a certificate goes into. */
export type Destination =
  | 'client certificate'
  | 'CA file'
  | 'individual enrollment'
  | 'enrollment group'
  | 'CA certificates of the DPS instance'
  | 'verification of a CA certificate';

/** One certificate. Absent members are not in it, or cannot be read. */
export interface Certificate {
  /** What it is in the chain: `leaf`, `intermediate`, `root`, `server root`, … */
  role: string;
  /** Which boxes it goes into. */
  destinations: Destination[];
  /**
   * Which of its files goes into a box of the service, and in which form: as it stands, the certificate alone, as PEM, or
   * without the private key that stands in the file. Absent where it goes into none.
   */
  forService?: { form: 'as-it-stands' | 'alone' | 'as-pem' | 'without-key'; place: Place };
  /** The subject, `CN=device-1, O=Contoso`. */
  subject: string;
  /** The first CN of the subject, as it is written there: what DPS takes for the registration ID. */
  commonName?: string;
  /** The issuer, likewise. */
  issuer: string;
  /** In hexadecimal. */
  serialNumber: string;
  /** 1 to 3, or what is there instead. */
  version: number;
  /** First second of its validity, RFC 3339. */
  notBefore?: string;
  /** Last second of its validity, RFC 3339. */
  notAfter?: string;
  /** Kind of key, `EC P-256`. */
  key?: string;
  /** How it is signed, `ECDSA with SHA-256`. */
  signature?: string;
  /** SHA-256 over its bytes, in hexadecimal. */
  sha256: string;
  /** SHA-1 over its bytes: the thumbprint of the portal. */
  sha1: string;
  /** Length of the DER. */
  bytes: number;
  /** Whether subject and issuer are the same name. */
  selfIssued: boolean;
  /** Where it is. */
  place: Place;
  /** Whether it may sign certificates. */
  ca?: boolean;
  /** How many intermediates may stand below it. */
  pathLength?: number;
  /** Names of RFC 5280. */
  keyUsage?: string[];
  /** Names, or dotted object identifiers. */
  extendedKeyUsage?: string[];
  /** In hexadecimal. */
  subjectKeyId?: string;
  /** In hexadecimal. */
  authorityKeyId?: string;
}

/** A certificate that was tried as an issuer. */
export interface Candidate {
  /** Whose issuer was looked for. */
  subject: string;
  /** What was tried. */
  issuer: string;
  /** Where it is. */
  place: Place;
  /** What came of it. */
  outcome:
    | 'taken'
    | 'taken-all-the-same'
    | 'signed-too'
    | 'other-key-identifier'
    | 'signature-does-not-hold'
    | 'other-name'
    | 'not-tried';
  /** Why, as the end of a sentence. */
  reason: string;
}

/** A certificate on the way from the device to what the service has, and what the step to its issuer rests on. */
export interface Step {
  /** Which of the certificates. */
  sha256: string;
  /** Whether the device has to send it. */
  sent: boolean;
  /** Whether the service has it. */
  uploaded: boolean;
  /**
   * What the step up rests on: a signature that was computed, a name alone, nothing (the signature does not hold), or
   * an issuer that is not among the files. `null` where the way ends.
   */
  up: 'signature' | 'name' | 'broken' | 'missing' | null;
  /** The issuer's name, if it is missing. */
  missing: string | null;
  /** The first CN of that name, as it is written there. */
  missingCommonName: string | null;
}

/** What was asked of the files, and what came of it. */
export interface Checked {
  /** `service` is what no file shows: whether a CA was uploaded and verified, whether the enrollment is enabled. */
  question:
    | 'chain'
    | 'signatures'
    | 'key'
    | 'name'
    | 'validity'
    | 'usage'
    | 'encoding'
    | 'files'
    | 'trust'
    | 'service';
  /** `unknown`: what it takes to know was not given. */
  result: 'passed' | 'doubtful' | 'failed' | 'unknown';
  /** Of the findings that say so. */
  codes: string[];
}

/** What a report comes to, with every error counting. */
export interface Verdict {
  /** In a word. */
  word: 'ready' | 'not ready' | 'nothing usable';
  /** Codes of the findings that decide it, each once; none where it is ready. */
  decidedBy: string[];
  /** What would make it ready all the same; `null` if nothing would but other files. */
  unless: {
    condition: 'dps-is-laxer' | 'revocation-ignored' | 'repaired';
    /** What follows on "not ready, unless". */
    sentence: string;
  } | null;
}

/** What was found in the files. Nothing secret is in it. */
export interface Report {
  /** Version of the schema; it only ever gains members. */
  version: 1;
  /** What it comes to. */
  verdict: Verdict;
  /** The device's chain, each certificate by its subject. */
  chain: {
    leaf: string | null;
    /** From the leaf upwards. */
    intermediates: string[];
    root: string | null;
    /** Who signed the last certificate that is there. */
    missingIssuer: string | null;
    /** Whether the files hold the chain in the order in which it is sent. */
    inOrder: boolean;
    /** Every certificate that was tried as an issuer, from the leaf upwards, 64 at most. */
    tried: Candidate[];
  };
  /** The way from the device's certificate to what the service has, the leaf first. */
  way: Step[];
  /** What was asked of the files, and what came of it. */
  checked: Checked[];
  /**
   * Which files a client is given as its certificate, that with the leaf first, and what is to be done with them: nothing,
   * written as PEM, joined in this order, or put in order. `null` without the certificate of a device.
   */
  clientCertificate: { form: 'as-it-stands' | 'as-pem' | 'joined' | 'in-order'; files: Place[] } | null;
  /** Every certificate, the device's chain first. */
  certificates: Certificate[];
  /** What is public of the private keys. */
  keys: {
    type: string;
    place: Place;
    /** Where it stays: its public half was compared. Absent of a key in a file. */
    keptIn?: 'token';
    /** SHA-256 of the certificate that it belongs to; `null` if none is there. */
    belongsTo: string | null;
  }[];
  /** Everything that is in the files, in their order. */
  items: {
    /** What sort of object it is. */
    sort: 'certificate' | 'certificate-request' | 'revocation-list' | 'private-key' | 'store' | 'other' | 'unknown';
    /** What it is, in words. */
    kind: string;
    place: Place;
    damaged: boolean;
  }[];
  /** Codes of findings for which a device's client does not read the files as they are written; it reads them repaired. */
  refused: string[];
  /** What is wrong, in the order of the files and then of the rules. */
  findings: Finding[];
}

/** A part of a DER object. */
export interface Part {
  /** Its type, or what is wrong with it. */
  label: string;
  /** What it says, if it says something short. */
  value: string | null;
  /** Its first byte in the whole, header included. */
  start: number;
  /** The byte behind its last one. */
  end: number;
  /** What is inside, in order. */
  parts: Part[];
}

/** A certificate part by part. */
export interface Outline {
  /** Its bytes. */
  der: Uint8Array;
  /** What they are. */
  parts: Part[];
}

/** What can be done for one file. */
export type Repair = {
  /** The file's name, if it has one. */
  path: string | null;
} & (
  | {
      /** It is canonical already, or holds nothing that PEM is for. */
      outcome: 'needless';
    }
  | {
      /** Written anew. */
      outcome: 'done';
      /** Canonical PEM. */
      text: string;
      /** Whether a private key is in it: only in files given with the purpose `device-key`. */
      secret: boolean;
      /** Whether a private key was left out. */
      withoutKey: boolean;
    }
  | {
      /** It cannot be. */
      outcome: 'impossible';
      /** Why not. */
      why: string;
    }
);

/** The files as they should have been. */
export interface Repairs {
  /** Leaf and intermediates in the order in which a device sends them; `null` without a leaf. */
  fullChain: string | null;
  /** One for each file, in their order. */
  files: Repair[];
}

/** What changed between two certificates or chains, and what to do because of it. */
export interface Comparison {
  /** Version of the schema. */
  version: 1;
  /** What it comes to. */
  verdict: 'unchanged' | 'other-chain' | 'renewal' | 'new-key' | 'different-identity';
  /** Whether devices or CAs were compared. */
  subject: 'device' | 'CA';
  /** The verdict in a sentence. */
  sentence: string;
  /** All of it, for a person. */
  text: string;
  /** What differs. */
  changes: { part: string; old: string; new: string }[];
  /** What to do, in this order. */
  steps: {
    target: string;
    slot?: string;
    sentence: string;
    standing: string;
    source: string;
  }[];
  /** What of the old files could not be read, and what is wrong with the new ones; an error says that they are not ready. */
  findings: Finding[];
}
