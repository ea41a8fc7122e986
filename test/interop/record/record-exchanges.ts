import { once } from 'node:events';
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One message as it went over the wire: header names as written, the body without chunked framing. */
export interface RecordedMessage {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
}

export interface Recorder {
  /** Where to send to instead of to the server. */
  readonly origin: string;
  /** What went through since the last call, in the order of the requests. */
  take(): Promise<Exchange[]>;
  stop(): Promise<void>;
}

/** Stands in front of a server and keeps what goes through, bytes untouched. */
export async function recordExchanges(upstreamPort: number): Promise<Recorder> {
  let exchanges: Promise<Exchange>[] = [];
  const server = createServer((incoming, outgoing) => {
    const exchange = pass(incoming, upstreamPort).then(({ answer, body, ...rest }) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutFraming(answer.rawHeaders));
      outgoing.end(body);
      return { ...rest, response: { headers: pairs(answer.rawHeaders), body } };
    });
    exchange.catch(() => outgoing.destroy());
    exchanges.push(exchange);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = exchanges;
      exchanges = [];
      return Promise.all(taken);
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function pass(incoming: IncomingMessage, port: number) {
  const method = incoming.method ?? 'GET';
  const target = incoming.url ?? '/';
  const sent = await readAll(incoming);
  const upstream = sendRequest({
    host: '127.0.0.1',
    port,
    method,
    path: target,
    agent: false,
    headers: [...withoutFraming(incoming.rawHeaders), 'Content-Length', String(sent.length)],
  });
  upstream.end(sent);
  const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
  const body = await readAll(answer);
  const request: RecordedMessage = { headers: pairs(incoming.rawHeaders), body: sent };
  return { method, target, status: answer.statusCode ?? 502, request, answer, body };
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Accept-Encoding goes too: a compressed answer could be read by no one. */
const FRAMING = /^(?:connection|keep-alive|content-length|transfer-encoding|accept-encoding)$/i;

function withoutFraming(raw: readonly string[]): string[] {
  return pairs(raw)
    .filter(([name]) => !FRAMING.test(name))
    .flat();
}

function pairs(raw: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] as string, raw[i + 1] as string]);
  return list;
}
