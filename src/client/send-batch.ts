import { isBatchError } from '../batch/is-batch-error.ts';
import { usageError } from '../batch/issues.ts';
import type { Batch, Operation } from '../batch/operation.ts';
import type { BatchError } from '../errors.ts';
import { checkBatch } from './check-batch.ts';
import { errorWithResults } from './error-with-results.ts';
import type { SendOptions } from './send-options.ts';
import { sendSettings } from './send-settings.ts';
import { SendingRun } from './sending-run.ts';
import type { SentResult, SentResults } from './sent-result.ts';
import { UnitsAtHand } from './unit-feed.ts';
import { rereadable, unitsOfBatch } from './unit-stream.ts';
import { unsent } from './unsent.ts';

/**
 * Sends a batch of any size, in as many batches as the service's limits make of it, and gives one result for each operation,
 * nested like the batch. What failed on the way is sent again where that is safe; what may have happened is `unknown`.
 *
 * Throws BatchUsageError, before anything is sent, with all that is wrong; a refusal of the first request as
 * BatchResponseError or BatchTransportError; what `headers` rejects with; and an abort as BatchError `aborted`: each with a result
 * for each operation in `results`. All else is a value.
 *
 * @example
 * const results = await sendBatch(updates, { service: channelAdvisor(), headers: { Authorization: `Bearer ${token}` } });
 */
export async function sendBatch<const B extends Batch>(
  batch: B,
  options: SendOptions = {},
): Promise<SentResults<B>> {
  if (!Array.isArray(batch)) {
    throw usageError('batch', 'invalid-operation', 'expected an array of operations');
  }
  const settings = sendSettings(options);
  const stable = (batch as Batch).map((item) =>
    Array.isArray(item) ? item.map(rereadable) : rereadable(item as Operation),
  );
  if (stable.length === 0) return [] as unknown as SentResults<B>;
  checkBatch(stable, settings);

  const units = unitsOfBatch(stable, batch, settings.keysOf);
  const run = new SendingRun(settings, () => new UnitsAtHand(units), batch.flat().length);
  run.start();
  const known: SentResult[] = [];
  try {
    for (let results = await run.next(); results !== undefined; results = await run.next()) {
      for (const result of results) known[result.index] = result;
    }
  } catch (error) {
    if (!isBatchError(error)) throw error;
    for (const result of run.rest()) known[result.index] = result;
    throw errorWithResults(error as BatchError, nested(batch, known, error as BatchError));
  }
  return nested(batch, known, run.stopCause) as SentResults<B>;
}

/** The results in the places of their operations; those that were never sent say why. */
function nested(
  batch: Batch,
  known: readonly SentResult[],
  cause: BatchError | undefined,
): (SentResult | SentResult[])[] {
  let index = 0;
  const next = (operation: Operation, path: readonly [number] | readonly [number, number]): SentResult => {
    const place = index++;
    const entry = { operation, encodable: operation, index: place, path, attempts: 0, failures: 0 };
    return known[place] ?? unsent(entry, cause);
  };
  return batch.map((item, place) =>
    isChangeSet(item)
      ? item.map((operation, member) => next(operation, [place, member]))
      : next(item, [place]),
  );
}

function isChangeSet(item: Batch[number]): item is readonly Operation[] {
  return Array.isArray(item);
}
