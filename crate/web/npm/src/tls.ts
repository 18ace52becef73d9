import type { PeerCertificate, DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { ConnectionInfo, TransportFailure, TransportFailureKind } from './session.js';

/** What Node knows of a connection. */
export function connectionInfo(socket: TLSSocket): ConnectionInfo {
  const { remoteAddress: address, remotePort: port, remoteFamily: family } = socket;
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
  return {
    peer: address === undefined ? undefined : `${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    tlsVersion: socket.getProtocol() ?? undefined,
    cipherSuite: socket.getCipher()?.standardName,
    serverChain,
  } as ConnectionInfo;
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
  const errors = error instanceof AggregateError ? error.errors : [];
  const code = codeOf(error) ?? errors.map(codeOf).find((one) => one !== undefined);
  const detail = error.message.trim() || (errors.length > 0 ? String(errors[0]) : 'no words');
  // OpenSSL: "…:SSL alert number 42:"
  const alert = /SSL alert number (\d+)/.exec(detail)?.[1];
  if (alert !== undefined) {
    return { kind: `alert/${Number(alert)}`, detail };
  }
  return { kind: (code === undefined ? undefined : KINDS[code]) ?? 'other', detail };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
