import type { PushResult } from '../measure/measure-pushing.ts';
import type { RowResult } from '../measure/measure-row.ts';
import type { StreamResult } from '../measure/measure-streaming.ts';
import type { BenchResults, Correctness } from './bench-results.ts';
import { speedText, standingText, verdictText } from './figures.ts';
import { goalsOf } from './goals.ts';
import { table } from './table.ts';

/** A table and what it is about. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly table: string;
}

const GROUPS = [
  {
    group: 'decode',
    title: 'Decode, JSON.parse included',
    text: 'Time from the octets of the answer to the value of every body, divided by the time that `JSON.parse` needs for the same bodies as strings. In brackets the share of operations whose status and body are right, where it is not all.',
  },
  {
    group: 'frame',
    title: 'Framing alone',
    text: 'Time to find all parts in the octets and to count them, divided by the time of a native `Buffer.indexOf` for the delimiter over the same octets.',
  },
  {
    group: 'encode',
    title: 'Encode',
    text: 'Time from operations with objects as bodies to the octets of the request, divided by the time of `JSON.stringify` and `TextEncoder` for the same bodies. In brackets the share of operations whose method, URL and body octets a strict reader finds unchanged.',
  },
] as const;

/** All that a run has to tell. */
export function sectionsOf(results: BenchResults): Section[] {
  return [
    goalSection(results),
    ...GROUPS.map(({ group, ...texts }) => ({
      ...texts,
      table: ratioTable(results.rows.filter(({ row }) => row.group === group)),
    })),
    correctnessSection(results.correctness),
    pushSection(results.pushing),
    streamSection(results.streaming),
  ];
}

function goalSection(results: BenchResults): Section {
  const head = ['what', 'goal', 'ours', '', 'middle half', 'best rival that is right', 'fastest rival'];
  const rows = goalsOf(results).map((goal) => [
    goal.what,
    goal.wanted,
    goal.ours,
    goal.isReached ? '✓' : '✗',
    goal.middleHalf,
    goal.bestRight,
    goal.bestOfAll,
  ]);
  return {
    title: 'Goals',
    text: 'Ratios of medians; the middle half of the rounds lies between the two ratios given.',
    table: table(head, rows),
  };
}

function ratioTable(results: readonly RowResult[]): string {
  const names = results[0]?.standings.map(({ name }) => name) ?? [];
  const head = ['', ...results.map(({ row }) => row.shape)];
  const limits = ['the limit', ...results.map(({ limitMs }) => `1 = ${limitMs.toFixed(2)} ms`)];
  const rows = names.map((name) => [
    name,
    ...results.map(({ standings }) => {
      const standing = standings.find((other) => other.name === name);
      return standing === undefined ? '' : standingText(standing);
    }),
  ]);
  return table(head, [limits, ...rows]);
}

function correctnessSection(correctness: readonly Correctness[]): Section {
  const shapes = correctness[0]?.verdicts.map(({ shape }) => shape.name) ?? [];
  const rows = correctness.map(({ name, version, verdicts }) => [
    `${name} ${version}`,
    ...verdicts.map(({ verdict }) => verdictText(verdict)),
  ]);
  return {
    title: 'Correctness of decoding',
    text: 'The share of operations whose status and body come out right, on every shape. Packages that take text get the octets decoded as UTF-8, as `fetch(…).text()` gives them; of those that give values, the value is judged instead of the octets; `dynamics-web-api` gives no status, so its bodies alone are judged. The parsers of any multipart are judged with an HTTP layer of ours behind them.',
    table: table(['', ...shapes], rows),
  };
}

function pushSection(pushing: readonly PushResult[]): Section {
  const names = pushing[0]?.speeds.map(({ name }) => name) ?? [];
  const rows = pushing.map(({ shape, searchSpeed, speeds }) => [
    shape.name,
    shape.what,
    String(shape.chunkBytes),
    speedText(searchSpeed),
    ...speeds.map(({ verdict, speed }) => {
      if (speed === undefined) return verdictText(verdict);
      return 'share' in verdict && verdict.share === 1 ? speedText(speed) : `${speedText(speed)} (wrong)`;
    }),
  ]);
  return {
    title: 'Push parsers, MiB/s',
    text: 'Our scanner and the parsers that take chunks, all of them only counting parts and octets. The search runs over the whole message at once.',
    table: table(['shape', 'what', 'chunk', 'bare search', ...names], rows),
  };
}

function streamSection(streaming: readonly StreamResult[]): Section {
  const head = ['', ...streaming.flatMap(({ what }) => [`${what}: MiB/s`, 'MiB over idle'])];
  const names = streaming[0]?.standings.map(({ name }) => name) ?? [];
  const rows = names.map((name) => [
    name,
    ...streaming.flatMap(({ standings }) => {
      const standing = standings.find((other) => other.name === name);
      if (standing === undefined) return ['', ''];
      const wrong = standing.isRight ? '' : ' (wrong)';
      return [`${speedText(standing.speed)}${wrong}`, speedText(standing.peak)];
    }),
  ]);
  return {
    title: 'A long answer as it comes',
    text: 'In chunks of 64 KiB, each run in a process of its own: the median speed, and the lowest peak of memory. Ours once as results, each with its operation, its headers and its body in one piece; once the scanner alone, which counts parts and octets as the others do.',
    table: table(head, rows),
  };
}
