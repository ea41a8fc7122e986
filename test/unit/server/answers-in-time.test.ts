import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Batch,
  decodeBatchResponseStream,
  type EncodeBatchRequestOptions,
  encodeBatchRequest,
} from '../../../src/index.ts';
import { type BatchHandlerOptions, createBatchHandler, toNodeListener } from '../../../src/server.ts';
import { ROOT } from '../send-to-handler.ts';

// When a client that streams has the answer to an operation: before the next one has run, however long that takes.

const get = (url: string) => ({ method: 'GET', url });
const post = (url: string) => ({ method: 'POST', url, body: {} });

interface Case {
  readonly batch?: Batch;
  readonly encoding?: EncodeBatchRequestOptions;
  readonly options?: Partial<BatchHandlerOptions>;
  readonly headers?: Record<string, string>;
  readonly respond?: (url: string) => Response;
  /** How many results the client has when each operation runs. */
  readonly expected?: readonly number[];
}

const failA = (url: string) => new Response('{}', { status: url.endsWith('a') ? 404 : 200 });

const CASES: Readonly<Record<string, Case>> = {
  'of bodies that are held': {},
  'without bodies': { respond: () => new Response(null, { status: 204 }) },
  'of bodies that are streamed': {
    options: { maxBufferedBytes: 10 },
    respond: () => new Response('x'.repeat(1_000)),
  },
  'of bodies that end in line ends': { respond: () => new Response('x\r\n\r\n') },
  'without Content-IDs': { encoding: { contentId: 'none' } },
  'of change sets': {
    batch: [[post('a'), post('b')], [post('c')], get('d')],
    expected: [0, 0, 2, 3],
  },
  'of OData 3.0': { encoding: { version: '3.0' } },
  'that fail, where the client asks to go on': { encoding: { continueOnError: true }, respond: failA },
  "that fail, where the service goes on with continueOnError: 'always'": {
    options: { continueOnError: 'always' },
    respond: failA,
  },
  'of a change set that fails, in a batch that goes on': {
    batch: [[post('a'), post('b')], get('c'), get('d')],
    encoding: { continueOnError: true },
    respond: failA,
    expected: [0, 2, 3],
  },
  'in multipart, to a JSON batch': {
    encoding: { format: 'json' },
    options: { responseFormat: 'accept' },
    headers: { Accept: 'multipart/mixed' },
  },
};

describe('the answers', () => {
  it.each(Object.entries(CASES))(
    '%s are complete before the next operation runs (P-23)',
    async (_, given) => {
      const { batch = ['a', 'b', 'c'].map(get), encoding, options, headers } = given;
      const { respond = (url) => Response.json({ url }), expected = [0, 1, 2] } = given;
      const received: string[] = [];
      const receivedBefore: number[] = [];
      const handler = createBatchHandler({
        serviceRoot: ROOT,
        transaction: (run) => run(),
        ...options,
        fetch: ({ url }) => {
          receivedBefore.push(received.length);
          return respond(url);
        },
      });
      const request = encodeBatchRequest(batch, encoding);
      const response = await handler(
        new Request(`${ROOT}$batch`, { ...request, headers: { ...request.headers, ...headers } }),
      );
      for await (const { outcome } of decodeBatchResponseStream(response, { request }))
        received.push(outcome);
      expect(receivedBefore).toEqual(expected);
      expect(received).toHaveLength(batch.flat().length);
    },
  );

  it('that stop a batch are complete with its end', async () => {
    const handler = createBatchHandler({ serviceRoot: ROOT, fetch: ({ url }) => failA(url) });
    const request = encodeBatchRequest([get('a'), get('b')]);
    const response = await handler(new Request(`${ROOT}$batch`, request));
    const chunks: string[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk).toString('latin1'));
    expect(chunks).toHaveLength(2);
    expect(chunks[0]).toMatch(/HTTP\/1\.1 404 Not Found\r\n.*\{\}$/s);
    expect(chunks[1]).toMatch(/^\r\n--batchresponse_\w+--\r\n$/);
  });

  it('in JSON are complete objects', async () => {
    const handler = createBatchHandler({ serviceRoot: ROOT, fetch: () => Response.json({ a: 1 }) });
    const request = encodeBatchRequest([get('a'), get('b')], { format: 'json' });
    const response = await handler(new Request(`${ROOT}$batch`, request));
    const chunks: string[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk).toString('latin1'));
    const answer = (id: string) =>
      `{"id":"${id}","status":200,"headers":{"content-type":"application/json"},"body":{"a":1}}`;
    expect(chunks).toEqual([`{"responses":[${answer('1')}`, `,${answer('2')}`, ']}']);
  });
});

describe('over a connection', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  it('a client has each result while the next operation is still waited for', async () => {
    // Each operation is answered when the client has the result of the one before.
    const gates = ['a', 'b', 'c', 'd'].map(() => {
      let open = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      return { open, opened };
    });
    gates[0]?.open();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(() => {
      server.close();
      server.closeAllConnections();
    });
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/odata/`;
    const handler = createBatchHandler({
      serviceRoot: root,
      transaction: (run) => run(),
      fetch: async ({ url }) => {
        const name = url.slice(root.length);
        await gates['abcd'.indexOf(name)]?.opened;
        return Response.json({ name });
      },
    });
    server.on('request', toNodeListener(handler));

    const request = encodeBatchRequest([get('a'), [post('b')], get('c'), get('d')]);
    const response = await fetch(`${root}$batch`, request);
    const names: unknown[] = [];
    for await (const result of decodeBatchResponseStream(response, { request })) {
      if (result.ok) names.push((result.value as { name: string }).name);
      gates[names.length]?.open();
    }
    expect(names).toEqual(['a', 'b', 'c', 'd']);
  });
});
