import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request as sendRequest } from 'node:http';
import { duplexPair, Readable } from 'node:stream';

/** Asks an application of Node for answers without a network: in the same process, and so in the same transaction. */
export function fetchFrom(app: RequestListener): (request: Request) => Promise<Response> {
  const server = createServer(app);
  return async (request) => {
    const { host, pathname, search } = new URL(request.url);
    const [ours, theirs] = duplexPair();
    server.emit('connection', theirs);
    const outgoing = sendRequest({
      createConnection: () => ours,
      method: request.method,
      path: pathname + search,
      headers: { ...Object.fromEntries(request.headers), host },
      signal: request.signal,
    });
    outgoing.end(Buffer.from(await request.arrayBuffer()));

    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const { statusCode: status = 500, headersDistinct } = incoming;
    const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    );
    const hasBody = status !== 204 && status !== 304;
    return new Response(hasBody ? (Readable.toWeb(incoming) as ReadableStream) : null, { status, headers });
  };
}
