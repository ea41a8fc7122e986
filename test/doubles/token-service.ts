import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetch } from '../../src/transport/fetch.ts';
import { readBatch, type TextAnswer, type TextRequest, writeBatch } from './batch-text.ts';

/** How a service guards writes: SAP by a token and the cookies of its session, SharePoint by a digest. */
export type TokenKind = 'sap' | 'share-point';

export interface TokenServiceOptions {
  readonly kind: TokenKind;
  /** After so many batches a token has expired. Default never. */
  readonly batchesPerToken?: number;
  /** What requests without it are answered 401 for. Default anybody may ask. */
  readonly authorization?: () => string;
  /** Answers a batch that it takes. Default 204 to each operation outside of change sets. */
  readonly work?: (contentType: string, body: Uint8Array<ArrayBuffer>) => TokenReply;
  /** Answers instead of the service, where it gives anything. */
  readonly instead?: (request: TokenRequest) => TokenReply | undefined | Promise<TokenReply | undefined>;
}

export interface TokenRequest {
  readonly method: string;
  /** From the slash on. */
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TokenReply {
  readonly status: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

interface Session {
  readonly token: string;
  batchesLeft: number;
}

const ROOT = '/sap/opu/odata/sap/SHOP_SRV/';
const SITE = '/sites/shop/_api/';

/** A service whose tokens expire, and what it was asked. */
export class TokenService {
  /** Method and status of each request for a token, and `batch` and its status. */
  readonly log: string[] = [];
  /** The URLs of the operations that it did. */
  readonly done: string[] = [];
  /** What tokens were asked for with. */
  readonly asked: TokenRequest[] = [];
  readonly #options: TokenServiceOptions;
  /** By the session cookie; SharePoint's digests by themselves. */
  readonly #sessions = new Map<string, Session>();
  readonly root: string;

  constructor(options: TokenServiceOptions) {
    this.#options = options;
    this.root = options.kind === 'sap' ? ROOT : SITE;
  }

  /** How many tokens it gave. */
  get tokens(): number {
    return this.#sessions.size;
  }

  /** From now on no token is valid that was given before. */
  expire(): void {
    for (const session of this.#sessions.values()) session.batchesLeft = 0;
  }

  async handle(request: TokenRequest): Promise<TokenReply> {
    const isBatch = request.path.includes('$batch');
    if (!isBatch) this.asked.push(request);
    const reply = (await this.#options.instead?.(request)) ?? this.#answer(request, isBatch);
    this.log.push(`${isBatch ? 'batch' : request.method} ${reply.status}`);
    return reply;
  }

  #answer(request: TokenRequest, isBatch: boolean): TokenReply {
    const { authorization, kind } = this.#options;
    if (authorization !== undefined && request.headers.authorization !== authorization()) {
      return { status: 401, headers: [['WWW-Authenticate', 'Bearer']] };
    }
    if (isBatch) return this.#batch(request);
    return kind === 'sap' ? this.#sapToken(request) : this.#digest(request);
  }

  #begin(): [id: string, Session] {
    const number = this.#sessions.size + 1;
    const { batchesPerToken = Number.POSITIVE_INFINITY } = this.#options;
    const session = { token: `token${number}==`, batchesLeft: batchesPerToken };
    this.#sessions.set(`session${number}%3d`, session);
    return [`session${number}%3d`, session];
  }

  #sapToken({ method, path, headers }: TokenRequest): TokenReply {
    if (!path.startsWith(ROOT)) return { status: 404 };
    if (headers['x-csrf-token']?.toLowerCase() !== 'fetch') return { status: 200 };
    const [id, { token }] = this.#begin();
    return {
      status: 200,
      headers: [
        ['x-csrf-token', token],
        ['Set-Cookie', 'sap-usercontext=sap-client=100; path=/'],
        [
          'Set-Cookie',
          `SAP_SESSIONID_ERP_100=${id}; Expires=Fri, 01 Jan 2100 00:00:00 GMT; path=/; HttpOnly`,
        ],
        ['Set-Cookie', 'MYSAPSSO2=; expires=Thu, 01-Jan-1970 00:00:00 GMT; path=/'],
      ],
      body: method === 'HEAD' ? '' : '<service/>',
    };
  }

  #digest({ method, path }: TokenRequest): TokenReply {
    if (method !== 'POST' || path !== `${SITE}contextinfo`) return { status: 404 };
    const [, { token }] = this.#begin();
    return json({
      FormDigestTimeoutSeconds: 1800,
      FormDigestValue: token,
      WebFullUrl: 'https://t/sites/shop',
    });
  }

