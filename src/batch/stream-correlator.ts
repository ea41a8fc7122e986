import type { BatchErrorCode } from '../errors.ts';
import { type AnswerContext, isPartial } from './answer-context.ts';
import { AnswersInPlace } from './answers-in-place.ts';
import { CoalescedResults } from './coalesced-results.ts';
import { compileItemNames, type NamedItem } from './compile-item-names.ts';
import {
  type AnswerEnd,
  beginningOf,
  compileDecision,
  completes,
  correlateSent,
  type Decision,
  decideAll,
  endBehind,
  endOf,
  endOfFlat,
  forEach,
  inOrder,
  isEmptyNest,
  isReadByPlace,
  type ResultItem,
  settle,
} from './correlate.ts';
import { gatherChangeSets } from './gather-change-sets.ts';
import { answered } from './outcome.ts';
import { PartMatcher } from './part-matcher.ts';
import { isChangeSet, type Plan } from './plan.ts';
import { answerLetGo } from './received-answer.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';
import type { OperationResult } from './result.ts';
import { errorOfAll, isShapedLate } from './shape-answer.ts';

/** The last word on an answer. */
export interface Finished {
  /** The results that were not told before. */
  readonly results: readonly OperationResult[];
  /** Why what was told can't stand: the answers are too few or too many, or contradict each other. */
  readonly contradiction?: { readonly code: BatchErrorCode; readonly message: string };
}

const NOBODY = -1;

/**
 * Matches answers to operations while they come.
 *
 * An answer is given to the item that its id names, else to the item in its place, as soon as it is there; the one rule of
 * {@link correlate} has the last word when all have come, and where it says otherwise than was told, that is an error.
 *
 * Ten octets for each operation remember what was told of it, so that a million successes need no more; failures, which are
 * small and say why, are kept.
 */
export class StreamCorrelator {
  /** The plan of what was sent. */
  readonly #plan: Plan;
  readonly #shares: CoalescedResults;
  readonly #namedItem: NamedItem;
  readonly #matcher: PartMatcher;
  /** For each item the part that it was told by. */
  readonly #toldBy: Int32Array;
  /** For each operation, by its place in the flattened batch, the status of the success that was told. */
  readonly #statuses: Uint16Array;
  /** The parts that were not told, and those that told more than successes; by their place. */
  readonly #kept = new Map<number, ReceivedItem>();
  /** All parts, where only all of them together tell what they mean. */
  #late: ReceivedItem[] | undefined;
  /** The error that is that of all operations if nothing comes behind it. */
  #lone: ReceivedPart | undefined;
  /** A part whose meaning depends on what comes next. */
  #waiting: ReceivedItem | undefined;
  /** Parts of a flat answer that have to be put into their change sets first, which only its end allows. */
  #held: { readonly part: ReceivedItem; readonly place: number }[] = [];
  /** Whether the parts of a flat answer are in the places of the items. */
  readonly #places: AnswersInPlace;
  /** For each item whose part was held the number of that part, where a flat answer is read by place. */
  #heldInPlace: ReadonlyMap<number, number> | undefined;
  /** What came last of a flat answer. */
  #last: ReceivedItem | undefined;
  #end: AnswerEnd;

  constructor(plan: Plan) {
    this.#shares = new CoalescedResults(plan.items);
    const items = this.#shares.sent;
    this.#plan = { ...plan, items };
    this.#namedItem = compileItemNames(this.#plan);
    this.#places = new AnswersInPlace(this.#plan);
    this.#matcher = new PartMatcher(items.length);
    this.#toldBy = new Int32Array(items.length).fill(NOBODY);
    let operations = 0;
    for (const item of plan.items) operations += isChangeSet(item) ? item.length : 1;
    this.#statuses = new Uint16Array(operations);
    this.#end = beginningOf(plan);
  }

