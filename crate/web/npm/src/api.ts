export {
  cloud,
  configure,
  explainText,
  targets,
  type Cloud,
  type Configuration,
  type ConfigureOptions,
  type Explanation,
  type FormField,
  type FormGroup,
  type MadeFile,
  type Target,
} from './advice.js';
export { DpsError, type DpsErrorCode } from './error.js';
export { codes, explain, type Page } from './explanation.js';
export type { Finding, Place, Severity, Standing } from './finding.js';
export {
  generate,
  type AuthorityFiles,
  type ChainRequest,
  type CsrRequest,
  type DeviceParts,
  type DeviceRequest,
  type Generated,
  type GeneratedFile,
  type GeneratedKeyType,
  type GenerationOptions,
  type GenerationProgress,
  type GenerationRequest,
  type SelfSignedRequest,
  type SubjectParts,
  type VerificationRequest,
} from './generation.js';
export type { Content, FileInput, FileInputs, NamedFile, Purpose } from './input.js';
export { compare, explainRefusal, inspect, outline, repair, type Answer } from './inspection.js';
export { load } from './load.js';
export { locate } from './locate.js';
export type { Options } from './options.js';
export type {
  Candidate,
  Certificate,
  Checked,
  Comparison,
  Destination,
  Outline,
  Part,
  Repair,
  Repairs,
  Report,
  Step,
  Verdict,
} from './report.js';
export {
  Session,
  type ConnectionInfo,
  type Distrust,
  type Output,
  type Packet,
  type ProvisionReport,
  type ProxyFault,
  type SessionEvent,
  type Settings,
  type TransportFailure,
  type TransportFailureKind,
} from './session.js';
export { speakAsPage } from './speaker.js';
export type { Part as SourcePart, Source, Sources } from './source.js';
