/** How many operations the next batches have. */
export interface BatchSize {
  readonly operations: number;
  readonly maximum: number;
}

/** Half of what was too much: batches that were under way together and failed together halve it once. */
export function afterTimeout(size: BatchSize, operations: number): BatchSize {
  return { ...size, operations: Math.max(1, Math.min(size.operations, Math.floor(operations / 2))) };
}

/**
 * A tenth more, at least one, where a batch that was as full as it could be was answered in time: one more like the largest of
 * what stays together would not have fitted.
 *
 * @param sizes operations of each of what stays together
 */
export function afterAnswer(size: BatchSize, sizes: readonly number[]): BatchSize {
  if (sumOf(sizes) + largestOf(sizes) <= size.operations) return size;
  const grown = size.operations + Math.max(1, Math.floor(size.operations / 10));
  return { ...size, operations: Math.min(size.maximum, grown) };
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** The largest of any number of numbers, which may be more than a call takes; 0 where there are none. */
export function largestOf(numbers: readonly number[]): number {
  return numbers.reduce((largest, number) => Math.max(largest, number), 0);
}
