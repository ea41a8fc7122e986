import { BatchError } from '../errors.ts';

/** What an answer says of the items of one level: the batch, or one change set. */
export interface MatchRules {
  /** Whether parts come in the order of the items. */
  readonly ordered: boolean;
  /** Whether fewer parts than items are the first ones: the service stopped, or the message was cut off. */
  readonly mayBePrefix: boolean;
  /** Whether one part that names no item is that of the one item that no part names. Default false. */
  readonly fillsGap?: boolean | undefined;
}

/** For each item the part that answers it, and why an item without one has none. */
export interface Match {
  readonly partOf: (item: number) => number | undefined;
  /** Whether the answer contradicts itself, which is why items have no part: then no cut is to blame. */
  readonly hasFailed: boolean;
  /** Made when it is asked for: an error costs more than the whole match. */
  readonly cause: () => BatchError;
}

const NO_PART = -1;

/**
 * Finds the part of each item: by id where every part names a different item, else by position, where no id contradicts.
 *
 * This is the whole rule, the same at every level (P-10); what a missing part means is for the caller to say. Parts are
 * told one by one, so that an answer can be matched as it comes, in four octets for each item.
 */
export class PartMatcher {
  readonly #itemCount: number;
  readonly #byId: Int32Array;
  #partCount = 0;
  #namedParts = 0;
  /** Two parts have the ids of one item, or one part stands for several. */
  #isAmbiguous = false;
  /** A part names another item than the one in its place. */
  #isOutOfPlace = false;
  /** The last part that names no item. */
  #anonymous = NO_PART;

  constructor(itemCount: number) {
    this.#itemCount = itemCount;
    this.#byId = new Int32Array(itemCount).fill(NO_PART);
  }

  /** How many parts were told. */
  get partCount(): number {
    return this.#partCount;
  }

  /**
   * Tells the next part.
   *
   * @param item the item that its id names; undefined where it names none, `'conflict'` where it stands for several
   */
  add(item: number | undefined | 'conflict'): void {
    const part = this.#partCount++;
    if (item === undefined) {
      this.#anonymous = part;
      return;
    }
    if (item === 'conflict' || this.#byId[item] !== NO_PART) {
      this.#isAmbiguous = true;
      return;
    }
    this.#byId[item] = part;
    this.#namedParts++;
    this.#isOutOfPlace ||= item !== part;
  }

  /** The match of all parts told. */
  match({ ordered, mayBePrefix, fillsGap }: MatchRules): Match {
    const itemCount = this.#itemCount;
    const partCount = this.#partCount;
    const byId = (item: number) => (this.#byId[item] === NO_PART ? undefined : this.#byId[item]);
    const nobody = () => undefined;
    const byPosition = (item: number) => (item < partCount ? item : undefined);

    if (this.#isAmbiguous) {
      return failedMatch(nobody, 'some part of the answer does not stand for one operation alone');
    }
    const cause = () =>
      new BatchError('response-count-mismatch', `${partCount} answers to ${itemCount} requests`);
    if (this.#namedParts === partCount) return { partOf: byId, hasFailed: false, cause: once(cause) };
    // Of one answer to one request nobody need say whose it is.
    const isOnly = partCount === 1 && itemCount === 1;
    const hasOneGap = partCount === itemCount && this.#namedParts === partCount - 1;
    if (!ordered && fillsGap && hasOneGap) {
      // Of services that answer in any order, such as Azure Blob, errors have no id.
      const anonymous = this.#anonymous;
      return { partOf: (item) => byId(item) ?? anonymous, hasFailed: false, cause: once(cause) };
    }
    if (!ordered && !isOnly) {
      // What is lost after a cut may say whose it is.
      return {
        ...failedMatch(byId, 'the service answers in any order, and without an id'),
        hasFailed: false,
      };
    }
    if (partCount > itemCount || (partCount < itemCount && !mayBePrefix)) {
      return { partOf: byId, hasFailed: partCount > itemCount, cause: once(cause) };
    }
    if (this.#isOutOfPlace) return failedMatch(nobody, 'the id of an answer contradicts its place');
    return { partOf: byPosition, hasFailed: false, cause: once(cause) };
  }
}

function failedMatch(partOf: Match['partOf'], message: string): Match {
  return { partOf, hasFailed: true, cause: once(() => new BatchError('correlation-failed', message)) };
}

/** All operations of one fate share their cause. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
