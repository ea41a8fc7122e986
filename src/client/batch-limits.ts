import type { Service } from '../batch/service.ts';
import { BatchUsageError } from '../errors.ts';
import type { NamesOf, OptionNames } from '../expect-options.ts';

/** What one batch may hold; where the service says something too, the smaller number counts. */
export interface BatchLimits {
  /** Operations, those of change sets counted one by one. */
  readonly maxOperations?: number | undefined;
  /** Items, a change set counting as one. */
  readonly maxItems?: number | undefined;
  readonly maxOperationsPerChangeSet?: number | undefined;
  /** Octets of the body. */
  readonly maxBytes?: number | undefined;
}

/** All of them, Infinity where there is no limit. */
export type CompleteLimits = { readonly [K in keyof BatchLimits]-?: number };

/** The names of them. */
export const BATCH_LIMITS: OptionNames = {
  maxOperations: true,
  maxItems: true,
  maxOperationsPerChangeSet: true,
  maxBytes: true,
} satisfies NamesOf<BatchLimits>;

const NAMES = ['maxOperations', 'maxItems', 'maxOperationsPerChangeSet', 'maxBytes'] as const;

/** The limits of the caller and of the service together. Throws BatchUsageError `invalid-option`. */
export function completeBatchLimits(
  given: BatchLimits | undefined,
  service: Service | undefined,
): CompleteLimits {
  const limits = given ?? {};
  const issues = NAMES.filter((name) => !isLimit(limits[name])).map((name) => ({
    path: `options.batchLimits.${name}`,
    code: 'invalid-option' as const,
    message: 'expected an integer from 1',
  }));
  const [first, ...rest] = issues;
  if (first !== undefined) throw new BatchUsageError([first, ...rest]);
  const [maxOperations, maxItems, maxOperationsPerChangeSet, maxBytes] = NAMES.map((name) =>
    Math.min(limits[name] ?? Number.POSITIVE_INFINITY, service?.limits?.[name] ?? Number.POSITIVE_INFINITY),
  ) as [number, number, number, number];
  return { maxOperations, maxItems, maxOperationsPerChangeSet, maxBytes };
}

function isLimit(value: unknown): boolean {
  return (
    value === undefined ||
    value === Number.POSITIVE_INFINITY ||
    (Number.isInteger(value) && Number(value) > 0)
  );
}