  #batch({ headers, body }: TokenRequest): TokenReply {
    const { kind, work } = this.#options;
    const contentType = headers['content-type'] ?? '';
    const session = kind === 'sap' ? this.#sessionOf(headers) : this.#sessionOfDigest(headers);
    const isValid = session !== undefined && session.batchesLeft-- > 0;
    if (!isValid && kind === 'sap') {
      const fields = [
        ['x-csrf-token', 'Required'],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ] as const;
      return { status: 403, headers: fields, body: 'CSRF token validation failed' };
    }
    if (work !== undefined) {
      return isValid
        ? work(contentType, Buffer.from(body, 'latin1'))
        : { status: 403, headers: XML, body: INVALID_DIGEST };
    }
    const operations = readBatch(contentType, body);
    if (!isValid && operations.every(isWrite)) return { status: 403, headers: XML, body: INVALID_DIGEST };
    const answers = operations.map((operation) => this.#do(operation, isValid));
    const type = ['Content-Type', 'multipart/mixed; boundary=r'] as const;
    return { status: 200, headers: [type], body: writeBatch(answers, 'r') };
  }

  /** SharePoint wants a digest for what writes. */
  #do(operation: TextRequest, isValid: boolean): TextAnswer {
    if (!isValid && isWrite(operation)) {
      return { status: 403, headers: { 'Content-Type': 'application/json' }, body: json(INVALID).body ?? '' };
    }
    this.done.push(operation.url);
    return { status: 204 };
  }

  #sessionOf(headers: TokenRequest['headers']): Session | undefined {
    const cookies = new Map(
      (headers.cookie ?? '').split('; ').map((pair) => pair.split(/=(.*)/s) as [string, string]),
    );
    const session = this.#sessions.get(cookies.get('SAP_SESSIONID_ERP_100') ?? '');
    return session?.token === headers['x-csrf-token'] ? session : undefined;
  }

  #sessionOfDigest(headers: TokenRequest['headers']): Session | undefined {
    return [...this.#sessions.values()].find(({ token }) => token === headers['x-requestdigest']);
  }

  /** A fetch that goes to it. */
  readonly fetch: Fetch = async (url, { method, headers, body, signal }) => {
    if (signal.aborted) throw signal.reason;
    const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const text = body === undefined ? '' : Buffer.from(body).toString('latin1');
    const { pathname, search } = new URL(url);
    const request = { method, path: pathname + search, headers: Object.fromEntries(fields), body: text };
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    const reply = await Promise.race([this.handle(request), aborted]);
    const given = (reply.headers ?? []).map(([name, value]): [string, string] => [name, value]);
    const hasBody = reply.status !== 204 && method !== 'HEAD';
    return new Response(hasBody ? (reply.body ?? '') : null, { status: reply.status, headers: given });
  };

  /** Listens on a free port of 127.0.0.1. */
  async listen(): Promise<{ readonly url: string; close(): Promise<void> }> {
    const server = createServer((incoming, outgoing) => {
      void this.#serve(incoming, outgoing).catch(() => outgoing.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}`,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const fields = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
    const {
      status,
      headers = [],
      body = '',
    } = await this.handle({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: Object.fromEntries(fields),
      body: Buffer.concat(chunks).toString('latin1'),
    });
    outgoing.statusCode = status;
    for (const [name, value] of headers) outgoing.appendHeader(name, value);
    outgoing.end(body);
  }
}

const XML = [['Content-Type', 'application/xml;charset=utf-8']] as const;
const SECURITY = 'The security validation for this page is invalid.';
const INVALID_DIGEST = `<?xml version="1.0" encoding="utf-8"?><m:error xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:code>-2130575252, Microsoft.SharePoint.SPException</m:code><m:message xml:lang="en-US">${SECURITY}</m:message></m:error>`;
const INVALID = {
  'odata.error': {
    code: '-2130575251, Microsoft.SharePoint.SPException',
    message: { lang: 'en-US', value: SECURITY },
  },
};

function json(value: unknown): TokenReply {
  return { status: 200, headers: [['Content-Type', 'application/json']], body: JSON.stringify(value) };
}

function isWrite({ method }: TextRequest): boolean {
  return method !== 'GET';
}
