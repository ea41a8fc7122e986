import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeListener } from '../../../src/server.ts';
import { answerBatch } from './answer-batch.ts';
import { answerOperation } from './answer-operation.ts';
import { Catalog } from './catalog.ts';

/** How the double behaves. */
export interface ChannelAdvisorDoubleOptions {
  readonly products?: Iterable<number>;
  /** What `Authorization: Bearer` or `access_token` have to say. Default `token`. */
  readonly token?: string;
  readonly reads?: 'parts' | 'set';
  readonly maxOperations?: number;
  /** Looks at each HTTP request first: a Response is the answer, for a service that is busy or broken. */
  readonly intercept?: (request: Request) => Response | undefined | Promise<Response | undefined>;
}

/** What counts against the limits of the service: a batch, and each operation. */
export interface CountedRequest {
  readonly kind: 'batch' | 'operation' | 'single';
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Milliseconds, of a clock that only goes forward. */
  readonly at: number;
}

/** A running double. */
export interface ChannelAdvisorDouble {
  /** With a slash at its end. */
  readonly serviceRoot: string;
  readonly endpoint: string;
  readonly catalog: Catalog;
  /** In the order in which they were carried out. */
  readonly log: readonly CountedRequest[];
  stop(): Promise<void>;
}

/** Serves a double of ChannelAdvisor on loopback, on a free port. */
export async function serveChannelAdvisor(
  options: ChannelAdvisorDoubleOptions = {},
): Promise<ChannelAdvisorDouble> {
  const {
    products = [1, 2, 123],
    token = 'token',
    reads = 'parts',
    maxOperations = 100,
    intercept,
  } = options;
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const serviceRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  const catalog = new Catalog(products);
  const log: CountedRequest[] = [];
  const count = (kind: CountedRequest['kind'], method: string, url: string, status: number) => {
    log.push({ kind, method, url, status, at: performance.now() });
  };

  const answer = async (request: Request): Promise<Response> => {
    const intercepted = await intercept?.(request);
    if (intercepted !== undefined) return intercepted;
    if (!isAuthorized(request, token)) {
      return Response.json({ Message: 'Authorization has been denied for this request.' }, { status: 401 });
    }
    const { method, url } = request;
    const [target = ''] = url.split('?');
    if (method === 'POST' && target === `${serviceRoot}$batch`) {
      const response = await answerBatch(catalog, request, {
        serviceRoot,
        reads,
        maxOperations,
        onOperation: (operation, { status }) => count('operation', operation.method, operation.url, status),
      });
      count('batch', method, url, response.status);
      return response;
    }
    const text = await request.text();
    const path = target.slice(serviceRoot.length);
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    const { status, body } = answerOperation(catalog, { method, path, json, inBatch: false });
    count('single', method, url, status);
    return body === undefined ? new Response(null, { status }) : Response.json(body, { status });
  };
  server.on('request', toNodeListener(answer));

  return {
    serviceRoot,
    endpoint: `${serviceRoot}$batch`,
    catalog,
    log,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

function isAuthorized({ headers, url }: Request, token: string): boolean {
  return (
    headers.get('Authorization') === `Bearer ${token}` ||
    new URL(url).searchParams.get('access_token') === token
  );
}
