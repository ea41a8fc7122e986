import { type AnswerItem, type ItemAnswer, type ItemRequest, readItems, writeItems } from './batch-items.ts';
import type { Reply, WireRequest } from './failing-service.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * What becomes of a batch: the service works on it; on a part of it, all of it or nothing before the connection breaks, the answer
 * breaks off, comes too late, or a gateway answers; or it is not let in.
 */
export const FAULTS = [
  'works',
  'lost-before',
  'lost-halfway',
  'lost-after',
  'cut',
  'slow',
  'late',
  'gateway',
  'page',
  'refused-connection',
  '429',
  '503',
  '401',
  '403',
  '413',
  'endless',
] as const;
export type BatchFault = (typeof FAULTS)[number];

/** Statuses of gateways that lost the service while it worked. */
const GATEWAY = [500, 502, 503, 504, 408, 524];
/** How an operation fails: whether it happened all the same, with what status, and when to come again. */
const FAILURES: readonly { happens: boolean; status: number; retryAfter?: string }[] = [
  { happens: true, status: 500 },
  { happens: false, status: 500 },
  { happens: true, status: 503 },
  { happens: true, status: 408 },
  { happens: false, status: 502 },
  { happens: false, status: 404 },
  { happens: false, status: 409 },
  { happens: false, status: 429, retryAfter: '2' },
  { happens: false, status: 429 },
  { happens: false, status: 503, retryAfter: '1' },
  { happens: false, status: 429, retryAfter: '9999999' },
];

export interface LogServiceOptions {
  readonly seed: number;
  /** What becomes of the first requests; afterwards the service works. */
  readonly faults: readonly BatchFault[];
  /** How many of a hundred operations fail. */
  readonly failures: number;
  /** Whether it works, and answers, in order. */
  readonly ordered: boolean;
  /** Whether it knows an operation again, and does it once. */
  readonly knowsAgain: boolean;
  /** How long `slow` and `late` take. */
  readonly slowMs: number;
  readonly wait: (ms: number) => Promise<void>;
}

/** A service that notes what it really did, whatever it says of it. Operations are known by their field X-Op. */
export class LogService {
  /** How often each operation happened. */
  readonly happened = new Map<number, number>();
  /** Statuses that were given for each, whether they arrived or not. */
  readonly answered = new Map<number, number[]>();
  /** Operations after which nobody could know: an answer was lost, or said that the service failed. */
  readonly doubtful = new Set<number>();
  readonly #options: LogServiceOptions;
  readonly #random: () => number;
  #calls = 0;

