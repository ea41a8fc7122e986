import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply, WireRequest } from './failing-service.ts';

/** Serves on a free port of this machine. */
export async function serveOnLoopback(
  handle: (request: WireRequest) => Promise<Reply>,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, handle).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: WireRequest) => Promise<Reply>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  const reply = await handle({
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    headers,
    body: body.toString('latin1'),
    length: body.length,
  });
  if (reply.kind === 'reset') {
    incoming.socket.destroy();
    return;
  }
  const { status, headers: fields, body: text = '' } = reply.answer;
  outgoing.writeHead(status, { ...fields });
  if (reply.cutAt === undefined) outgoing.end(text);
  else outgoing.write(text.slice(0, reply.cutAt), () => incoming.socket.destroy());
}
