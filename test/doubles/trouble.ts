import type { Answer } from './exchange.ts';

/** A request of which is asked whether something happens to it. */
export interface AskedRequest {
  readonly kind: string;
  /** How many of this kind came before. */
  readonly nth: number;
  /** How many requests of any kind came before. */
  readonly index: number;
  readonly at: number;
  readonly method: string;
  readonly target: string;
}

/** What happens to a request on its way. */
export interface Trouble {
  /** Milliseconds until it is acted on. */
  readonly delayBefore?: number;
  /** Milliseconds from acting to answering. */
  readonly delayAfter?: number;
  /** Instead of acting on it: the connection ends, or another answers. */
  readonly insteadOfActing?: 'lose' | Answer;
  /** After acting on it: the answer is lost, is cut in the middle, or becomes another. */
  readonly afterActing?: 'lose' | 'cut' | Answer | ((answer: Answer) => Answer);
}

/** Says of each request what happens to it. */
export type TroubleScript = (request: AskedRequest) => Trouble | undefined;

export interface RandomTroubleOptions {
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** How many of the requests have trouble, from 0 to 1. Default 0.2. */
  readonly rate?: number;
  /** After so many troubles of one kind of request, one of it has none. Default 2. */
  readonly maxInARow?: number;
  /** The kinds of request that have trouble. Default all. */
  readonly kinds?: readonly string[];
  /** Waiting times, at most; milliseconds. Default 2000. */
  readonly maxDelay?: number;
}

const BAD_GATEWAY: Answer = {
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  text: '<h1>Bad Gateway</h1>',
};
const NOT_AVAILABLE: Answer = {
  status: 503,
  headers: { 'Content-Type': 'text/plain' },
  text: 'no healthy upstream',
};

/** Trouble by chance: late, refused for a while, lost or cut before or after it was acted on, or answered by a proxy. */
export function randomTrouble(options: RandomTroubleOptions): TroubleScript {
  const { random, rate = 0.2, maxInARow = 2, kinds, maxDelay = 2000 } = options;
  const inARow = new Map<string, number>();
  const throttled = (): Answer => ({
    status: 429,
    headers: { 'Content-Type': 'text/plain', 'Retry-After': String(1 + Math.floor(random() * 5)) },
    text: 'TOO MANY REQUESTS',
  });
  const troubles: readonly (() => Trouble)[] = [
    () => ({ insteadOfActing: 'lose' }),
    () => ({ insteadOfActing: NOT_AVAILABLE }),
    () => ({ insteadOfActing: throttled() }),
    () => ({ afterActing: 'lose' }),
    () => ({ afterActing: 'cut' }),
    () => ({ afterActing: BAD_GATEWAY }),
    () => ({
      afterActing: { status: 200, headers: { 'Content-Type': 'text/html' }, text: '<h1>Welcome</h1>' },
    }),
    () => ({ delayBefore: random() * maxDelay, delayAfter: random() * maxDelay }),
  ];
  return ({ kind }) => {
    const before = inARow.get(kind) ?? 0;
    const isStruck = random() < rate && before < maxInARow && (kinds?.includes(kind) ?? true);
    inARow.set(kind, isStruck ? before + 1 : 0);
    return isStruck ? troubles[Math.floor(random() * troubles.length)]?.() : undefined;
  };
}
