import { isChangeSet, type Plan } from '../../batch/plan.ts';
import { type AnswerReaders, ReceivedAnswer } from '../../batch/received-answer.ts';
import type { ReceivedItem, ReceivedPart } from '../../batch/received-item.ts';
import type { Fault } from '../../fault.ts';
import { parseHttpResponse } from '../../http/http-message.ts';
import type { Reading, Slice } from '../../reading.ts';
import { contentIdOf } from './content-id-of.ts';
import { type MessagePart, readBatch } from './read-batch.ts';

/**
 * Reads the answers of a multipart response into `received`, which is complete up to the fault where one is thrown.
 */
export function readMultipartResponse(
  body: Slice,
  boundary: string,
  plan: Plan | undefined,
  reading: Reading,
  readers: AnswerReaders,
  received: ReceivedItem[],
): void {
  const message = (part: MessagePart): ReceivedPart => {
    const response = parseHttpResponse(part.content, part.path, reading);
    const id = contentIdOf(part, response.headers, reading)?.id;
    return { id, answer: new ReceivedAnswer({ ...response, path: part.path }, readers) };
  };

  let unclosed: Fault | undefined;
  readBatch<ReceivedPart>(body, boundary, reading, {
    message,
    unclosed(fault) {
      unclosed = fault;
    },
    item(item) {
      if (unclosed !== undefined && Array.isArray(item)) {
        if (!isWhole(item, received.length, plan) && !reading.tolerate.has('missing-inner-close'))
          throw unclosed;
        reading.warn('missing-inner-close', unclosed.offset, unclosed.path);
      }
      unclosed = undefined;
      received.push(item);
    },
  });
}

/** A change set without its close delimiter is trusted where its members are all there; without a plan nobody can tell. */
function isWhole(nest: readonly ReceivedPart[], place: number, plan: Plan | undefined): boolean {
  if (plan === undefined) return true;
  const sets = plan.items.filter(isChangeSet);
  const named = sets.find((set) =>
    nest.some(({ id }) => set.some((member) => member.idSent && member.id === id)),
  );
  const item = plan.items[place];
  const expected = named ?? (item !== undefined && isChangeSet(item) ? item : undefined);
  return expected?.length === nest.length;
}
