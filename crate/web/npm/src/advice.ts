import { expectKind, expectShape, type Shape } from './args.js';
import { complete } from './complete.js';
import type { Finding, Place } from './finding.js';
import { readFiles, type Content, type FileInputs, type ReadFile } from './input.js';
import { supply } from './module.js';
import type { Options } from './options.js';
import { lexiconAddress } from './part/lexicon.js';
import { run } from './whole.js';

/** What a text says happened, and why. */
export interface Explanation {
  /** Version of the schema; it only ever gains members. */
  version: 1;
  /** Whether anything was recognised. */
  explained: boolean;
  /** What happened, the precise first. */
  happenings: {
    /** What it was, and where it was read. */
    finding: Finding;
    /** On how many lines it stands, or how many answers it was. */
    times: number;
    /** There may be more of them: of what stands in a text thousands of times the first and the last are looked at. */
    atLeast?: true;
    /** What can be behind it: shown ones first, ruled out ones last, else the likeliest first. */
    causes: {
      /** Shown by the text or by the files; open; or ruled out by the files. */
      verdict: 'in-text' | 'in-files' | 'open' | 'ruled-out';
      /** The thread or document by which this gives that. */
      source: string;
      /** The cause; its standing says how sure it is that this gives that. */
      finding: Finding;
    }[];
    /** What the threads about it leave open. */
    unsettled?: { what: string; source: string };
  }[];
  /** The assignment that the text tells of. */
  assigned?: { hub: string; deviceId?: string; place: Place };
  /** How far the client came, if the text says so. */
  reached?: { what: string; place: Place };
  /** The name under which the text registers, and the CN of the leaf among the files, where they differ. */
  othersFiles?: { registrationId: string; commonName: string };
  /** What the text tells of other hosts and programs, which is nothing of DPS's. */
  elsewhere?: { what: string; code: string; name: string; place: Place }[];
  /** What the client says of itself. */
  device?: { idScope: string; registrationId: string };
  /** Whether files were looked at. */
  hasFiles: boolean;
  /** Errors in the files that none of the causes is. */
  also: Finding[];
  /** What to give instead, where nothing was recognised. */
  whatToGive?: string;
  /** All of it, for a person. */
  text: string;
}

/** A client that can be configured. */
export interface Target {
  /** What {@link configure} calls it. */
  name: string;
  /** Which kind of client. */
  family: 'MQTT clients' | 'SDKs' | 'devices' | 'tools' | 'Azure side';
  /** What it is, in words. */
  title: string;
  /**
   * How its files were checked: the client ran them; it ran them outside of the tests; a program read them; by its
   * documents alone.
   */
  checked: 'run' | 'outside' | 'read' | 'documents';
  /** Who did that. */
  how: string;
}

/** A file that was made and is to be written. */
export interface MadeFile {
  /** Where, below a folder of your choice, with `/` between the names. */
  path: string;
  /** What is in it, with the line ends that its reader wants. */
  text: string;
  /** Whether it is a program. */
  executable: boolean;
  /** Whether the private key stands in it. */
  secret: boolean;
}

/** The files of clients. */
export interface Configuration {
  /** Version of the schema; it only ever gains members. */
  version: 1;
  /** The certificate files that the targets refer to, for the top folder. */
  certificates: MadeFile[];
  /** The targets that are possible. */
  targets: {
    name: string;
    /** Each in a folder of the target's name. */
    files: MadeFile[];
    /** Where the files go. */
    place: string;
    /** How to run it. */
    run: string;
    /** What is seen when it works. */
    expect: string;
    /** What goes into the boxes of the client's dialogue, part by part; empty for a client that reads files. */
    form: FormGroup[];
  }[];
  /** Why others are not possible, and what is doubtful. */
  findings: Finding[];
}

/** A part of a client's dialogue. */
export interface FormGroup {
  /** What the part is called. */
  title: string;
  /** Its boxes, in their order. */
  boxes: FormField[];
}

/** A box of a client's dialogue, and what goes into it. */
export interface FormField {
  /** Which setting it is, the same for every client: `client-id`. */
  name: string;
  /** What the client calls the box. */
  label: string;
  /** What is typed or chosen; empty for a box that stays empty. */
  value: string;
}

/** What a configuration is written from, besides the files. */
export interface ConfigureOptions extends Options {
  /** The ID scope of the DPS instance. */
  idScope?: string;
  /** The registration ID; the CN of the leaf, unless said otherwise. */
  registrationId?: string;
  /** `HOST[:PORT]` in the place of the cloud's global endpoint. */
  endpoint?: string;
  /** How MQTT is carried. */
  transport?: 'mqtt' | 'websocket';
  /** The folder on the device where certificates and key will be; beside the configuration, unless said otherwise. */
  folder?: string;
  /** Where the private key is when the client runs; `device-key.pem`, unless said otherwise. */
  keyPath?: string;
  /** The name of the DPS instance, for the Azure side. */
  dpsName?: string;
  /** Its resource group. */
  resourceGroup?: string;
  /** The name of the enrollment group; `my-devices`, unless said otherwise. */
  groupName?: string;
  /** Whether the private key's text is to stand in the files of clients that take it so. */
  embedKey?: boolean;
}

