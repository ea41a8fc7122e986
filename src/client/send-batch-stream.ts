import { isBatchError } from '../batch/is-batch-error.ts';
import { usageError } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import type { OutputOf } from '../batch/result.ts';
import type { BatchError } from '../errors.ts';
import { errorWithResults } from './error-with-results.ts';
import type { SendOptions } from './send-options.ts';
import { type SendSettings, sendSettings } from './send-settings.ts';
import { SendingRun } from './sending-run.ts';
import type { SentResult } from './sent-result.ts';
import { ComingUnits, type UnitFeed, UnitsAtHand, unitsOfItems } from './unit-feed.ts';
import { UnitStream } from './unit-stream.ts';

/** The result of any operation of a stream. */
export type SentResultOf<I> = I extends readonly (infer O)[]
  ? SentResult<OutputOf<O>>
  : SentResult<OutputOf<I>>;

/**
 * Sends operations and change sets as they come, however many there are, and gives their results as they stand: one for each
 * operation, in the order of the answers; `index` and `operation` tell whose they are. Nothing is sent before results are asked
 * for, and no more than a few batches ahead; leaving the loop gives up what is under way.
 *
 * An operation that can't be sent has the outcome `not-executed`, and a `reason`. An operation with an `id` waits
 * for the one behind it, which may refer to it; other references lead nowhere, but in a change set.
 *
 * Where nothing more is sent (`totalTimeoutMs`, `continueOnError: false`, a 401 or 403 later on) it ends: what was read ahead is
 * `not-executed`, and what was never taken from the source has no result.
 *
 * Throws what `sendBatch` throws, the operations themselves apart; `results` has those that were taken from the source and
 * not told yet.
 *
 * @example
 * for await (const result of sendBatchStream(readUpdates(), { service, headers })) {
 *   if (!result.ok) report(result.operation.tag, result);
 * }
 */
export function sendBatchStream<const I extends Batch[number]>(
  items: Iterable<I> | AsyncIterable<I>,
  options: SendOptions = {},
): AsyncGenerator<SentResultOf<I>, void, undefined> {
  let run: SendingRun | undefined;
  const generator = (async function* () {
    run = openRun(items, sendSettings(options));
    run.start();
    try {
      for (let results = await run.next(); results !== undefined; results = await run.next()) {
        for (const result of results) yield result as SentResultOf<I>;
      }
    } catch (error) {
      throw isBatchError(error) ? errorWithResults(error as BatchError, run.rest()) : error;
    } finally {
      run.leave();
    }
  })();
  const leave = generator.return.bind(generator);
  return Object.assign(generator, {
    return(value: void | PromiseLike<void>) {
      // A next() that waits would put the leaving off.
      run?.leave();
      return leave(value);
    },
  });
}

function openRun(
  items: Iterable<Batch[number]> | AsyncIterable<Batch[number]>,
  settings: SendSettings,
): SendingRun {
  const chaining = new UnitStream(settings.keysOf);
  const makeFeed = (ahead: number, onChange: (failure?: { readonly cause: unknown }) => void): UnitFeed => {
    if (Symbol.asyncIterator in items) return new ComingUnits(items, chaining, ahead, onChange);
    return new UnitsAtHand(unitsOfItems(items, chaining), chaining);
  };
  const isIterable =
    typeof items === 'object' &&
    items !== null &&
    (Symbol.iterator in items || Symbol.asyncIterator in items);
  if (!isIterable) throw usageError('items', 'invalid-option', 'expected operations that can be iterated');
  return new SendingRun(settings, makeFeed, Array.isArray(items) ? items.flat().length : undefined);
}
