import type { PushResult } from '../measure/measure-pushing.ts';
import type { RowResult, Standing } from '../measure/measure-row.ts';
import type { StreamResult } from '../measure/measure-streaming.ts';
import type { BenchResults } from './bench-results.ts';
import { isRight, ratioText } from './figures.ts';

/** One of the numbers that we want to reach, and where we and the rivals stand. */
export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly ours: string;
  readonly isReached: boolean;
  /** Between which the middle half of the rounds lies. */
  readonly middleHalf: string;
  readonly bestRight: string;
  readonly bestOfAll: string;
}

/** How much faster than Dicer our scanner is to be, chunk by chunk. */
const TIMES_DICER = 3;

/** How much the decoder may hold, however long the answer is; MiB over idle. */
const MOST_HELD = 64;

export function goalsOf({ rows, pushing, streaming }: BenchResults): Goal[] {
  return [
    ...rows.flatMap(ratioGoal),
    ...pushing.filter(isOrdinary).flatMap(pushGoal),
    ...streaming.flatMap(streamGoals),
  ];
}

function ratioGoal({ row, standings }: RowResult): Goal[] {
  const ours = standings.find(({ isOurs }) => isOurs);
  if (ours?.timing === undefined || row.goal === undefined) return [];
  const rivals = standings
    .filter(({ name }) => row.entrants.find((entrant) => entrant.name === name)?.isRival)
    .sort((a, b) => ratioOf(a) - ratioOf(b));
  const { ratio, quartiles } = ours.timing;
  return [
    {
      what: `${row.title} ÷ ${row.limit.name}`,
      wanted: `≤ ${row.goal}`,
      ours: ratioText(ratio),
      isReached: ratio <= row.goal && isRight(ours.verdict),
      middleHalf: quartiles.map(ratioText).join('–'),
      bestRight: rivalText(rivals.find(({ verdict }) => isRight(verdict))),
      bestOfAll: rivalText(rivals[0]),
    },
  ];
}

function pushGoal({ shape, speeds }: PushResult): Goal[] {
  const [ours, dicer] = ['odata-batch-codec', '@fastify/busboy Dicer'].map((name) =>
    speeds.find((speed) => speed.name === name),
  );
  if (ours?.speed === undefined || dicer?.speed === undefined) return [];
  const times = ours.speed / dicer.speed;
  return [
    {
      what: `speed of the scanner on ${shape.name} in chunks of 64 KiB ÷ Dicer's`,
      wanted: `≥ ${TIMES_DICER}`,
      ours: ratioText(times),
      isReached: times >= TIMES_DICER && isRight(ours.verdict),
      middleHalf: '',
      bestRight: '',
      bestOfAll: '',
    },
  ];
}

function streamGoals({ what, standings }: StreamResult): Goal[] {
  const named = (name: string) => standings.find((standing) => standing.name === name);
  const dicer = named('@fastify/busboy Dicer');
  const scanner = named('odata-batch-codec, scanner');
  const decoder = named('odata-batch-codec, results');
  if (dicer === undefined || scanner === undefined || decoder === undefined) return [];
  const none = { middleHalf: '', bestRight: '', bestOfAll: '' };
  const times = scanner.speed / dicer.speed;
  const held = decoder.peak;
  return [
    {
      ...none,
      what: `speed of the scanner on ${what} ÷ Dicer's`,
      wanted: `≥ ${TIMES_DICER}`,
      ours: ratioText(times),
      isReached: times >= TIMES_DICER && scanner.isRight,
    },
    {
      ...none,
      what: `memory of decodeBatchResponseStream on ${what}, MiB over idle`,
      wanted: `≤ ${MOST_HELD}`,
      ours: ratioText(held),
      isReached: held <= MOST_HELD && decoder.isRight,
    },
  ];
}

function isOrdinary({ shape }: PushResult): boolean {
  return ['1000 × 1 KiB', '100 × 20 KB'].includes(shape.name);
}

function ratioOf({ timing }: Standing): number {
  return timing?.ratio ?? Number.POSITIVE_INFINITY;
}

function rivalText(standing: Standing | undefined): string {
  return standing?.timing === undefined ? '' : `${ratioText(standing.timing.ratio)} ${standing.name}`;
}
