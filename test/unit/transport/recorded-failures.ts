/** As much of an error as runtimes give: its message, what else it has, and its cause. */
export interface RecordedError {
  readonly message: string;
  readonly code?: string;
  readonly syscall?: string;
  readonly errors?: readonly RecordedError[];
  readonly cause?: RecordedError;
}

/** What a fetch of a runtime failed with. */
export interface RecordedFailure {
  readonly runtime: string;
  readonly when: string;
  readonly error: RecordedError;
}

/** Nothing reached the server. */
export interface NotSentFailure extends RecordedFailure {
  readonly what: string;
  readonly isPermanent: boolean;
}

function inNode(cause: RecordedError): RecordedError {
  return { message: 'fetch failed', cause };
}

function inDeno(what: string, url = 'https://localhost:46139/'): RecordedError {
  return inNode({ message: `error sending request for url (${url}): client error (Connect): ${what}` });
}

const REFUSED = 'the connection was refused';
const NO_CONNECTION = 'no connection could be made';
const NO_ADDRESS = 'its name could not be resolved';
const NOT_TRUSTED = 'its certificate is not trusted';
const NO_HANDSHAKE = 'the TLS handshake failed';
const BLOCKED = 'its port is one that fetch blocks';

const NODE = 'Node.js 20.20 and 24.21';
const BUN = 'Bun 1.4.5';
const OLD_BUN = 'Bun 1.1.45, 1.2.23 and 1.3.5';
const DENO = 'Deno 2.9.6';
const OLD_DENO = 'Deno 2.0.6 and 2.3.7';

function passing(runtime: string, when: string, what: string, error: RecordedError): NotSentFailure {
  return { runtime, when, what, error, isPermanent: false };
}

function permanent(runtime: string, when: string, what: string, error: RecordedError): NotSentFailure {
  return { runtime, when, what, error, isPermanent: true };
}