  constructor(options: LogServiceOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  async handle(request: WireRequest): Promise<Reply> {
    const fault = this.#options.faults[this.#calls++] ?? 'works';
    const type = request.headers['content-type'] ?? '';
    const isBatch = request.url.endsWith('$batch');
    const items = isBatch ? readItems(type, request.body) : [{ ...request, id: undefined }];
    const stops = isBatch && !request.headers.prefer?.includes('continue-on-error');
    const all = items.flat().map(indexOf);
    const work = (count = items.length) => {
      const answers = this.#work(items.slice(0, count), stops);
      return isBatch ? writeItems(type, answers) : ([answers].flat(2)[0] as ItemAnswer);
    };
    const lose = () => {
      for (const index of all) this.doubtful.add(index);
    };
    const reply = (status: number, headers: Record<string, string> = {}): Reply => {
      // Of a request that goes by itself it is the answer to the operation.
      if (!isBatch) for (const item of items.flat()) this.#note(item, status);
      return { kind: 'answer', answer: { status, headers, body: '' } };
    };
    const { slowMs, wait } = this.#options;
    switch (fault) {
      case 'refused-connection': {
        const cause = { code: 'ECONNREFUSED', syscall: 'connect' };
        throw Object.assign(new TypeError('fetch failed'), { cause });
      }
      case '429':
        return reply(429, { 'Retry-After': '3' });
      case '503':
        return reply(503, { 'Retry-After': '3' });
      case 'endless':
        return reply(429, { 'Retry-After': '9'.repeat(400) });
      case '401':
      case '403':
      case '413':
        return reply(Number(fault));
      case 'lost-before':
        lose();
        return { kind: 'reset' };
      case 'lost-halfway':
      case 'gateway':
        work(Math.ceil(this.#random() * items.length));
        lose();
        return fault === 'gateway' ? reply(this.#oneOf(GATEWAY)) : { kind: 'reset' };
      case 'lost-after':
        work();
        lose();
        return { kind: 'reset' };
      case 'page':
        // Of a request that goes by itself nobody can tell a page from an answer.
        if (!isBatch) return { kind: 'answer', answer: work() };
        work();
        lose();
        return {
          kind: 'answer',
          answer: { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
        };
      case 'cut': {
        const answer = work();
        lose();
        return { kind: 'answer', answer, cutAt: Math.floor(this.#random() * (answer.body?.length ?? 0)) };
      }
      case 'slow': {
        const answer = work();
        lose();
        await wait(slowMs);
        return { kind: 'answer', answer };
      }
      case 'late':
        lose();
        await wait(slowMs);
        return { kind: 'answer', answer: work() };
      default:
        return { kind: 'answer', answer: work() };
    }
  }

  /** Where it does not work in order its answers come in any order, too. */
  #work(items: readonly (ItemRequest | readonly ItemRequest[])[], stops: boolean): AnswerItem[] {
    const order = this.#options.ordered ? [...items] : this.#shuffled(items);
    const answers: AnswerItem[] = [];
    for (const item of order) {
      const answer = this.#answerTo([item].flat() as ItemRequest[], Array.isArray(item));
      answers.push(answer);
      if (stops && [answer].flat().some(({ status }) => status >= 400)) break;
    }
    return answers;
  }

  /** A change set happens as a whole or not at all, and its failure is one answer. */
  #answerTo(members: readonly ItemRequest[], isSet: boolean): AnswerItem {
    const failure = this.#failureOf(members);
    if (failure === undefined || failure.happens) for (const member of members) this.#do(member);
    if (failure === undefined) {
      const answers = members.map(({ id }) => ({ id, status: 204 }));
      for (const member of members) this.#note(member, 204);
      return isSet ? answers : (answers[0] as ItemAnswer);
    }
    const { status, retryAfter } = failure;
    for (const member of members) this.#note(member, status);
    const headers = {
      'Content-Type': 'application/json',
      ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
    };
    const body = JSON.stringify({ error: { code: `E${status}`, message: 'no' } });
    return { id: members[0]?.id, status, headers, body };
  }

  #failureOf(members: readonly ItemRequest[]): (typeof FAILURES)[number] | undefined {
    // What was done before can't be done again: it is gone, or has changed, or is there already.
    const { knowsAgain, failures } = this.#options;
    const isDone = (member: ItemRequest) => (this.happened.get(indexOf(member)) ?? 0) > 0;
    const gone = members.find((member) => isDone(member) && member.method === 'DELETE');
    if (gone !== undefined) return { happens: false, status: 404 };
    const changed = members.find((member) => isDone(member) && member.headers['if-match'] !== undefined);
    if (changed !== undefined) return { happens: false, status: 412 };
    const exists = members.find((member) => isDone(member) && member.method === 'POST');
    if (knowsAgain && exists !== undefined) return { happens: false, status: 409 };
    return this.#random() * 100 < failures ? this.#oneOf(FAILURES) : undefined;
  }

  #do(member: ItemRequest): void {
    const index = indexOf(member);
    this.happened.set(index, (this.happened.get(index) ?? 0) + 1);
  }

  #note(member: ItemRequest, status: number): void {
    const index = indexOf(member);
    this.answered.set(index, [...(this.answered.get(index) ?? []), status]);
    if (status >= 500 || status === 408) this.doubtful.add(index);
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] as T;
  }

  #shuffled<T>(all: readonly T[]): T[] {
    return all
      .map((one) => ({ one, place: this.#random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ one }) => one);
  }
}

function indexOf({ headers }: Pick<ItemRequest, 'headers'>): number {
  return Number(headers['x-op']);
}
