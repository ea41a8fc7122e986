import { type AnswerContext, isPartial } from './answer-context.ts';
import { compilePartNames, type NamedBy } from './compile-item-names.ts';
import { compileIdKeys } from './id-keys.ts';
import { isChangeSet, type Plan, writtenId } from './plan.ts';
import { isNest, type ReceivedItem, type ReceivedPart } from './received-item.ts';

/**
 * Tells whether the multipart answer to a JSON batch can be read by place, although its parts lack ids: there are as many parts
 * as items, each is nested like the item in its place, and no id that is there names another (P-20).
 */
export class AnswersInPlace {
  readonly #plan: Plan;
  readonly #namedBy: NamedBy;
  #count = 0;
  #areInPlace = true;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#namedBy = compilePartNames(plan);
  }

  /** Adds the next part; returns its place. */
  add(part: ReceivedItem): number {
    this.#areInPlace &&= this.#mayAnswer(part, this.#count);
    return this.#count++;
  }

  /** Whether the parts that were added are the whole answer, each in its place. */
  areWhole(context: AnswerContext): boolean {
    const { items, service, format } = this.#plan;
    const mayBeOrdered = (context.format ?? format) === 'multipart' && service?.ordered !== false;
    return mayBeOrdered && !isPartial(context) && this.#areInPlace && this.#count === items.length;
  }

  /** Whether a part looks like the answer to the item in its place. */
  #mayAnswer(part: ReceivedItem, place: number): boolean {
    const item = this.#plan.items[place];
    if (item === undefined) return false;
    const parts: readonly ReceivedPart[] = isNest(part) ? part : [part];
    const isNamedOtherwise = (member: ReceivedPart, index: number) =>
      member.id !== undefined && this.#namedBy(member, place, index) !== place;
    if (parts.some(isNamedOtherwise)) return false;
    if (!isChangeSet(item)) return !isNest(part);
    const [only] = parts;
    // The error of a set stands alone, in a nest or without one.
    if (parts.length === 1 && only !== undefined && !only.answer.succeeded) return true;
    if (!isNest(part)) return item.length === 1;
    return part.length === item.length && this.#areMembersNamed(part, item.map(writtenId));
  }

  /** Whether the answers of a set have the ids of its members: all of them in any order, or some of them in their places. */
  #areMembersNamed(parts: readonly ReceivedPart[], sent: readonly (string | undefined)[]): boolean {
    const keys = compileIdKeys(this.#plan.service);
    const received = parts.map(({ id }) => (id === undefined ? undefined : keys.received(id)));
    const isEachAnother = new Set(received).size === received.length && !received.includes(undefined);
    return (
      isEachAnother || received.every((id, index) => id === undefined || id === keys.sent(sent[index] ?? ''))
    );
  }
}