/** Recorded with servers on loopback that note what reaches them: of these requests nothing did. */
export const NOT_SENT: readonly NotSentFailure[] = [
  passing(
    NODE,
    'nobody listens',
    REFUSED,
    inNode({ message: 'connect ECONNREFUSED 127.0.0.1:42509', code: 'ECONNREFUSED', syscall: 'connect' }),
  ),
  passing(
    NODE,
    'no such host',
    NO_ADDRESS,
    inNode({
      message: 'getaddrinfo ENOTFOUND no-such-host.invalid',
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
    }),
  ),
  passing(
    NODE,
    'no route to the host',
    NO_CONNECTION,
    inNode({ message: 'connect EHOSTUNREACH 2001:db8::1:80', code: 'EHOSTUNREACH', syscall: 'connect' }),
  ),
  passing(
    NODE,
    'no route to the network',
    NO_CONNECTION,
    inNode({
      message: 'connect ENETUNREACH 255.255.255.255:80 - Local (0.0.0.0:0)',
      code: 'ENETUNREACH',
      syscall: 'connect',
    }),
  ),
  passing(
    NODE,
    'the server closes in the handshake',
    NO_HANDSHAKE,
    inNode({
      message: 'Client network socket disconnected before secure TLS connection was established',
      code: 'ECONNRESET',
    }),
  ),
  permanent(NODE, 'port 6000', BLOCKED, inNode({ message: 'bad port' })),
  permanent(
    NODE,
    'a self-signed certificate',
    NOT_TRUSTED,
    inNode({ message: 'self-signed certificate', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
  ),
  permanent(
    NODE,
    'an unknown authority',
    NOT_TRUSTED,
    inNode({ message: 'unable to verify the first certificate', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
  ),
  permanent(
    NODE,
    'a certificate that has expired',
    NOT_TRUSTED,
    inNode({ message: 'certificate has expired', code: 'CERT_HAS_EXPIRED' }),
  ),
  permanent(
    NODE,
    'a certificate of another name',
    NOT_TRUSTED,
    inNode({
      message:
        "Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:other.example",
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    }),
  ),
  permanent(
    NODE,
    'TLS 1.1',
    NO_HANDSHAKE,
    inNode({
      message:
        '404D8B67977F0000:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 70\n',
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    }),
  ),
  permanent(
    NODE,
    'no TLS on the port',
    NO_HANDSHAKE,
    inNode({
      message:
        '80FC2648487F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:350:\n',
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    }),
  ),
  permanent(
    'Node.js 20.20',
    'a certificate of the client is missing, TLS 1.2',
    NO_HANDSHAKE,
    inNode({
      message:
        '803C457EBF7F0000:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number 40\n',
      code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    }),
  ),
  permanent(
    'Node.js 24.21',
    'a certificate of the client is missing, TLS 1.2',
    NO_HANDSHAKE,
    inNode({
      message:
        '404D8B67977F0000:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 40\n',
      code: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    }),
  ),
  passing(
    'undici 7',
    'no answer to connecting in time',
    'no connection could be made in time',
    inNode({
      message: 'Connect Timeout Error (attempted address: 2001:db8::1:80, timeout: 1ms)',
      code: 'UND_ERR_CONNECT_TIMEOUT',
    }),
  ),
  passing(
    'undici 7',
    'a proxy that wants a password',
    'the proxy made no connection',
    inNode({
      message: 'Request was cancelled.',
      cause: { message: 'Proxy response (407) !== 200 when HTTP Tunneling', code: 'UND_ERR_ABORTED' },
    }),
  ),
  passing(
    'Node.js, every address of a name',
    'nobody listens',
    REFUSED,
    inNode({
      message: '',
      code: 'ECONNREFUSED',
      errors: [
        { message: 'connect ECONNREFUSED ::1:80', code: 'ECONNREFUSED', syscall: 'connect' },
        { message: 'connect ENETUNREACH 10.0.0.1:80', code: 'ENETUNREACH', syscall: 'connect' },
      ],
    }),
  ),
  passing(BUN, 'nobody listens', REFUSED, {
    message: 'ECONNREFUSED: Unable to connect. Is the computer able to access the url?',
    code: 'ECONNREFUSED',
  }),
  passing(BUN, 'no such host', NO_ADDRESS, {
    message: 'getaddrinfo ENOTFOUND no-such-host.invalid',
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
  }),
  passing(BUN, 'no route to the host', NO_CONNECTION, {
    message: 'EHOSTUNREACH: Unable to connect. Is the computer able to access the url?',
    code: 'EHOSTUNREACH',
  }),
  passing(BUN, 'no route to the network', NO_CONNECTION, {
    message: 'ENETUNREACH: Was there a typo in the url or port?',
    code: 'ENETUNREACH',
  }),
  passing(OLD_BUN, 'nobody listens, no such host, no TLS on the port', NO_CONNECTION, {
    message: 'Unable to connect. Is the computer able to access the url?',
    code: 'ConnectionRefused',
  }),
  passing(OLD_BUN, 'no route to the network', NO_CONNECTION, {
    message: 'Was there a typo in the url or port?',
    code: 'FailedToOpenSocket',
  }),
  passing('Bun 1.2.23 and 1.3.5', 'the server closes in the handshake', NO_HANDSHAKE, {
    message: 'unknown certificate verification error',
    code: 'UNKNOWN_CERTIFICATE_VERIFICATION_ERROR',
  }),
  permanent(`${BUN}, ${OLD_BUN}`, 'a self-signed certificate', NOT_TRUSTED, {
    message: 'self signed certificate',
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  }),
  permanent(`${BUN}, ${OLD_BUN}`, 'a certificate of another name', NOT_TRUSTED, {
    message:
      'ERR_TLS_CERT_ALTNAME_INVALID fetching "https://localhost:43295/". For more information, pass `verbose: true` in the second argument to fetch()',
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  }),
  passing(DENO, 'nobody listens', REFUSED, inDeno('tcp connect error: Connection refused (os error 111)')),
  passing(
    DENO,
    'no such host',
    NO_ADDRESS,
    inDeno(
      'dns error: failed to lookup address information: Name or service not known',
      'http://no-such-host.invalid/',
    ),
  ),
  passing(DENO, 'no route', NO_CONNECTION, inDeno('tcp connect error: No route to host (os error 113)')),
  passing(DENO, 'the server closes in the handshake', NO_HANDSHAKE, inDeno('tls handshake eof')),
  passing(DENO, 'a reset in the handshake', NO_CONNECTION, inDeno('Connection reset by peer (os error 104)')),
  permanent(
    DENO,
    'a self-signed certificate',
    NOT_TRUSTED,
    inDeno('invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))'),
  ),
  permanent(
    DENO,
    'a certificate that has expired',
    NOT_TRUSTED,
    inDeno(
      'invalid peer certificate: certificate expired: verification time 1796127901 (UNIX), but certificate is not valid after 1580515200 (215612701 seconds ago)',
    ),
  ),
  permanent(DENO, 'TLS 1.1', NO_HANDSHAKE, inDeno('received fatal alert: ProtocolVersion')),
  permanent(
    DENO,
    'no TLS on the port',
    NO_HANDSHAKE,
    inDeno('received corrupt message of type InvalidContentType'),
  ),
  permanent(DENO, 'port 6000', BLOCKED, { message: 'Fetch failed: Requests to port 6000 are blocked' }),
  passing('Deno 2.0.6', 'nobody listens', REFUSED, {
    message:
      'error sending request for url (http://127.0.0.1:38249/): client error (Connect): tcp connect error: Connection refused (os error 111): Connection refused (os error 111)',
    code: 'ECONNREFUSED',
  }),
  permanent(OLD_DENO, 'a self-signed certificate', NOT_TRUSTED, {
    message:
      'error sending request for url (https://localhost:46139/): client error (Connect): invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))',
  }),
];

/** Recorded in the same way: here the server had read the request, or may have. */
export const MAYBE_SENT: readonly RecordedFailure[] = [
  {
    runtime: NODE,
    when: 'a reset after the request',
    error: inNode({ message: 'read ECONNRESET', code: 'ECONNRESET', syscall: 'read' }),
  },
  {
    runtime: NODE,
    when: 'a reset in the handshake, which looks like one after it',
    error: inNode({ message: 'read ECONNRESET', code: 'ECONNRESET', syscall: 'read' }),
  },
  {
    runtime: NODE,
    when: 'the connection ends after the request, or an answer breaks TLS',
    error: inNode({ message: 'other side closed', code: 'UND_ERR_SOCKET' }),
  },
  {
    runtime: NODE,
    when: 'an answer that is no HTTP',
    error: inNode({
      message: 'Response does not match the HTTP/1.1 protocol (Expected HTTP/)',
      code: 'HPE_INVALID_CONSTANT',
    }),
  },
  {
    runtime: `${NODE}, node:https`,
    when: 'an answer breaks TLS',
    error: {
      message:
        '80ACD17C667F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:350:\n',
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    },
  },
  {
    runtime: BUN,
    when: 'a reset, or an end, in the handshake or after the request',
    error: {
      message:
        'ECONNRESET: The socket connection was closed unexpectedly. For more information, pass `verbose: true` in the second argument to fetch()',
      code: 'ECONNRESET',
    },
  },
  {
    runtime: BUN,
    when: 'no TLS on the port, or an answer breaks TLS',
    error: {
      message: 'EPROTO: The TLS handshake failed. Does the server speak TLS on this port?',
      code: 'EPROTO',
    },
  },
  {
    runtime: 'Bun 1.1.45',
    when: 'a reset after the request',
    error: {
      message:
        'The socket connection was closed unexpectedly. For more information, pass `verbose: true` in the second argument to fetch()',
      code: 'ConnectionClosed',
    },
  },
  {
    runtime: DENO,
    when: 'the connection ends after the request',
    error: inNode({
      message:
        'error sending request from 127.0.0.1:43892 for http://localhost:40537/ (127.0.0.1:40537): client error (SendRequest): connection closed before message completed',
    }),
  },
  {
    runtime: DENO,
    when: 'a reset after the request',
    error: inNode({ message: 'Connection reset by peer (os error 104)' }),
  },
  {
    runtime: DENO,
    when: 'an answer breaks TLS',
    error: inNode({ message: 'received corrupt message of type InvalidContentType' }),
  },
  {
    runtime: DENO,
    when: 'a certificate of the client is missing, TLS 1.3',
    error: inNode({ message: 'received fatal alert: CertificateRequired' }),
  },
  { runtime: 'Chromium', when: 'anything', error: { message: 'Failed to fetch' } },
  {
    runtime: 'Firefox',
    when: 'anything',
    error: { message: 'NetworkError when attempting to fetch resource.' },
  },
  { runtime: 'Safari', when: 'anything', error: { message: 'Load failed' } },
];
