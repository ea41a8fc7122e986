/** A request as the service saw it. */
export interface SeenRequest {
  readonly at: number;
  readonly count: number;
}

/** The most that was seen in any window of this length, both ends in it. */
export function fullestWindow(seen: readonly SeenRequest[], ms: number): number {
  const sorted = [...seen].sort((a, b) => a.at - b.at);
  let fullest = 0;
  let sum = 0;
  let first = 0;
  for (const { at, count } of sorted) {
    sum += count;
    for (let oldest = sorted[first]; oldest !== undefined && oldest.at < at - ms; oldest = sorted[++first]) {
      sum -= oldest.count;
    }
    fullest = Math.max(fullest, sum);
  }
  return fullest;
}
