import type { ReceivedAnswer } from './received-answer.ts';

/** One answer, and the id that came with it. */
export interface ReceivedPart {
  readonly id: string | undefined;
  readonly answer: ReceivedAnswer;
  /** The name of the change set that it belongs to, where the answer is JSON and says so. */
  readonly group?: string | undefined;
}

/** A part of an answer; the answers of a change set are a list. */
export type ReceivedItem = ReceivedPart | readonly ReceivedPart[];

export function isNest(item: ReceivedItem): item is readonly ReceivedPart[] {
  return Array.isArray(item);
}
