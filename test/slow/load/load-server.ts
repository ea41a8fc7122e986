import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createBatchHandler, toNodeListener } from '../../../src/server.ts';

// What the load test talks to, in a process of its own, whose memory is nobody else's: prints its port, and answers
// `GET /state` with what it holds. Needs --expose-gc.

/** What the server tells of itself. */
export interface ServerState {
  /** Operations that were begun, and those that have not ended. */
  readonly begun: number;
  readonly running: number;
  /** Change sets that were begun and neither committed nor rolled back. */
  readonly open: number;
  readonly errors: readonly string[];
  /** Octets, when all garbage is gone. */
  readonly heap: number;
}

let begun = 0;
let running = 0;
let open = 0;
const errors: string[] = [];

/** Says which operation it answers, sooner or later: every seventh waits, every eleventh has a large answer. */
async function answer(request: Request): Promise<Response> {
  begun++;
  running++;
  try {
    const { name, text } = (await request.json()) as { name: string; text: string };
    if (begun % 7 === 0) await wait(1);
    return Response.json({
      name,
      text,
      url: request.url,
      padding: '-'.repeat(begun % 11 === 0 ? 20_000 : 0),
    });
  } finally {
    running--;
  }
}

const server = createServer();
// A thousand clients may knock at once.
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, () => {
  const { port } = server.address() as AddressInfo;
  const answerBatch = createBatchHandler({
    serviceRoot: `http://127.0.0.1:${port}/odata/`,
    fetch: answer,
    maxBufferedBytes: 10_000,
    onError: (error) => errors.push(String(error)),
    async transaction(run) {
      open++;
      try {
        return await run();
      } finally {
        open--;
      }
    },
  });
  server.on(
    'request',
    toNodeListener(
      async (request) => {
        if (!request.url.endsWith('/state')) return answerBatch(request);
        for (let at = 0; at < 3; at++) {
          await wait(10);
          globalThis.gc?.();
        }
        const state: ServerState = { begun, running, open, errors, heap: process.memoryUsage().heapUsed };
        return Response.json(state);
      },
      { onError: (error) => errors.push(String(error)) },
    ),
  );
  process.send?.(port);
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
