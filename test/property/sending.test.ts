import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/batch/operation.ts';
import { sendBatchStream } from '../../src/client/send-batch-stream.ts';
import type { SentResult } from '../../src/client/sent-result.ts';
import { sleep } from '../../src/transport/clock.ts';
import { checkAccounts } from '../doubles/check-accounts.ts';
import { doubleFetch } from '../doubles/double-fetch.ts';
import { FailingService, type Fault } from '../doubles/failing-service.ts';
import { isSafe, mixedService } from '../doubles/mixed-operations.ts';
import { VirtualClock } from '../unit/virtual-clock.ts';
import { RUNS, SEED } from './seed.ts';

const serviceRoot = 'https://shop.example/v1/';
const SLOW_MS = 30_000;
const TIMEOUT_MS = 20_000;

/** What the model knows: which operations there are. */
interface Model {
  pushed: number;
  isClosed: boolean;
}

/** A run that sends what is pushed, and the service that it sends to. */
class Real {
  readonly clock = new VirtualClock();
  readonly operations: Operation[] = [];
  readonly results: SentResult[] = [];
  readonly service: FailingService;
  readonly finished: Promise<void>;
  #coming: Operation[] = [];
  #isClosed = false;
  #wake = () => {};

  constructor(seed: number) {
    this.service = new FailingService({
      seed,
      operationFaults: { '404': 0.05, '406': 0.05, '429': 0.1, '500': 0.1 },
      maxBytes: 2000,
      tokenLife: 1_000_000,
      slowMs: SLOW_MS,
      now: () => this.clock.now(),
      wait: (ms) => sleep(this.clock, ms),
    });
    this.finished = this.#run();
  }

  push(operations: readonly Operation[]): void {
    this.operations.push(...operations);
    this.#coming.push(...operations);
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Must hold at any time. */
  check(): void {
    const ran = new Map<number, number>();
    const newest = new Map<string, number>();
    for (const { index, path, status } of this.service.done) {
      if (status < 400) ran.set(index, (ran.get(index) ?? 0) + 1);
      // What is not let in has not run.
      if (status === 429) continue;
      expect(index).toBeGreaterThanOrEqual(newest.get(path) ?? 0);
      newest.set(path, index);
    }
    for (const [index, times] of ran) {
      if (!isSafe(this.operations[index] as Operation)) expect(times).toBe(1);
    }
    const told = this.results.map(({ index }) => index);
    expect(new Set(told).size).toBe(told.length);
  }

  async *#source(): AsyncGenerator<Operation, void, undefined> {
    for (;;) {
      const next = this.#coming.shift();
      if (next !== undefined) yield next;
      else if (this.#isClosed) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async #run(): Promise<void> {
    const sent = sendBatchStream(this.#source(), {
      service: mixedService(serviceRoot, { limits: { maxOperations: 8, countsOperations: true } }),
      fetch: doubleFetch((request) => this.service.handle(request)),
      headers: ({ refresh }) => ({
        Authorization: refresh ? this.service.newToken() : this.service.token,
      }),
      clock: this.clock,
      concurrency: 3,
      timeoutMs: TIMEOUT_MS,
      // The service ends what it begins late within the time that it takes.
      quarantineMs: SLOW_MS,
      maxAttempts: 6,
    });
    for await (const result of sent) this.results.push(result as SentResult);
  }
}

type Command = fc.AsyncCommand<Model, Real>;

const KINDS = ['GET', 'PUT', 'PATCH', 'DELETE', 'POST'] as const;

/** Operations on a few things, so that they are in each other's way. */
const push = fc
  .array(
    fc.record({
      method: fc.constantFrom(...KINDS),
      product: fc.nat(5),
      isNamed: fc.nat(5).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map(
    (kinds): Command => ({
      check: ({ isClosed }) => !isClosed,
      async run(model, real) {
        const operations = kinds.map(({ method, product, isNamed }, place): Operation => {
          const index = model.pushed + place;
          const headers = { 'X-Op': String(index) };
          const id = isNamed ? { id: `n${index}` } : {};
          const operation = { method, url: `/v1/Products(${product})`, headers, ...id };
          if (method === 'GET' || method === 'DELETE') return operation;
          // What was named just before is referred to, and stays with this one.
          const body = kinds[place - 1]?.isNamed ? { Value: `$n${index - 1}` } : { Value: 'x' };
          return { ...operation, body };
        });
        model.pushed += operations.length;
        real.push(operations);
        await real.clock.advance(0);
        real.check();
      },
      toString: () =>
        `push ${kinds.map(({ method, product, isNamed }) => `${method} ${product}${isNamed ? ' named' : ''}`).join(', ')}`,
    }),
  );

const FAULTS: readonly (Fault | 'none')[] = [
  'none',
  '429',
  '429-date',
  '503',
  '503-later',
  '500',
  '502',
  '504',
  '408',
  '524',
  'reset-before',
  'reset-during',
  'reset-after',
  'cut',
  'slow',
  'late',
  'stops',
];

const fault = fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 6 }).map(
  (faults): Command => ({
    check: () => true,
    async run(_, real) {
      real.service.toCome.push(...faults);
      real.check();
    },
    toString: () => `faults ${faults.join(', ')}`,
  }),
);

const advance = fc.nat(60_000).map(
  (ms): Command => ({
    check: () => true,
    async run(_, real) {
      await real.clock.advance(ms);
      real.check();
    },
    toString: () => `advance ${ms}`,
  }),
);

const forget = fc.constant<Command>({
  check: () => true,
  async run(_, real) {
    real.service.forgetToken();
  },
  toString: () => 'token expires',
});

const close = fc.constant<Command>({
  check: ({ isClosed }) => !isClosed,
  async run(model, real) {
    model.isClosed = true;
    real.close();
    await real.clock.advance(0);
  },
  toString: () => 'close',
});

describe('a run, whatever happens and whenever', () => {
  it('gives each operation one true outcome, does nothing unsafe twice and nothing old after new', async () => {
    const commands = fc.commands([push, push, fault, fault, advance, forget, close], { maxCommands: 40 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), commands, async (seed, given) => {
        const real = new Real(seed);
        await fc.asyncModelRun(() => ({ model: { pushed: 0, isClosed: false }, real }), given);
        real.close();
        await real.clock.until(real.finished);
        await real.clock.advance(SLOW_MS);
        real.check();
        const { operations, results, service } = real;
        expect(checkAccounts({ operations, results, service, isSafe })).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
