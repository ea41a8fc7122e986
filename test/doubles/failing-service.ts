import { readBatch, type TextAnswer, type TextRequest, writeBatch } from './batch-text.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * What can happen to a request. `reset-…`: the connection breaks before the service has done anything, when it has done a part, or
 * all of it. `cut`: all is done, and the answer breaks off. `slow`: all is done, and the answer comes too late. `late`: the
 * service begins too late, and does all the same.
 */
export type Fault =
  | '429'
  | '429-date'
  | '503'
  | '503-later'
  | '500'
  | '502'
  | '504'
  | '408'
  | '524'
  | 'reset-before'
  | 'reset-during'
  | 'reset-after'
  | 'cut'
  | 'slow'
  | 'late'
  | 'html'
  | 'stops';

/** How often each happens, from 0 to 1. */
export type FaultRates = { readonly [K in Fault]?: number };

/** What can happen to an operation: refused for good, refused for now, or failed, with the status. */
export interface OperationRates {
  readonly '404'?: number;
  readonly '406'?: number;
  readonly '429'?: number;
  readonly '500'?: number;
}

export interface FailingServiceOptions {
  readonly seed: number;
  readonly faults?: FaultRates;
  readonly operationFaults?: OperationRates;
  /** Octets of a body; beyond that 413. */
  readonly maxBytes?: number;
  /** After so many requests the token is no longer known. */
  readonly tokenLife?: number;
  /** How long `slow` and `late` take. */
  readonly slowMs?: number;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** A request as it came over the wire. */
export interface WireRequest extends TextRequest {
  readonly length: number;
}

/** What goes back: an answer, whole or cut off behind so many characters, or nothing. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: TextAnswer; readonly cutAt?: number }
  | { readonly kind: 'reset' };

/** An operation that the service has worked on. */
export interface Done {
  /** From the operation's field X-Op. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A request that the service counted. */
export interface Counted {
  readonly at: number;
  readonly count: number;
  readonly fault: Fault | undefined;
}

/** A service that fails in every way that services do, and notes what it really did. */
export class FailingService {
  /** In the order in which it was done. */
  readonly done: Done[] = [];
  /** Statuses that were answered for each operation, lost or not. */
  readonly answered = new Map<number, number[]>();
  readonly counted: Counted[] = [];
  /** Operations whose answer was lost, or whose request was, at least once. */
  readonly lost = new Set<number>();
  /** What happens to the next requests; `none` is no fault. Chance rules when there are no more. */
  readonly toCome: (Fault | 'none')[] = [];
  /** Faults that happened. */
  readonly happened = new Map<string, number>();
  readonly #options: FailingServiceOptions;
  readonly #random: () => number;
  #token = 1;
  #uses = 0;
  /** Whatever the token, it is gone: for runs that must end. */
  isClosed = false;

