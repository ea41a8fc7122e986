import { BatchError } from '../errors.ts';

/** How the parts of an answer relate to the items of one level: the batch, or one change set. */
export interface MatchInput {
  /** For each part the item that its id names; undefined where it names none, `'conflict'` where it names two. */
  readonly named: readonly (number | undefined | 'conflict')[];
  readonly itemCount: number;
  /** Whether parts come in the order of the items. */
  readonly ordered: boolean;
  /** Whether fewer parts than items are the first ones: the service stopped, or the message was cut off. */
  readonly mayBePrefix: boolean;
}

type Code = 'correlation-failed' | 'response-count-mismatch';

/** For each item the part that answers it, and why an item without one has none. */
export class Match {
  readonly parts: readonly (number | undefined)[];
  readonly #code: Code;
  readonly #message: string;
  #cause: BatchError | undefined;

  constructor(parts: readonly (number | undefined)[], code: Code, message: string) {
    this.parts = parts;
    this.#code = code;
    this.#message = message;
  }

  /** One for all; made when it is asked for, because its stack costs more than matching a hundred parts. */
  get cause(): BatchError {
    this.#cause ??= new BatchError(this.#code, this.#message);
    return this.#cause;
  }
}

/**
 * Finds the part of each item: by id where every part names a different item, else by position, where no id contradicts.
 *
 * This is the whole rule, the same at every level (P-10); what a missing part means is for the caller to say.
 */
export function matchParts({ named, itemCount, ordered, mayBePrefix }: MatchInput): Match {
  const byId = new Array<number | undefined>(itemCount).fill(undefined);
  let namedParts = 0;
  for (const [part, item] of named.entries()) {
    if (item === undefined) continue;
    if (item === 'conflict' || byId[item] !== undefined) {
      return unmatched(itemCount, 'two parts of the answer have the ids of one operation');
    }
    byId[item] = part;
    namedParts++;
  }

  const count = `${named.length} answers to ${itemCount} requests`;
  if (namedParts === named.length) return new Match(byId, 'response-count-mismatch', count);
  if (!ordered) {
    return new Match(byId, 'correlation-failed', 'the service answers in any order, and without an id');
  }
  if (named.length > itemCount || (named.length < itemCount && !mayBePrefix)) {
    return new Match(byId, 'response-count-mismatch', count);
  }
  if (namedParts > 0 && named.some((item, part) => item !== undefined && item !== part)) {
    return unmatched(itemCount, 'the id of an answer contradicts its place');
  }
  const byPosition = byId.map((_, item) => (item < named.length ? item : undefined));
  return new Match(byPosition, 'response-count-mismatch', count);
}

function unmatched(itemCount: number, message: string): Match {
  return new Match(new Array<undefined>(itemCount).fill(undefined), 'correlation-failed', message);
}
