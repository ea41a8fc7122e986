import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, headersOf } from './exchange.ts';
import type { DoubleFetchInit, ServiceDouble } from './service-double.ts';

/** A double that listens on 127.0.0.1. */
export interface LoopbackServer {
  /** `http://127.0.0.1:` and the port. */
  readonly url: string;
  /** A fetch that goes to the double with what is meant for the service's own origin. */
  readonly fetch: (url: string, init?: DoubleFetchInit) => Promise<Response>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Lets a double listen on a free port of 127.0.0.1. */
export async function serveDouble(double: ServiceDouble): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    answer(double, request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async fetch(given, init = {}) {
      const { body, ...rest } = init;
      const target = given.startsWith(`${double.origin}/`) ? url + given.slice(double.origin.length) : given;
      const sent = typeof body === 'string' ? body : body?.slice();
      const response = await fetch(target, { ...rest, redirect: 'manual', ...(sent && { body: sent }) });
      // Without its own URL, which would look like another origin than the one that was asked.
      const { status, statusText, headers } = response;
      return new Response(response.body, { status, statusText, headers });
    },
    close() {
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      });
    },
  };
}

async function answer(
  double: ServiceDouble,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const fields = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  const asked = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: new Map(fields),
    body: new Uint8Array(Buffer.concat(chunks)),
  };
  const delivery = await double.exchange(asked, () => !response.destroyed);
  if (delivery.kind === 'lost') {
    response.destroy();
    return;
  }
  const octets = bodyOf(delivery.answer);
  response.writeHead(delivery.answer.status, {
    ...headersOf(delivery.answer),
    'Content-Length': String(octets.length),
  });
  if (delivery.kind === 'whole') response.end(octets);
  else response.write(octets.subarray(0, octets.length >> 1), () => response.destroy());
}
