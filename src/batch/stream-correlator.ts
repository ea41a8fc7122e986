import type { BatchErrorCode } from '../errors.ts';
import { compileItemNames, type NamedItem } from './compile-item-names.ts';
import {
  type AnswerContext,
  correlate,
  interimAnswer,
  placesOfAnswers,
  type ResultItem,
  settle,
} from './correlate.ts';
import type { Plan } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';
import type { OperationResult } from './result.ts';

/** The last word on an answer. */
export interface Finished {
  /** The results that were not told before. */
  readonly results: readonly OperationResult[];
  /** Why what was told can't stand: the answers are too few or too many, or contradict each other. */
  readonly contradiction?: { readonly code: BatchErrorCode; readonly message: string };
}

/**
 * Matches answers to operations while they come.
 *
 * An answer is given to the item that its id names, else to the item in its place, as soon as it is there; the one rule of
 * {@link correlate} has the last word when all have come, and where it says otherwise than was told, that is an error.
 */
export class StreamCorrelator {
  readonly #plan: Plan;
  readonly #namedItem: NamedItem;
  /** What came, without the bodies of successes that were told: enough for the last word. */
  readonly #received: ReceivedItem[] = [];
  /** For each place in the flattened batch what was told of it, and by which answer. */
  readonly #told = new Map<number, { readonly outcome: string; readonly place: number }>();
  /** Answers so far, a failed change set in two parts counting as one. */
  #count = 0;
  #pendingNest = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#namedItem = compileItemNames(plan);
  }

  /** Takes the next answer; returns the results that it gives. */
  take(answer: ReceivedItem): readonly OperationResult[] {
    const place = this.#placeOf(answer);
    const results = place === undefined ? [] : this.#resultsAt(place, answer);
    if (place !== undefined)
      for (const { index, outcome } of results) this.#told.set(index, { outcome, place });
    this.#received.push(results.length === 0 ? answer : withoutBodies(answer));
    return results;
  }

  /** The results that an answer would give if it were the next; it is not taken. */
  expect(answer: ReceivedPart): readonly OperationResult[] {
    return this.#pendingNest ? [] : this.#resultsAt(this.#count, answer);
  }

  /** Gives the answers the last word. */
  finish(context: AnswerContext): Finished {
    const all = this.results(context).flat();
    const places = placesOfAnswers(this.#plan, this.#received, context);
    const wrong = all.find(({ index, path: [item], outcome }) => {
      const told = this.#told.get(index);
      return told !== undefined && (told.outcome !== outcome || told.place !== places[item]);
    });
    const results = all.filter(({ index }) => !this.#told.has(index));
    if (wrong === undefined) return { results };
    if (wrong.outcome === 'unknown') {
      const { code, message } = wrong.cause;
      return { results, contradiction: { code, message } };
    }
    const message = 'the answers contradict each other';
    return { results, contradiction: { code: 'correlation-failed', message } };
  }

  /** One result for each operation, by all that came. */
  results(context: AnswerContext): ResultItem[] {
    return correlate(this.#plan, this.#received, context);
  }

  /** Whether the result of an operation was told, by its place in the flattened batch. */
  hasTold(index: number): boolean {
    return this.#told.has(index);
  }

  /** The place of an answer among all; undefined for an empty nest, which may be half of a failed change set (P-14). */
  #placeOf(answer: ReceivedItem): number | undefined {
    const isEmptyNest = isNest(answer) && answer.length === 0;
    // The error behind it is the other half.
    const completes = !isNest(answer) && !answer.answer.succeeded;
    if (this.#pendingNest && !completes) this.#count++;
    this.#pendingNest = isEmptyNest;
    return isEmptyNest ? undefined : this.#count++;
  }

  /** The results of an answer; none where only the others can tell what it means. */
  #resultsAt(place: number, answer: ReceivedItem): readonly OperationResult[] {
    const { items, service, respondAsync } = this.#plan;
    const named = this.#namedItem(answer);
    if (named === 'conflict') return [];
    const index = named ?? (service?.ordered === false ? undefined : place);
    const item = index === undefined ? undefined : items[index];
    if (item === undefined || (respondAsync && interimAnswer(answer) !== undefined)) return [];
    const results = [settle(item, answer, service)].flat();
    const isDoubtful = results.some((result) => this.#told.has(result.index) || result.outcome === 'unknown');
    return isDoubtful ? [] : results;
  }
}

/** Errors are small and say why; the bodies of successes were handed out and are let go. */
function withoutBodies(answer: ReceivedItem): ReceivedItem {
  return isNest(answer) ? answer.map(withoutBody) : withoutBody(answer);
}

function withoutBody(part: ReceivedPart): ReceivedPart {
  return part.answer.succeeded ? { id: part.id, answer: part.answer.withoutBody() } : part;
}
