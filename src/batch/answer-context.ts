import type { BatchError } from '../errors.ts';
import type { BatchFormat } from './batch-format.ts';

/** How the answer came. */
export interface AnswerContext {
  /** The format of the answer; default that of the batch. */
  readonly format?: BatchFormat | undefined;
  /** Why there are fewer parts than sent, where the answer was cut off; the operations behind are then unknown. */
  readonly cut?: BatchError | undefined;
  /** Whether it was read from the monitor of an asynchronous batch. */
  readonly fromMonitor?: boolean | undefined;
  /** Where the rest of a JSON answer is that has only some of the responses (J-22). */
  readonly nextLink?: string | undefined;
}

/** Whether answers are still to come. */
export function isPartial({ cut, nextLink }: AnswerContext): boolean {
  return cut !== undefined || nextLink !== undefined;
}
