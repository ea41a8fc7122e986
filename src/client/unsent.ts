import type { Operation } from '../batch/operation.ts';
import { notExecuted, type Subject } from '../batch/outcome.ts';
import type { NotExecuted } from '../batch/result.ts';
import type { BatchError } from '../errors.ts';
import type { SendingFacts, SentResult } from './sent-result.ts';
import { type Entry, entriesOf, type Unit } from './unit.ts';

/** The result of something that was not sent, or not taken, and why. */
export function notSent(
  subject: Subject<Operation>,
  reason: BatchError | undefined,
): NotExecuted & Pick<SendingFacts, 'reason'> {
  return { ...notExecuted(subject), ...(reason !== undefined && { reason }) };
}

/** Whose results they are that are not of a batch. */
export function subjectOf({ operation, index, path }: Entry): Subject<Operation> {
  const id = (operation as Operation | undefined)?.id;
  return { operation, id, index, path };
}

/**
 * The result of an operation that is not sent, or not sent again: what it was answered last, and where it never was, that it was
 * not executed.
 *
 * @param reason why nothing more is sent, where no answer says so
 */
export function unsent(entry: Entry, reason: BatchError | undefined): SentResult {
  const { attempts, word } = entry;
  if (word === undefined) return Object.assign(notSent(subjectOf(entry), reason), { attempts });
  // The service stopped before it, and did not say why.
  const isMute = word.outcome === 'not-executed' && !('reason' in word) && word.cause === undefined;
  return Object.assign(isMute && reason !== undefined ? { ...word, reason } : word, { attempts });
}

/** One result for each operation of units, all for one reason. */
export function allUnsent(units: readonly Unit[], reason: BatchError | undefined): SentResult[] {
  return entriesOf(units).map((entry) => unsent(entry, reason));
}
