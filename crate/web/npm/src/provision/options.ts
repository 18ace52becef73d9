import type { Shape } from '../args.js';
import type { SessionEvent, Settings } from '../session.js';
import type { Content } from '../input.js';
import type { IdentityFiles } from './identity.js';
import type { SocketOptions } from './socket.js';
import type { RouteOptions } from './route.js';

/** What to provision. */
export interface ProvisionSettings extends Omit<Settings, 'registrationId' | 'csr'> {
  /** The device's name at DPS; the CN of the leaf, unless said otherwise. */
  registrationId?: string;
  /** A PKCS#10 request, PEM or DER, for a certificate that DPS is to issue (preview). */
  csr?: Content;
}

/** How to provision. */
export interface ProvisionOptions extends IdentityFiles, RouteOptions {
  /**
   * Whose roots to trust, and whose global endpoint to dial where the settings name none; `public`, unless said
   * otherwise. Node's own roots are not used: Azure's are few and known.
   */
  cloud?: 'public' | 'usgov' | 'china';
  /** Leaves out the cloud's roots. */
  onlyTrust?: boolean;
  /** Hubs that `checkHub` may dial besides those of the cloud, by name, as `hub.example`. */
  allowHub?: string[];
  /** How sockets are made. */
  socket?: SocketOptions;
  /** Ends it, politely. */
  signal?: AbortSignal;
  /** Told of everything that happens, as it happens; `line` is the event as a line of a log window. */
  onEvent?: (event: SessionEvent, line: string) => void;
}

const content = ['string', 'bytes'] as const;

/** The settings as they may be written. */
export const SETTINGS: Shape = {
  idScope: ['string'],
  registrationId: ['string'],
  endpoint: ['string'],
  apiVersion: ['string'],
  clientVersion: ['string'],
  payload: ['object', 'list', 'string', 'number', 'boolean', 'null'],
  csr: content,
  checkHub: ['boolean'],
  timeoutSeconds: ['seconds'],
  keepAliveSeconds: ['seconds'],
  transport: ['string'],
  qos: ['number'],
};

/** The options likewise. */
export const OPTIONS: Shape = {
  cert: content,
  key: content,
  passphrase: content,
  trust: ['list', ...content],
  proxy: ['string', 'url', 'boolean'],
  noProxy: ['string'],
  connectTo: ['string', 'list'],
  cloud: ['string'],
  onlyTrust: ['boolean'],
  allowHub: ['list'],
  socket: ['object'],
  signal: ['signal'],
  onEvent: ['function'],
};
