import { isChangeSet, type Plan } from '../../batch/plan.ts';
import { type AnswerReaders, ReceivedAnswer } from '../../batch/received-answer.ts';
import type { ReceivedItem, ReceivedPart } from '../../batch/received-item.ts';
import type { Fault } from '../../fault.ts';
import { type HeadMemo, parseHttpResponse } from '../../http/http-message.ts';
import type { StatusLine } from '../../http/start-line.ts';
import type { Reading, Slice } from '../../reading.ts';
import { contentIdOf } from './content-id-of.ts';
import { type MessagePart, readBatch } from './read-batch.ts';

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
  const memo: HeadMemo<StatusLine> = new Map();
  const message = (part: MessagePart): ReceivedPart => {
    const { content, path } = part;
    const { line, headers, body, offset } = parseHttpResponse(content, path, reading, memo);
    const id = contentIdOf(part, headers, reading)?.id;
    return { id, answer: new ReceivedAnswer(line, headers, body, readers, offset, path) };
  };

  const isWhole = compileIsWhole(plan);
  let unclosed: Fault | undefined;
  return readBatch<ReceivedPart>(body, boundary, reading, {
    message,
    unclosed(fault) {
      unclosed = fault;
    },
    item(item) {
      if (unclosed !== undefined && Array.isArray(item)) {
        if (!isWhole(item, received.length) && !reading.tolerate.has('missing-inner-close')) throw unclosed;
        reading.warn('missing-inner-close', unclosed.offset, unclosed.path);
      }
      unclosed = undefined;
      received.push(item);
    },
  });
}

/**
 * Tells whether a change set without its close delimiter has all its members; without a plan nobody can tell.
 */
function compileIsWhole(plan: Plan | undefined): (nest: readonly ReceivedPart[], place: number) => boolean {
  if (plan === undefined) return () => true;
  const sizeOfSetWith = new Map<string, number>();
  for (const item of plan.items) {
    if (isChangeSet(item)) for (const { id, idSent } of item) if (idSent) sizeOfSetWith.set(id, item.length);
  }
  return (nest, place) => {
    const named = nest.map(({ id }) => (id === undefined ? undefined : sizeOfSetWith.get(id)));
    const item = plan.items[place];
    const inPlace = item !== undefined && isChangeSet(item) ? item.length : undefined;
    return (named.find((size) => size !== undefined) ?? inPlace) === nest.length;
  };
}
