import { BatchUsageError } from '../errors.ts';
import { expectArgument, expectObject, isObject } from '../expect-argument.ts';
import { expectNames, expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import type { AbortSignalLike } from './abort-signal.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Rate, RateWindow } from './rate-window.ts';
import { type CountingRules, operationsFor, requestCost } from './request-cost.ts';

/** What a service takes from one caller; `service.limits` is of this kind. */
export interface BudgetLimits extends CountingRules {
  /** Requests in a time, all of which hold. Default none. */
  readonly rates?: readonly Rate[] | undefined;
  /** Requests that may be under way at once. Default any number. */
  readonly maxConcurrentRequests?: number | undefined;
}

/** How many requests are asked for. */
export interface Ask {
  readonly atMost: number;
  /** With fewer it is better to wait. Default `atMost`. */
  readonly atLeast?: number | undefined;
}

/** Leave to send. */
export interface Lease {
  /** How many requests may be made: between `atLeast` and `atMost`. */
  readonly requests: number;
  /** Gives back at once what is not needed: no more than so many requests are made. */
  trim(requests: number): void;
  /**
   * Gives the connection back when the answer has come, or nothing comes any more; a second time does nothing.
   *
   * @param used how many of the requests were made. Default all
   */
  release(used?: number): void;
}

/** Why nothing can be sent just now. */
export type BudgetWait = 'rate' | 'connection' | 'pause';

/**
 * What may be sent to one service, shared between all who send there. Whoever asks first is served first, however much the
 * others ask for.
 */
export interface Budget {
  readonly limits: BudgetLimits;
  /** The most requests that it can ever give at once. */
  readonly capacity: number;
  /** How many requests a batch counts for: one, or one for each operation, or both together. */
  costOf(operations: number): number;
  /** How many operations a batch may have that counts for so many requests. */
  operationsFor(requests: number): number;
  /** How many requests it could give now, those who wait not counted. */
  available(): number;
  /** Why it could give none now. */
  waitingFor(): BudgetWait | undefined;
  /**
   * Waits for leave to send. Rejects with the signal's reason where that is aborted, and with BatchUsageError
   * `budget-too-small` where it can never be given, `invalid-option` for what is no number.
   */
  acquire(ask: Ask, options?: { readonly signal?: AbortSignalLike | undefined }): Promise<Lease>;
  /** Gives nothing for so many milliseconds, because the service asked for it. */
  pause(ms: number): void;
}

/**
 * Counts the requests that a service takes: in every window of time that slides, and under way at once. A request counts from
 * the moment it is given until the window's length after it was released, so that the service, which sees it in between, never
 * counts more than it allows. Give one budget to all who send with the same account.
 *
 * Throws BatchUsageError `invalid-option`.
 *
 * @example
 * const budget = createBudget(service.limits);
 * await Promise.all([sendBatch(prices, { service, budget }), sendBatch(stock, { service, budget })]);
 */
export function createBudget(limits: BudgetLimits = {}, options: { readonly clock?: Clock } = {}): Budget {
  expectNames(limits, LIMITS, 'limits');
  expectOptions(options, { clock: '.schedule' });
  const { clock = systemClock } = options;
  checkLimits(limits);
  return new SharedBudget(limits, clock);
}

/** The names of the limits, and of others that a service has and a budget does not look at. */
const LIMITS: OptionNames = {
  rates: true,
  maxConcurrentRequests: true,
  countsOperations: true,
  countsBatch: true,
  maxOperations: true,
  maxItems: true,
  maxOperationsPerChangeSet: true,
  safeOperationsPerChangeSet: true,
  maxBytes: true,
  maxUrlLength: true,
} satisfies NamesOf<BudgetLimits> & OptionNames;

interface Waiter {
  readonly atMost: number;
  readonly atLeast: number;
  give(lease: Lease): void;
}

class SharedBudget implements Budget {
  readonly limits: BudgetLimits;
  readonly capacity: number;
  readonly #clock: Clock;
  readonly #windows: readonly RateWindow[];
  readonly #connections: number;
  readonly #waiters: Waiter[] = [];
  #underWay = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #cancelTimer = () => {};

  constructor(limits: BudgetLimits, clock: Clock) {
    const { rates = [], maxConcurrentRequests = Number.POSITIVE_INFINITY } = limits;
    this.limits = limits;
    this.#clock = clock;
    this.#windows = rates.map((rate) => new RateWindow(rate));
    this.#connections = maxConcurrentRequests;
    this.capacity = Math.min(Number.POSITIVE_INFINITY, ...rates.map(({ requests }) => requests));
  }

  costOf(operations: number): number {
    return requestCost(operations, this.limits);
  }

  operationsFor(requests: number): number {
    return operationsFor(requests, this.limits);
  }

  available(): number {
    const now = this.#clock.now();
    return now < this.#pausedUntil || this.#underWay >= this.#connections ? 0 : this.#room(now);
  }

  waitingFor(): BudgetWait | undefined {
    const now = this.#clock.now();
    if (now < this.#pausedUntil) return 'pause';
    if (this.#underWay >= this.#connections) return 'connection';
    return this.#room(now) < (this.#waiters[0]?.atLeast ?? 1) ? 'rate' : undefined;
  }

  acquire(ask: Ask, options: { readonly signal?: AbortSignalLike | undefined } = {}): Promise<Lease> {
    return new Promise((resolve, reject) => {
      expectObject(ask, 'ask', '{ atMost }');
      expectOptions(options, { signal: '.addEventListener' });
      const { atMost, atLeast = atMost } = ask;
      const { signal } = options;
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (!(atMost >= 0 && atLeast >= 0)) {
        const message = 'expected numbers of requests';
        reject(new BatchUsageError([{ path: 'ask', code: 'invalid-option', message }]));
        return;
      }
      if (atLeast > this.capacity) {
        const message = `the budget gives ${this.capacity} requests at once, and ${atLeast} are needed`;
        reject(new BatchUsageError([{ path: 'budget', code: 'budget-too-small', message }]));
        return;
      }
      const onAbort = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal?.reason);
        this.#serve();
      };
      const give = (lease: Lease) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(lease);
      };
      const waiter = { atMost, atLeast, give };
      signal?.addEventListener('abort', onAbort);
      this.#waiters.push(waiter);
      this.#serve();
    });
  }

  pause(ms: number): void {
    if (!(ms > 0)) return;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms);
    this.#serve();
  }

  /** Serves who waits, in order; then waits for the time when the next one can be served. */
  #serve(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    for (let [waiter] = this.#waiters; waiter !== undefined; [waiter] = this.#waiters) {
      const now = this.#clock.now();
      const at = this.#servedAt(waiter, now);
      if (at === undefined) return;
      if (at > now) {
        this.#cancelTimer = this.#clock.schedule(() => this.#serve(), Math.ceil(at - now));
        return;
      }
      this.#waiters.shift();
      waiter.give(this.#lease(Math.min(waiter.atMost, this.#room(now))));
    }
  }

  /** When there will be enough, as far as the clock tells; undefined where a request has to end first. */
  #servedAt({ atLeast }: Waiter, now: number): number | undefined {
    if (this.#underWay >= this.#connections) return undefined;
    let at = Math.max(now, this.#pausedUntil);
    for (const window of this.#windows) {
      const free = window.freeAt(atLeast, now);
      if (free === undefined) return undefined;
      at = Math.max(at, free);
    }
    return at;
  }

  #room(now: number): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#windows.map((window) => window.room(now)));
  }

  #lease(granted: number): Lease {
    this.#underWay++;
    for (const window of this.#windows) window.begin(granted);
    let requests = granted;
    let isReleased = false;
    const trim = (needed: number) => {
      const spare = Math.max(0, requests - needed);
      if (isReleased || spare === 0) return;
      requests -= spare;
      for (const window of this.#windows) window.cancel(spare);
      this.#serve();
    };
    return {
      get requests() {
        return requests;
      },
      trim,
      release: (used = requests) => {
        if (isReleased) return;
        trim(used);
        isReleased = true;
        this.#underWay--;
        const now = this.#clock.now();
        for (const window of this.#windows) if (requests > 0) window.end(requests, now);
        this.#serve();
      },
    };
  }
}

function checkLimits({ rates = [], maxConcurrentRequests }: BudgetLimits): void {
  const list: unknown = rates;
  const areRates = Array.isArray(list) && list.every((rate) => isObject(rate));
  expectArgument(areRates, 'limits.rates', 'a list of { requests, seconds }');
  const isCount = (value: number | undefined) =>
    value === undefined || (Number.isInteger(value) && value > 0);
  const wrong = [
    ...rates.flatMap(({ requests, seconds }, index) => [
      ...(isCount(requests) ? [] : [`limits.rates[${index}].requests`]),
      ...(seconds > 0 && Number.isFinite(seconds) ? [] : [`limits.rates[${index}].seconds`]),
    ]),
    ...(isCount(maxConcurrentRequests) ? [] : ['limits.maxConcurrentRequests']),
  ].map((path) => ({ path, code: 'invalid-option' as const, message: 'expected a number above 0' }));
  const [first, ...rest] = wrong;
  if (first !== undefined) throw new BatchUsageError([first, ...rest]);
}
