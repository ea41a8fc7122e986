import { isBatchError } from '../batch/is-batch-error.ts';
import type { Batch, HeadersInput } from '../batch/operation.ts';
import { BatchUsageError, type UsageIssue } from '../errors.ts';
import { type EncodedBatchRequest, encodeBatchRequest } from '../formats/encode-batch-request.ts';
import { relocateIssues } from './relocate-issues.ts';
import { repeatabilityFields, withFields } from './repeatability.ts';
import type { SendSettings } from './send-settings.ts';
import { entriesOf, type Unit } from './unit.ts';

/** Units that can't be encoded, and why; the others can. */
export interface RefusedUnits {
  readonly refused: ReadonlyMap<Unit, BatchUsageError>;
  /** Whether it is only that there are too many of them, or too large ones, for one batch. */
  readonly isTooLarge: boolean;
}

/** The operations of units as a batch. */
export function batchOf(units: readonly Unit[]): Batch {
  return units.flatMap(({ items }) =>
    items.map(({ entries, isChangeSet }) => {
      const operations = entries.map(({ encodable }) => encodable);
      const [only] = operations;
      return isChangeSet || only === undefined ? operations : only;
    }),
  );
}

/** Encodes a batch. Throws BatchUsageError for what is wrong with the options. */
export function encodeUnits(
  units: readonly Unit[],
  headers: HeadersInput | undefined,
  settings: SendSettings,
): EncodedBatchRequest | RefusedUnits {
  const { encoding, hasRepeatability, service, random, clock } = settings;
  const entries = entriesOf(units);
  if (hasRepeatability) {
    for (const entry of entries) entry.repeatability ??= repeatabilityFields(random, clock.now());
  }
  const fields = entries.map(({ repeatability }) => repeatability);
  const options = { ...encoding, headers, service: service && withFields(service, fields) };
  try {
    return encodeBatchRequest(batchOf(units), options);
  } catch (error) {
    if (!isBatchError(error) || !(error instanceof BatchUsageError)) throw error;
    return refusedUnits(units, error);
  }
}

function refusedUnits(units: readonly Unit[], error: BatchUsageError): RefusedUnits {
  const unitAt = units.flatMap((unit) => unit.items.map(() => unit));
  const places = units.flatMap(({ items }) => items.map(({ entries }) => entries[0]?.path[0] ?? 0));
  const issuesOf = new Map<Unit, UsageIssue[]>();
  for (const { item, issue } of relocateIssues(error.issues, places)) {
    if (item === undefined && issue.path.startsWith('options')) throw error;
    for (const unit of item === undefined ? units : unitAt.slice(item, item + 1)) {
      const issues = issuesOf.get(unit);
      if (issues === undefined) issuesOf.set(unit, [issue]);
      else issues.push(issue);
    }
  }
  const init = error.cause === undefined ? {} : { cause: error.cause };
  const refused = new Map(
    [...issuesOf].map(([unit, issues]) => [unit, new BatchUsageError(issues as [UsageIssue], init)]),
  );
  const isTooLarge = units.length > 1 && error.issues.every(({ path }) => path === 'batch');
  return { refused, isTooLarge };
}
