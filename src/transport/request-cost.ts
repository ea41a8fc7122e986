/** How a service counts requests. */
export interface CountingRules {
  /** Whether each operation of a batch counts as a request. Default false. */
  readonly countsOperations?: boolean | undefined;
  /** Whether the batch round them counts as one too. Default true. */
  readonly countsBatch?: boolean | undefined;
}

/** How many requests a batch counts for: one, or one for each operation, or both together. */
export function requestCost(
  operations: number,
  { countsOperations, countsBatch = true }: CountingRules = {},
): number {
  if (!countsOperations) return 1;
  return countsBatch ? operations + 1 : operations;
}

/** How many operations a batch may have that counts for so many requests. */
export function operationsFor(
  requests: number,
  { countsOperations, countsBatch = true }: CountingRules = {},
): number {
  if (!countsOperations) return requests > 0 ? Number.POSITIVE_INFINITY : 0;
  return countsBatch ? requests - 1 : requests;
}
