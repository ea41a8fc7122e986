import { BatchError } from '../errors.ts';
import { compileItemNames, type NamedItem } from './compile-item-names.ts';
import { type AnswerContext, correlate, type ResultItem } from './correlate.ts';
import type { Plan } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';
import type { OperationResult } from './result.ts';

/**
 * Matches answers to operations while they come.
 *
 * An answer is given to the item that its id names, else to the item in its place, as soon as it is there; the one rule of
 * {@link correlate} has the last word when all have come, and where it says otherwise than was told, that is an error.
 */
export class StreamCorrelator {
  readonly #plan: Plan;
  readonly #namedItem: NamedItem;
  /** What came, without the bodies of successes: enough for the last word. */
  readonly #received: ReceivedItem[] = [];
  /** Outcomes told, by place in the flattened batch. */
  readonly #told = new Map<number, OperationResult['outcome']>();
  /** Answers so far, a failed change set in two parts counting as one. */
  #count = 0;
  #pendingNest = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#namedItem = compileItemNames(plan);
  }

  /** Takes the next answer; returns the results that it gives. */
  take(answer: ReceivedItem): readonly OperationResult[] {
    this.#received.push(isNest(answer) ? answer.map(withoutBody) : withoutBody(answer));
    // An empty nest is half of a failed change set: the error behind it is the other half (P-14).
    if (isNest(answer) && answer.length === 0) {
      if (this.#pendingNest) this.#count++;
      this.#pendingNest = true;
      return [];
    }
    const completes = this.#pendingNest && !isNest(answer) && !answer.answer.succeeded;
    if (this.#pendingNest && !completes) this.#count++;
    this.#pendingNest = false;
    const place = this.#count++;

    const { items, service, respondAsync } = this.#plan;
    const isInterim = respondAsync && !isNest(answer) && answer.answer.status === 202;
    const named = this.#namedItem(answer);
    // A contradiction is for the last word.
    if (named === 'conflict') return [];
    const index = named ?? (service?.ordered === false ? undefined : place);
    const item = index === undefined ? undefined : items[index];
    if (item === undefined || isInterim) return [];
    const results = correlate({ ...this.#plan, items: [item] }, [answer]).flat();
    if (results.some((result) => this.#told.has(result.index) || result.outcome === 'unknown')) return [];
    for (const { index: told, outcome } of results) this.#told.set(told, outcome);
    return results;
  }

  /**
   * The results that were not told before. Throws a BatchError, with all results, where what was told can't stand: the
   * answers are too few or too many, or contradict each other.
   */
  finish(context: AnswerContext): readonly OperationResult[] {
    const all = this.results(context);
    const flat = all.flat();
    const wrong = flat.find(
      ({ index, outcome }) => this.#told.has(index) && this.#told.get(index) !== outcome,
    );
    if (wrong === undefined) return flat.filter(({ index }) => !this.#told.has(index));
    const cause = wrong.outcome === 'unknown' ? wrong.cause : undefined;
    const message = cause?.message ?? 'the answers contradict each other';
    throw new BatchError(cause?.code ?? 'correlation-failed', message, { results: all });
  }

  /** One result for each operation, by all that came. */
  results(context: AnswerContext): ResultItem[] {
    return correlate(this.#plan, this.#received, context);
  }
}

/** Errors are small and say why; the body of a success was handed out and is let go. */
function withoutBody(part: ReceivedPart): ReceivedPart {
  return part.answer.succeeded ? { id: part.id, answer: part.answer.withoutBody() } : part;
}
