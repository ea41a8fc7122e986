/** Something that a fetch fails with before a byte of the request is sent. */
export interface ConnectionFailure {
  /** In words, for a message. */
  readonly what: string;
  /** Whether the same request fails in the same way again, whoever waits. */
  readonly isPermanent?: true | undefined;
  /** Any of them. */
  readonly codes?: readonly string[];
  /** Any of them. */
  readonly syscalls?: readonly string[];
  readonly message?: RegExp;
  /** What Deno says that it failed with while it was connecting; the beginning. */
  readonly connecting?: string;
  /** The message of the error that this one is the cause of: by itself it would not be certain. */
  readonly wrapper?: string;
}

const REFUSED = 'the connection was refused';
const NO_CONNECTION = 'no connection could be made';
const NO_ADDRESS = 'its name could not be resolved';
const NOT_TRUSTED = 'its certificate is not trusted';
const NO_HANDSHAKE = 'the TLS handshake failed';
const BLOCKED = 'its port is one that fetch blocks';
/** What undici, which is the fetch of Node.js, wraps its failures in. */
const FETCH_FAILED = 'fetch failed';

/**
 * What runtimes say where nothing was sent: observed in Node.js 20 and 24, undici 7, Bun 1.1 to 1.4 and Deno 2.0 to 2.9, each with
 * a server that notes what reaches it (`test/unit/transport/recorded-failures.ts`). The first row that fits counts.
 *
 * Left out is what is said after a request was sent as well: `ECONNRESET`, `UND_ERR_SOCKET`, `EPROTO` of Bun 1.4, and what browsers
 * say, which is the same for everything.
 */
export const CONNECTION_FAILURES: readonly ConnectionFailure[] = [
  // Node.js, Bun 1.4 and Deno 2.0; Bun before 1.4, which says it of names and handshakes too.
  { what: REFUSED, codes: ['ECONNREFUSED'] },
  { what: NO_CONNECTION, codes: ['ConnectionRefused', 'FailedToOpenSocket'] },
  // Node.js and Bun 1.4.
  { what: NO_ADDRESS, codes: ['ENOTFOUND', 'EAI_AGAIN'] },
  { what: NO_ADDRESS, syscalls: ['getaddrinfo'] },
  // Node.js: EHOSTUNREACH and others, which are said of connections that had been used as well.
  { what: NO_CONNECTION, syscalls: ['connect'] },
  { what: 'no connection could be made in time', codes: ['UND_ERR_CONNECT_TIMEOUT'] },
  // Bun 1.4, whose codes EHOSTUNREACH and ENETUNREACH come without a syscall.
  {
    what: NO_CONNECTION,
    message:
      /^(?:\w+: )?(?:Unable to connect\. Is the computer able to access the url|Was there a typo in the url or port)\?$/,
  },
  // Node.js and Bun: what OpenSSL says of a certificate (the list of Node's documentation), before the request is sent.
  {
    what: NOT_TRUSTED,
    isPermanent: true,
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
      'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
      'CERT_SIGNATURE_FAILURE',
      'CERT_NOT_YET_VALID',
      'CERT_HAS_EXPIRED',
      'CERT_CHAIN_TOO_LONG',
      'CERT_REVOKED',
      'CERT_UNTRUSTED',
      'CERT_REJECTED',
      'INVALID_CA',
      'INVALID_PURPOSE',
      'PATH_LENGTH_EXCEEDED',
      'HOSTNAME_MISMATCH',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  },
  // Node.js: alerts of a server that did not finish the handshake; the second in OpenSSL 3.0, the third in 3.5.
  {
    what: NO_HANDSHAKE,
    isPermanent: true,
    codes: [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    ],
  },
  // Node.js: no TLS is spoken there. node:https says it of an answer, too; the fetch of Node.js says UND_ERR_SOCKET then.
  {
    what: NO_HANDSHAKE,
    isPermanent: true,
    codes: ['ERR_SSL_WRONG_VERSION_NUMBER'],
    wrapper: FETCH_FAILED,
  },
  {
    what: NO_HANDSHAKE,
    message: /^Client network socket disconnected before secure TLS connection was established$/,
  },
  // Bun 1.2 and 1.3, where the connection ends in the handshake.
  { what: NO_HANDSHAKE, codes: ['UNKNOWN_CERTIFICATE_VERIFICATION_ERROR'] },
  // Deno.
  { what: NOT_TRUSTED, isPermanent: true, connecting: 'invalid peer certificate' },
  { what: NO_HANDSHAKE, isPermanent: true, connecting: 'received fatal alert' },
  { what: NO_HANDSHAKE, isPermanent: true, connecting: 'received corrupt message' },
  { what: NO_HANDSHAKE, connecting: 'tls handshake' },
  { what: NO_ADDRESS, connecting: 'dns error' },
  { what: REFUSED, connecting: 'tcp connect error: Connection refused' },
  { what: NO_CONNECTION, connecting: '' },
  // Ports of other protocols (Fetch standard, "port blocking"): Node.js and Deno.
  { what: BLOCKED, isPermanent: true, message: /^bad port$/, wrapper: FETCH_FAILED },
  { what: BLOCKED, isPermanent: true, message: /^Fetch failed: Requests to port \d+ are blocked$/ },
  // ProxyAgent of undici.
  { what: 'the proxy made no connection', message: /^Proxy response \(\d+\) !== 200 when HTTP Tunneling$/ },
];
