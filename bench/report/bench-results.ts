import type { Verdict } from '../measure/judge.ts';
import type { PushResult } from '../measure/measure-pushing.ts';
import type { RowResult } from '../measure/measure-row.ts';
import type { StreamResult } from '../measure/measure-streaming.ts';
import type { Shape } from '../shapes/shape.ts';

/** What one run found out. */
export interface BenchResults {
  readonly rows: readonly RowResult[];
  readonly correctness: readonly Correctness[];
  readonly pushing: readonly PushResult[];
  readonly streaming: readonly StreamResult[];
}

/** What a peer makes of every shape. */
export interface Correctness {
  readonly name: string;
  readonly version: string;
  readonly verdicts: readonly { readonly shape: Shape; readonly verdict: Verdict }[];
}
