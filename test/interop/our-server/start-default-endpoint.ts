import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BatchHandlerOptions, createBatchHandler, toNodeListener } from 'odata-batch-codec/server';

/** What the service was asked. */
export interface Asked {
  readonly line: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface DefaultEndpoint {
  readonly origin: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

/** A row of the service; what is written into a change set that fails is taken back. */
type Rows = Map<string, unknown>;

/**
 * A service of rows with a batch endpoint behind a real socket, made with what the endpoint has to be told and nothing more: where
 * the service is, what answers an operation, and a transaction.
 *
 * @param root the path of the service root
 */
export async function startDefaultEndpoint(
  root: string,
  options: Partial<BatchHandlerOptions> = {},
): Promise<DefaultEndpoint> {
  let rows: Rows = new Map();
  const asked: Asked[] = [];
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answerBatch = createBatchHandler({
    serviceRoot: origin + root,
    fetch: async (request) => {
      const path = decodeURIComponent(new URL(request.url).pathname.slice(root.length));
      const body = await request.text();
      asked.push({ line: `${request.method} ${path}`, headers: request.headers, body });
      return answer(request.method, path, body, rows);
    },
    transaction: async (run) => {
      const before = new Map(rows);
      try {
        return await run();
      } catch (error) {
        rows = before;
        throw error;
      }
    },
    ...options,
  });
  server.on('request', toNodeListener(answerBatch));
  return {
    origin,
    asked,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(method: string, path: string, body: string, rows: Rows): Response {
  const failure = (status: number, code: string) =>
    Response.json({ error: { code, message: `${method} ${path}` } }, { status });
  if (path.includes('Missing')) return failure(404, 'NotFound');
  if (path.includes('Taken') || body.includes('Taken')) return failure(409, 'Conflict');
  if (method === 'GET') return Response.json(rows.get(path) ?? { path });
  const value: unknown = body === '' ? null : JSON.parse(body);
  const place = method === 'POST' ? `${path}(${rows.size + 1})` : path;
  if (method === 'DELETE') rows.delete(place);
  else rows.set(place, value);
  return method === 'POST'
    ? Response.json({ place, value }, { status: 201, headers: { Location: place } })
    : new Response(null, { status: 204, headers: { ETag: 'W/"1"' } });
}