  /** Takes the next answer; returns the results that it gives, and those of one that waited for it. */
  take(answer: ReceivedItem): readonly OperationResult[] {
    if (this.#isFlat) return this.#shares.spread(this.#takeFlat(answer));
    if (this.#isLate(answer)) {
      this.#late?.push(answer);
      return [];
    }
    const before = this.#waiting;
    this.#waiting = undefined;
    const results = before === undefined || completes(before, answer) ? [] : this.#tell(before);
    if (!this.#mustWait(answer)) return this.#shares.spread([...results, ...this.#tell(answer)]);
    this.#waiting = answer;
    return this.#shares.spread(results);
  }

  /** The results that an answer would give if it were the next; it is not taken. None where another one waits for it. */
  expect(answer: ReceivedPart): readonly OperationResult[] {
    if (this.#isFlat ? !this.#standsAlone(answer) : this.#isLate(answer)) return [];
    if (this.#waiting !== undefined || this.#mustWait(answer)) return [];
    const part = this.#matcher.partCount;
    const results = this.#resultsOf(answer, this.#itemOf(this.#namedItem(answer, part), part));
    // Where several share an answer, none can have it for itself.
    return results.some(({ coalescedWith }) => coalescedWith !== undefined) ? [] : results;
  }

  /** Gives the answers the last word. */
  finish(context: AnswerContext): Finished {
    if (this.#late !== undefined) {
      const all = correlateSent(this.#plan, this.#late, context).flat();
      return { results: this.#shares.spread(all) };
    }
    const decide = this.#close(context);
    const results: OperationResult[] = [];
    let wrong: OperationResult | undefined;
    for (const [index, toldBy] of this.#toldBy.entries()) {
      const decision = decide(index);
      if (decision === toldBy) continue;
      const settled = [this.#settled(index, decision)].flat();
      if (toldBy === NOBODY) results.push(...settled);
      else wrong ??= settled[0];
    }
    const told = this.#shares.spread(results);
    if (wrong === undefined) return { results: told };
    if (wrong.outcome === 'unknown') {
      const { code, message } = wrong.cause;
      return { results: told, contradiction: { code, message } };
    }
    const message = 'the answers contradict each other';
    return { results: told, contradiction: { code: 'correlation-failed', message } };
  }

  /** One result for each operation, by all that came; successes that were told have their status and nothing more. */
  results(context: AnswerContext): ResultItem[] {
    if (this.#late !== undefined) {
      return this.#shares.nest(correlateSent(this.#plan, this.#late, context));
    }
    const decide = this.#close(context);
    return this.#shares.nest(this.#plan.items.map((_, index) => this.#settled(index, decide(index))));
  }

  /** Whether a result of the last word was told before. */
  hasTold(result: OperationResult): boolean {
    return this.#toldBy[this.#shares.placeOf(result)] !== NOBODY;
  }

  /**
   * An empty nest is half of a failed change set if an error comes behind it (P-14). A 202 stands for all the rest if nothing
   * comes behind it (P-05), and so may an error at the beginning.
   */
  #mustWait(answer: ReceivedItem): boolean {
    if (this.#isFlat) return false;
    const isFirst = this.#matcher.partCount === 0;
    if (isFirst && errorOfAll(this.#plan, answer) !== undefined) return true;
    return isEmptyNest(answer) || (this.#plan.respondAsync && endOf(answer).interim !== undefined);
  }

  /** An answer to a JSON batch has no change sets of its own (P-20). */
  get #isFlat(): boolean {
    return this.#plan.format === 'json';
  }

  #takeFlat(answer: ReceivedItem): readonly OperationResult[] {
    this.#last = answer;
    const standsAlone = this.#standsAlone(answer);
    const place = this.#places.add(answer);
    if (standsAlone) return this.#tell(answer);
    this.#held.push({ part: answer, place });
    return [];
  }

  /** Whether a part of a flat answer is known to be that of an operation outside of change sets. */
  #standsAlone(answer: ReceivedItem): boolean {
    // In order its place counts, which only the end tells.
    if (inOrder(this.#plan) || isNest(answer)) return false;
    const named = this.#namedItem(answer, NOBODY);
    const item = typeof named === 'number' ? this.#plan.items[named] : undefined;
    return item !== undefined && !isChangeSet(item);
  }

  /** Decided by the first part: from then on all are kept for the last word. */
  #isLate(answer: ReceivedItem): boolean {
    const isFirst = this.#matcher.partCount === 0 && this.#waiting === undefined;
    if (this.#late === undefined && isFirst && isShapedLate(this.#plan, answer)) this.#late = [];
    return this.#late !== undefined;
  }

  #tell(answer: ReceivedItem): readonly OperationResult[] {
    const part = this.#matcher.partCount;
    const named = this.#namedItem(answer, part);
    const index = this.#itemOf(named, part);
    // Where a function of the caller's throws, the answer was not taken.
    const results = this.#resultsOf(answer, index);
    this.#add(answer, named);
    if (index !== undefined && results.length > 0) this.#toldBy[index] = part;
    this.#remember(part, answer, results);
    return results;
  }

  #remember(part: number, answer: ReceivedItem, results: readonly OperationResult[]): void {
    const isAllSuccess = results.every(({ outcome }) => outcome === 'succeeded');
    if (results.length === 0) this.#kept.set(part, answer);
    else if (!isAllSuccess) this.#kept.set(part, withoutBodies(answer));
    for (const result of results)
      if (result.outcome === 'succeeded') this.#statuses[result.index] = result.status;
  }

  #add(part: ReceivedItem, named: ReturnType<NamedItem>): void {
    this.#matcher.add(named);
    this.#end = endBehind(this.#plan, this.#end, part);
  }

  /** The item that a part seems to answer; a contradiction is for the last word. */
  #itemOf(named: ReturnType<NamedItem>, part: number): number | undefined {
    if (named === 'conflict') return undefined;
    return named ?? (inOrder(this.#plan) ? part : undefined);
  }

  /** The results of an answer; none where only the others can tell what it means. */
  #resultsOf(answer: ReceivedItem, index: number | undefined): readonly OperationResult[] {
    const item = index === undefined ? undefined : this.#plan.items[index];
    if (index === undefined || item === undefined || this.#toldBy[index] !== NOBODY) return [];
    const settled = settle(item, answer, this.#plan);
    const results = Array.isArray(settled) ? settled : [settled];
    return results.some(({ outcome }) => outcome === 'unknown') ? [] : results;
  }

  /** Says that no more answers come. */
  #close(context: AnswerContext): (index: number) => Decision {
    if (this.#isFlat) return this.#closeFlat(context);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) {
      if (this.#matcher.partCount === 0) this.#lone = errorOfAll(this.#plan, waiting);
      this.#keep(waiting);
    }
    if (this.#lone !== undefined && !isPartial(context)) {
      const decision = decideAll(this.#plan, this.#lone);
      return () => decision;
    }
    return compileDecision(this.#plan, this.#matcher, this.#end, context);
  }

  #closeFlat(context: AnswerContext): (index: number) => Decision {
    const held = this.#held;
    this.#held = [];
    const parts = held.map(({ part }) => part);
    const before = this.#matcher.partCount;
    for (const part of gatherChangeSets(parts, this.#plan, isPartial(context))) this.#keep(part);
    const named = this.#last && this.#namedItem(this.#last, NOBODY);
    this.#end = endOfFlat(this.#end, this.#last, named);
    if (isReadByPlace(this.#plan, this.#places, this.#end, context)) {
      // No two of them are gathered: each is the only one of its item.
      this.#heldInPlace ??= new Map(held.map(({ place }, index) => [place, before + index]));
    }
    const inPlace = this.#heldInPlace;
    if (inPlace === undefined) return compileDecision(this.#plan, this.#matcher, this.#end, context);
    return (index) => inPlace.get(index) ?? (this.#toldBy[index] as number);
  }

  #keep(part: ReceivedItem): void {
    const place = this.#matcher.partCount;
    this.#kept.set(place, part);
    this.#add(part, this.#namedItem(part, place));
  }

  #settled(index: number, decision: Decision): ResultItem {
    const item = this.#plan.items[index] as Plan['items'][number];
    if (typeof decision === 'function') return forEach(item, decision);
    const part = this.#kept.get(decision);
    if (part !== undefined) {
      return settle(item, part, this.#plan, inOrder(this.#plan) || this.#heldInPlace !== undefined);
    }
    return forEach(item, (planned) => answered(planned, answerLetGo(this.#statuses[planned.index] ?? 0)));
  }
}

/** The bodies of successes were handed out and are let go. */
function withoutBodies(answer: ReceivedItem): ReceivedItem {
  return isNest(answer) ? answer.map(withoutBody) : withoutBody(answer);
}

function withoutBody(part: ReceivedPart): ReceivedPart {
  return part.answer.succeeded ? { ...part, answer: part.answer.withoutBody() } : part;
}
