import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type DecodeRequestOptions,
  decodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
} from '../../../src/index.ts';
import { answerBatch } from './answer-batch.ts';
import type { ServedService } from './served-service.ts';

export interface BatchServer {
  readonly origin: string;
  stop(): Promise<void>;
}

/** The server half of the codec behind a real socket, and nothing but `$batch`. */
export async function startBatchServer(
  service: ServedService,
  options: DecodeRequestOptions = {},
): Promise<BatchServer> {
  const server = createServer((request, response) => {
    answer(request, response, service, options).catch((error: unknown) => {
      response
        .writeHead(isBatchError(error) ? 400 : 500, { 'Content-Type': 'text/plain' })
        .end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  service: ServedService,
  options: DecodeRequestOptions,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.method !== 'POST' || request.url !== `${service.root}$batch`) {
    response.writeHead(404).end();
    return;
  }
  const origin = `http://${request.headers.host}`;
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  const batch = decodeBatchRequest(
    { headers, body: Buffer.concat(chunks) },
    { serviceRoot: origin + service.root, ...options },
  );
  const {
    status,
    headers: answered,
    body,
  } = encodeBatchResponse(answerBatch(batch, service, origin), {
    request: batch,
    failedChangeSet: service.failedChangeSet,
  });
  response.writeHead(status, answered).end(body);
}
