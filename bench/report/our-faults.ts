import type { Verdict } from '../measure/judge.ts';
import type { BenchResults } from './bench-results.ts';
import { isRight, verdictText } from './figures.ts';

const OURS = 'odata-batch-codec';

/** Whatever we do not do right: a figure beside it would mean nothing. */
export function ourFaults({ rows, correctness, pushing, streaming }: BenchResults): string[] {
  const judged: { what: string; verdict: Verdict }[] = [
    ...rows.flatMap(({ row, standings }) =>
      standings.filter(({ isOurs }) => isOurs).map(({ verdict }) => ({ what: row.title, verdict })),
    ),
    ...correctness
      .filter(({ name }) => name === OURS)
      .flatMap(({ verdicts }) =>
        verdicts.map(({ shape, verdict }) => ({ what: `decode ${shape.name}`, verdict })),
      ),
    ...pushing.flatMap(({ shape, speeds }) =>
      speeds
        .filter(({ name }) => name === OURS)
        .map(({ verdict }) => ({ what: `push ${shape.name}`, verdict })),
    ),
    ...streaming.flatMap(({ what, standings }) =>
      standings
        .filter(({ name }) => name.startsWith(OURS))
        .map(({ name, isRight }) => ({ what: `${name}, ${what}`, verdict: { share: isRight ? 1 : 0 } })),
    ),
  ];
  return judged
    .filter(({ verdict }) => !isRight(verdict))
    .map(({ what, verdict }) => `${what}: ${'refusal' in verdict ? verdict.refusal : verdictText(verdict)}`);
}