  constructor(options: FailingServiceOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  /** What a client is given that asks for a token. */
  newToken(): string {
    this.#token++;
    this.#uses = 0;
    return this.token;
  }

  /** The token is no longer known. */
  forgetToken(): void {
    this.#uses = this.#options.tokenLife ?? 0;
  }

  get token(): string {
    return `Bearer secret-${this.#token}`;
  }

  async handle(request: WireRequest): Promise<Reply> {
    const { now, wait, maxBytes = Number.POSITIVE_INFINITY, tokenLife, slowMs = 500 } = this.#options;
    const isBatch = request.url.endsWith('/$batch');
    const operations = isBatch ? readBatch(request.headers['content-type'] ?? '', request.body) : [request];
    const fault = this.#draw();
    this.counted.push({ at: now(), count: operations.length + (isBatch ? 1 : 0), fault });
    if (tokenLife !== undefined) {
      if (++this.#uses > tokenLife) this.#token += this.#uses === tokenLife + 1 ? 1 : 0;
      if (this.isClosed || request.headers.authorization !== this.token)
        return this.#note('401', answer(401));
    }
    if (request.length > maxBytes) return this.#note('413', answer(413));
    if (fault !== undefined) this.#note(fault, undefined);
    const later = { 'Retry-After': '0' };
    switch (fault) {
      case '429':
        return answer(429, later, 'TOO MANY REQUESTS');
      case '429-date':
        return answer(429, { 'Retry-After': new Date(now()).toUTCString() });
      case '503-later':
        return answer(503, later);
      case 'reset-before':
        return this.#lose(operations);
      case 'reset-during':
        this.#work(operations.slice(0, Math.ceil(operations.length * this.#random())), false);
        return this.#lose(operations);
      case 'reset-after':
        this.#work(operations, false);
        return this.#lose(operations);
      case '500':
      case '502':
      case '503':
      case '504':
      case '408':
      case '524':
        // Nobody knows how far it got.
        this.#work(operations.slice(0, Math.floor(operations.length * this.#random() * 1.5)), false);
        this.#lose(operations);
        return answer(Number(fault), {}, '<html>gateway</html>');
      case 'html':
        this.#work(operations, false);
        this.#lose(operations);
        return answer(200, { 'Content-Type': 'text/html' }, '<html>welcome</html>');
      case 'slow': {
        const reply = this.#answer(isBatch, this.#work(operations, false));
        this.#lose(operations);
        await wait(slowMs);
        return reply;
      }
      case 'late':
        this.#lose(operations);
        await wait(slowMs);
        return this.#answer(isBatch, this.#work(operations, false));
      case 'cut': {
        const reply = this.#answer(isBatch, this.#work(operations, false));
        this.#lose(operations);
        const length = reply.answer.body?.length ?? 0;
        return { ...reply, cutAt: Math.floor(length * this.#random()) };
      }
      default:
        return this.#answer(isBatch, this.#work(operations, fault === 'stops'));
    }
  }

  #draw(): Fault | undefined {
    const next = this.toCome.shift();
    if (next !== undefined) return next === 'none' ? undefined : next;
    let chance = this.#random();
    for (const [fault, rate] of Object.entries(this.#options.faults ?? {})) {
      if (chance < rate) return fault as Fault;
      chance -= rate;
    }
    return undefined;
  }

  #note<T>(what: string, reply: T): T {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
    return reply;
  }

  #lose(operations: readonly TextRequest[]): Reply {
    for (const { headers } of operations) this.lost.add(Number(headers['x-op']));
    return { kind: 'reset' };
  }

  /** @param stops whether nothing behind the first failure is worked on */
  #work(operations: readonly TextRequest[], stops: boolean): TextAnswer[] {
    const answers: TextAnswer[] = [];
    for (const operation of operations) {
      const one = this.#workOn(operation);
      answers.push(one);
      if (stops && one.status >= 400) break;
    }
    return answers;
  }

  #workOn({ method, url, headers }: TextRequest): TextAnswer {
    const index = Number(headers['x-op']);
    const path = url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*/, '');
    const status = this.#statusOf() ?? 204;
    if (status >= 400) this.#note(`operation ${status}`, undefined);
    this.done.push({ index, method, path, status });
    const statuses = this.answered.get(index);
    if (statuses === undefined) this.answered.set(index, [status]);
    else statuses.push(status);
    if (status === 204) return { status };
    const body = JSON.stringify({ error: { code: `E${status}`, message: 'no' } });
    return { status, headers: { 'Content-Type': 'application/json' }, body };
  }

  #statusOf(): number | undefined {
    let chance = this.#random();
    for (const [status, rate] of Object.entries(this.#options.operationFaults ?? {})) {
      if (chance < rate) return Number(status);
      chance -= rate;
    }
    return undefined;
  }

  #answer(isBatch: boolean, answers: readonly TextAnswer[]): Extract<Reply, { kind: 'answer' }> {
    const [only] = answers;
    if (!isBatch && only !== undefined) return { kind: 'answer', answer: only };
    const headers = { 'Content-Type': 'multipart/mixed; boundary=batchresponse_1', 'OData-Version': '4.0' };
    return answer(200, headers, writeBatch(answers, 'batchresponse_1'));
  }
}

function answer(
  status: number,
  headers: Record<string, string> = {},
  body = '',
): Extract<Reply, { kind: 'answer' }> {
  return { kind: 'answer', answer: { status, headers, body } };
}
