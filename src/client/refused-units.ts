import { notExecuted } from '../batch/outcome.ts';
import type { ErrorAnswer, OperationResult } from '../batch/result.ts';
import type { RefusalOf } from './credential-refusals.ts';
import type { Exchange } from './judge-batch.ts';
import type { Unit } from './unit.ts';

/**
 * The units of a batch that were refused for their credentials: all where the service refused the batch, or nothing in it got
 * further; else those with an operation whose answer says so in words of its own. By its status alone one operation among
 * others may have been refused for what it is.
 */
export function refusedUnits(
  units: readonly Unit[],
  exchange: Exchange,
  refusalOf: RefusalOf,
): readonly Unit[] {
  const { failure, results } = exchange;
  if (failure !== undefined) return failure.kind === 'unauthorized' ? units : [];
  const refusals = results.map((result) => {
    const answer = answerIn(result);
    return answer && refusalOf(answer);
  });
  const gotNoFurther = results.every(
    ({ outcome }, place) => refusals[place] !== undefined || outcome === 'not-executed',
  );
  let end = 0;
  return units.filter(({ operations }) => {
    const own = refusals.slice(end, end + operations);
    end += operations;
    return own.some((refusal) => refusal === 'certain' || (refusal !== undefined && gotNoFurther));
  });
}

/**
 * The results of a batch; where units were refused for credentials of which there are new ones now, that is no last word: what was
 * refused was not executed.
 */
export function unexecuted(
  units: readonly Unit[],
  renewed: ReadonlySet<Unit>,
  results: readonly OperationResult[],
  refusalOf: RefusalOf,
): readonly OperationResult[] {
  const unitAt = units.flatMap((unit) => Array.from({ length: unit.operations }, () => unit));
  return results.map((result, place) => {
    const answer = renewed.has(unitAt[place] as Unit) ? answerIn(result) : undefined;
    return answer === undefined || refusalOf(answer) === undefined ? result : notExecuted(result, answer);
  });
}

/** The answer by which an operation failed, or the change set or the batch that it was in. */
function answerIn(result: OperationResult): ErrorAnswer | undefined {
  if (result.outcome === 'failed') return result;
  return result.outcome === 'rolled-back' || result.outcome === 'not-executed' ? result.cause : undefined;
}
