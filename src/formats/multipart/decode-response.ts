import { isChangeSet, type Plan, sentItems, writtenId } from '../../batch/plan.ts';
import { type AnswerReaders, ReceivedAnswer } from '../../batch/received-answer.ts';
import type { ReceivedItem, ReceivedPart } from '../../batch/received-item.ts';
import { BlockMemo } from '../../bytes/block-memo.ts';
import type { Fault } from '../../fault.ts';
import { type HeadMemo, parseHttpResponse } from '../../http/http-message.ts';
import type { StatusLine } from '../../http/start-line.ts';
import type { Reading, Slice } from '../../reading.ts';
import { contentIdOf } from './content-id-of.ts';
import { type BatchEvents, type MessagePart, readBatch } from './read-batch.ts';

/**
 * Reads the answers of a multipart response into `received`, which is complete up to the fault where one is thrown.
 * Returns the fault of an answer that was cut off, where that is tolerated.
 */
export function decodeMultipartResponse(
  body: Slice,
  boundary: string,
  plan: Plan | undefined,
  reading: Reading,
  readers: AnswerReaders,
  received: ReceivedItem[],
): Fault | undefined {
  const reader = new ResponseReader(plan, reading, readers, (item) => received.push(item));
  return readBatch<ReceivedPart>(body, boundary, reading, reader);
}

/** Makes answers of parts. */
export class ResponseReader implements BatchEvents<ReceivedPart> {
  readonly #reading: Reading;
  readonly #readers: AnswerReaders;
  readonly #onItem: (item: ReceivedItem) => void;
  readonly #isWhole: (nest: readonly ReceivedPart[], place: number) => boolean;
  readonly #memo: HeadMemo<StatusLine> = new BlockMemo();
  #unclosed: Fault | undefined;
  #count = 0;

  constructor(
    plan: Plan | undefined,
    reading: Reading,
    readers: AnswerReaders,
    onItem: (item: ReceivedItem) => void,
  ) {
    this.#reading = reading;
    this.#readers = readers;
    this.#onItem = onItem;
    this.#isWhole = compileIsWhole(plan);
  }

  message(part: MessagePart, reading: Reading = this.#reading): ReceivedPart {
    const { content, path } = part;
    const { line, headers, body, offset } = parseHttpResponse(content, path, reading, this.#memo);
    const id = contentIdOf(part, headers, reading)?.id;
    return { id, answer: new ReceivedAnswer(line, headers, body, this.#readers, offset, path) };
  }

  unclosed(fault: Fault): void {
    this.#unclosed = fault;
  }

  item(item: ReceivedPart | ReceivedPart[]): void {
    const unclosed = this.#unclosed;
    this.#unclosed = undefined;
    if (unclosed !== undefined && Array.isArray(item)) {
      const { tolerate, warn } = this.#reading;
      if (!this.#isWhole(item, this.#count) && !tolerate.has('missing-inner-close')) throw unclosed;
      warn('missing-inner-close', unclosed.offset, unclosed.path);
    }
    this.#count++;
    this.#onItem(item);
  }
}

/**
 * Tells whether a change set without its close delimiter has all its members; without a plan nobody can tell.
 */
function compileIsWhole(plan: Plan | undefined): (nest: readonly ReceivedPart[], place: number) => boolean {
  if (plan === undefined) return () => true;
  // Made for the first change set that is not closed: hardly any answer has one.
  let items: Plan['items'] | undefined;
  let sizeOfSetWith: ReadonlyMap<string, number> | undefined;
  return (nest, place) => {
    items ??= sentItems(plan.items);
    sizeOfSetWith ??= indexSizes(items);
    const named = nest.map(({ id }) => (id === undefined ? undefined : sizeOfSetWith?.get(id)));
    const item = items[place];
    const inPlace = item !== undefined && isChangeSet(item) ? item.length : undefined;
    return (named.find((size) => size !== undefined) ?? inPlace) === nest.length;
  };
}

/** The size of the change set that an id was sent in. */
function indexSizes(items: Plan['items']): ReadonlyMap<string, number> {
  const sizeOfSetWith = new Map<string, number>();
  for (const item of items) {
    if (!isChangeSet(item)) continue;
    for (const member of item) {
      const id = writtenId(member);
      if (id !== undefined) sizeOfSetWith.set(id, item.length);
    }
  }
  return sizeOfSetWith;
}
