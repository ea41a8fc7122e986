import { sendBatchStream } from '../../src/client/send-batch-stream.ts';
import type { SendOptions } from '../../src/client/send-options.ts';
import type { SentResult } from '../../src/client/sent-result.ts';
import type { Fetch } from '../../src/transport/fetch.ts';
import { checkAccounts } from './check-accounts.ts';
import { FailingService, type FaultRates, type OperationRates } from './failing-service.ts';
import { isSafe, mixedOperations, mixedService } from './mixed-operations.ts';
import { seededRandom } from './seeded-random.ts';
import { serveOnLoopback } from './serve-on-loopback.ts';

/** Everything that can go wrong, each at a few of a hundred requests. */
export const EVERY_FAULT: FaultRates = {
  '429': 0.03,
  '429-date': 0.02,
  '503': 0.02,
  '503-later': 0.03,
  '500': 0.02,
  '502': 0.02,
  '504': 0.02,
  '408': 0.02,
  '524': 0.02,
  'reset-before': 0.03,
  'reset-during': 0.03,
  'reset-after': 0.03,
  cut: 0.03,
  slow: 0.02,
  late: 0.02,
  html: 0.01,
  stops: 0.05,
};
export const EVERY_STATUS: OperationRates = { '404': 0.01, '406': 0.01, '429': 0.02, '500': 0.01 };

/** What came of a run. */
export interface FailingRun {
  readonly results: readonly SentResult[];
  readonly service: FailingService;
  readonly wrong: readonly string[];
  readonly seconds: number;
}

/** Sends operations to a service on loopback that fails in every way at random. */
export async function runFailingService(
  count: number,
  seed: number,
  changes: SendOptions = {},
): Promise<FailingRun> {
  const slowMs = 900;
  const service = new FailingService({
    seed,
    faults: EVERY_FAULT,
    operationFaults: EVERY_STATUS,
    maxBytes: 28_000,
    tokenLife: 60,
    slowMs,
    now: Date.now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const server = await serveOnLoopback((request) => service.handle(request));
  // A port on which nobody listens any more.
  const nobody = await serveOnLoopback((request) => service.handle(request));
  await nobody.close();
  const serviceRoot = `${server.origin}/v1/`;
  const operations = mixedOperations(count, seed);
  const random = seededRandom(seed + 1);
  // Now and then the service can't be reached.
  const flaky: Fetch = (url, init) => {
    // On a machine that is busy a request can be late for no fault of the service.
    init.signal.addEventListener('abort', () => {
      const sent = [
        ...Buffer.from(init.body ?? '')
          .toString('latin1')
          .matchAll(/^X-Op: (\d+)/gm),
      ];
      const alone = init.headers['X-Op'];
      for (const index of alone === undefined ? sent.map(([, one]) => one) : [alone])
        service.lost.add(Number(index));
    });
    return fetch(random() < 0.03 ? url.replace(server.origin, nobody.origin) : url, init as RequestInit);
  };
  const results: SentResult[] = [];
  const begun = performance.now();
  try {
    const sending = sendBatchStream(operations, {
      service: mixedService(serviceRoot),
      fetch: flaky,
      headers: ({ refresh }) => ({ Authorization: refresh ? service.newToken() : service.token }),
      timeoutMs: 500,
      quarantineMs: 2 * slowMs,
      backOff: { base: 5, maximum: 50 },
      maxAttempts: 20,
      ...changes,
    });
    for await (const result of sending) results.push(result);
    const seconds = (performance.now() - begun) / 1000;
    // What the service began too late comes to its end.
    await new Promise((resolve) => setTimeout(resolve, slowMs + 100));
    return { results, service, wrong: checkAccounts({ operations, results, service, isSafe }), seconds };
  } finally {
    await server.close();
  }
}