const TEXTS: Shape = {
  idScope: ['string'],
  endpoint: ['string'],
  transport: ['string'],
  folder: ['string'],
  keyPath: ['string'],
  dpsName: ['string'],
  resourceGroup: ['string'],
  groupName: ['string'],
  embedKey: ['boolean'],
};

/** What a cloud is called here. */
export type CloudName = 'public' | 'usgov' | 'china';

/** What is particular to an Azure cloud. */
export interface Cloud {
  /** Host name of the global DPS endpoint. */
  endpoint: string;
  /** What the names of its IoT hubs end in. */
  hubSuffix: string;
  /** What to trust its servers by; what they lead to today is the first. */
  roots: {
    name: string;
    pem: string;
    /** In hexadecimal. */
    sha256: string;
    /** Last second of its validity, RFC 3339. */
    notAfter: string;
  }[];
}

/**
 * Explains what a client printed, what the service answered, or a code alone, such as `401002`: what happened, the
 * likely causes in order, and, by the device's files, which of them it is. Secrets in the text are masked.
 *
 * @param text - Of any client, whole or in part.
 * @param files - The device's files; without them no cause is shown or ruled out.
 * @param options - What else is known. The registration ID is taken from the text where it is not given.
 * @throws {@link DpsError} as `inspect`.
 *
 * @example
 * ```js
 * const { happenings } = await explainText(log, [cert, key]);
 * for (const { finding, causes } of happenings) console.log(finding.message, causes[0]?.finding.nextStep);
 * ```
 */
export async function explainText(
  text: Content,
  files: FileInputs = [],
  options: Options = {},
): Promise<Explanation> {
  expectKind('text', text, ['string', 'bytes']);
  const [{ bytes }] = (await readFiles({ data: text })) as [ReadFile];
  const lexicon = (await supply('lexicon', lexiconAddress)) as string;
  return run(files, options, (inputs, glue) => {
    glue.takeLexicon(lexicon);
    return JSON.parse(inputs.explainText(bytes)) as Explanation;
  });
}

/**
 * The clients that can be configured, in order.
 *
 * @throws {@link DpsError} `module-unavailable`.
 */
export async function targets(): Promise<Target[]> {
  await complete.load();
  return complete.call((glue) => JSON.parse(glue.targets()) as Target[]);
}

/**
 * Writes the configuration files of clients for a device. What is not possible does not throw: `targets` lacks it, and
 * `findings` say why.
 *
 * @param names - Of {@link targets}, or `all` for every one that is possible.
 * @param files - The device's chain, its key if that is to be compared or embedded, the group's CA, own server roots.
 * @param options - What else is known.
 * @throws {@link DpsError} as `inspect`, but not for an ID scope, registration ID or endpoint that is wrong.
 *
 * @example
 * ```js
 * const { certificates, targets, findings } = await configure(['paho'], [chain], { idScope: '0ne00111111' });
 * ```
 */
export async function configure(
  names: string[],
  files: FileInputs,
  options: ConfigureOptions = {},
): Promise<Configuration> {
  expectKind('names', names, ['list']);
  names.forEach((name) => expectKind('names', name, ['string']));
  expectShape('options', options, TEXTS);
  const { idScope, registrationId, endpoint, transport, folder, keyPath, embedKey = false, ...more } = options;
  const { dpsName, resourceGroup, groupName, ...rest } = more;
  return run(files, rest, (inputs, glue) => {
    const wanted = new glue.Wanted(idScope, registrationId, endpoint, transport);
    wanted.place(folder, keyPath, embedKey);
    wanted.azure(dpsName, resourceGroup, groupName);
    const configuration = JSON.parse(inputs.configure(names, wanted)) as Configuration;
    // Not in a `finally`: what a trap left borrowed cannot be freed, and the error of that would hide the trap.
    wanted.free();
    return configuration;
  });
}

/**
 * An Azure cloud: its endpoint, the names of its hubs, and its roots.
 *
 * @throws {@link DpsError} `invalid-input` for another name, `module-unavailable`.
 */
export async function cloud(name: CloudName): Promise<Cloud> {
  expectKind('name', name, ['string']);
  await complete.load();
  return complete.call((glue) => JSON.parse(glue.cloud(name)) as Cloud);
}
