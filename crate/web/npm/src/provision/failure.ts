import type { PeerCertificate, DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { isError } from '../realm.js';
import { alertNumber, type ConnectionInfo, type TransportFailure, type TransportFailureKind } from '../session.js';

/** What Node knows of a connection; `peer` is the address that was dialled. */
export function connectionInfo(socket: TLSSocket, peer: string | undefined): ConnectionInfo {
  const serverChain: Uint8Array[] = [];
  let next: PeerCertificate | DetailedPeerCertificate = socket.getPeerCertificate(true);
  // A self-signed certificate is its own issuer.
  while (next?.raw !== undefined && serverChain.length < 16) {
    serverChain.push(next.raw);
    const issuer: PeerCertificate | undefined = 'issuerCertificate' in next ? next.issuerCertificate : undefined;
    if (issuer === undefined || issuer === next) {
      break;
    }
    next = issuer;
  }
  const [tlsVersion, cipherSuite] = [socket.getProtocol(), socket.getCipher()?.standardName];
  return {
    serverChain,
    ...(peer === undefined ? {} : { peer }),
    ...(tlsVersion === null ? {} : { tlsVersion }),
    ...(cipherSuite === undefined ? {} : { cipherSuite }),
  };
}

/** Node's error codes (`errno(3)`, OpenSSL's X509_V_ERR and reasons) in the words of the session. */
const KINDS: Record<string, TransportFailureKind> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EAI_FAIL: 'name-not-found',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  EACCES: 'not-allowed',
  EPERM: 'not-allowed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'server-not-trusted/wrong-name',
  CERT_HAS_EXPIRED: 'server-not-trusted/expired',
  CERT_NOT_YET_VALID: 'server-not-trusted/not-yet-valid',
  UNABLE_TO_GET_ISSUER_CERT: 'server-not-trusted/unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'server-not-trusted/unknown-issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'server-not-trusted/unknown-issuer',
  SELF_SIGNED_CERT_IN_CHAIN: 'server-not-trusted/unknown-issuer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'server-not-trusted/unknown-issuer',
  CERT_UNTRUSTED: 'server-not-trusted/unknown-issuer',
  CERT_SIGNATURE_FAILURE: 'server-not-trusted/invalid',
  INVALID_CA: 'server-not-trusted/invalid',
  INVALID_PURPOSE: 'server-not-trusted/invalid',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'no-common-parameters',
  ERR_SSL_NO_SHARED_CIPHER: 'no-common-parameters',
};

/** An error of a socket, told apart. */
export function transportFailure(error: Error): TransportFailure {
  const errors: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const code = codeOf(error) ?? errors.map(codeOf).find((one) => one !== undefined);
  const detail = error.message.trim() || (errors.length > 0 ? String(errors[0]) : 'no words');
  // Node has it in the message, Bun and Deno in either.
  const alert = alertNumber(detail) ?? alertNumber(code ?? '');
  if (alert !== undefined) {
    return { kind: `alert/${alert}`, detail };
  }
  return { kind: (code === undefined ? undefined : KINDS[code]) ?? 'other', detail };
}

function codeOf(error: unknown): string | undefined {
  return isError(error) && typeof error.code === 'string' ? error.code : undefined;
}
