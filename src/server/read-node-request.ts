import { octetsOf } from '../bytes/octets-of.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import type { FetchRequest } from './fetch-request.ts';
import { parseUrl } from './locate-operation.ts';
import type { NodeRequest } from './node-request.ts';

/** The part of the fetch and streams standards that is used here. */
interface Globals {
  readonly Headers: new () => { append(name: string, value: string): void; get(name: string): string | null };
  readonly Request: new (url: string, init: object) => FetchRequest;
  readonly ReadableStream: new (source: object, strategy: object) => unknown;
}

/** Makes a Request of what Node's server gives; its body is read as it is asked for. Throws a TypeError where it can't be one. */
export function readNodeRequest(incoming: NodeRequest, signal: AbortSignalLike): FetchRequest {
  const { Headers, Request } = globalThis as unknown as Globals;
  const { method = 'GET', rawHeaders } = incoming;
  const headers = new Headers();
  const cookies: string[] = [];
  let authority: string | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    const value = rawHeaders[at + 1] as string;
    if (name === ':authority') authority = value;
    // HTTP/2 sends each cookie as a field of its own (RFC 9113 section 8.2.3).
    else if (/^cookie$/i.test(name)) cookies.push(value);
    else if (!name.startsWith(':')) headers.append(name, value);
  }
  if (cookies.length > 0) headers.append('Cookie', cookies.join('; '));
  const url = urlOf(incoming, authority ?? headers.get('Host') ?? '');
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  return new Request(url, { method, headers, signal, body: bodyOf(incoming), duplex: 'half' });
}

/** The absolute URL that was asked for; a host that is none is not worth a refusal. */
function urlOf({ url = '/', originalUrl = url, socket }: NodeRequest, host: string): string {
  const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
  const origin = parseUrl(`${scheme}://${host}`)?.origin ?? `${scheme}://localhost`;
  return originalUrl.startsWith('/') ? origin + originalUrl : (parseUrl(originalUrl)?.href ?? `${origin}/`);
}

function bodyOf(incoming: NodeRequest): unknown {
  if (!incoming.readableEnded) return streamOf(incoming);
  // What `express.raw` and the like leave behind.
  const { body } = incoming;
  const bytes = typeof body === 'string' ? body : octetsOf(body);
  if (bytes !== undefined) return bytes;
  throw new BodyReadBefore();
}

/** A body parser, such as Express' `express.json()` or Fastify's own, has read the body and left nothing that could be read again. */
export class BodyReadBefore extends Error {
  constructor() {
    super('the body of the request was read before: mount the batch endpoint before body parsers');
    this.name = 'BodyReadBefore';
  }
}

/** One chunk for each that is asked for; what nobody asks for waits in the socket. */
function streamOf(incoming: NodeRequest): unknown {
  const { ReadableStream } = globalThis as unknown as Globals;
  interface Controller {
    enqueue(chunk: Uint8Array): void;
    close(): void;
    error(error: Error): void;
  }
  let isOver = false;
  const source = {
    start(controller: Controller) {
      const finish = (end: () => void) => {
        if (!isOver) end();
        isOver = true;
      };
      // Before anybody listens for data, which would begin to flow then.
      incoming.pause();
      incoming.on('data', (chunk: Uint8Array) => {
        if (isOver) return;
        incoming.pause();
        controller.enqueue(chunk);
      });
      incoming.on('end', () => finish(() => controller.close()));
      incoming.on('error', (error: Error) => finish(() => controller.error(error)));
      incoming.on('close', () => finish(() => controller.error(new Error('the request was cut off'))));
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      isOver = true;
      // The rest is thrown away, and the connection kept for the answer.
      incoming.resume();
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}
