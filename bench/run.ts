import { writeFileSync } from 'node:fs';
import { decodeRows } from './measure/decode-rows.ts';
import { encodeRows } from './measure/encode-rows.ts';
import { frameRows } from './measure/frame-rows.ts';
import { FULL_PACE, QUICK_PACE } from './measure/interleave.ts';
import { judgeDecoding } from './measure/judge.ts';
import { measurePushing, type PushResult } from './measure/measure-pushing.ts';
import { measureRow, type RowResult } from './measure/measure-row.ts';
import { measureStreaming, type StreamResult } from './measure/measure-streaming.ts';
import { allPeers } from './peers/all-peers.ts';
import type { BenchResults, Correctness } from './report/bench-results.ts';
import { ourFaults } from './report/our-faults.ts';
import { resultsMarkdown } from './report/results-markdown.ts';
import { resultsSvg } from './report/results-svg.ts';
import { sectionsOf } from './report/tables.ts';
import { allShapes } from './shapes/all-shapes.ts';

// Measures ours, the rivals and the limits, prints tables and writes RESULTS.md and results.svg.
// `--quick` shows only that everything works: its figures mean nothing, and it writes nothing.
const isQuick = process.argv.includes('--quick');
const pace = isQuick ? QUICK_PACE : FULL_PACE;
/** The push parsers have all shapes to go through. */
const pushPace = isQuick ? QUICK_PACE : { ...FULL_PACE, budgetMs: 1200, fewestRounds: 3, warmUpMs: 60 };

const correctness: Correctness[] = [];
for (const peer of allPeers) {
  const verdicts = [];
  for (const shape of allShapes) verdicts.push({ shape, verdict: await judgeDecoding(peer, shape) });
  correctness.push({ name: peer.name, version: peer.version, verdicts });
}

const rows: RowResult[] = [];
for (const row of [...decodeRows(), ...frameRows(), ...encodeRows()]) rows.push(await measureRow(row, pace));

const pushing: PushResult[] = [];
for (const shape of allShapes) pushing.push(await measurePushing(shape, pushPace));

const streaming: StreamResult[] = [];
for (const partBytes of [68 * 1024, 1.25 * 1024]) {
  streaming.push(await measureStreaming((isQuick ? 8 : 1024) * 1024 * 1024, partBytes, isQuick ? 1 : 3));
}

const results: BenchResults = { rows, correctness, pushing, streaming };
const sections = sectionsOf(results);
if (isQuick) console.log('A quick run: the figures mean nothing.');
for (const { title, table } of sections) console.log(`\n${title}\n\n${table}`);

const faults = ourFaults(results);
for (const fault of faults) console.error(`WRONG: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else if (!isQuick) {
  const date = new Date();
  const counts = rows.map(({ rounds }) => rounds);
  const rounds = `${Math.min(...counts)} to ${Math.max(...counts)}`;
  writeFileSync(new URL('RESULTS.md', import.meta.url), resultsMarkdown(sections, date, rounds));
  writeFileSync(new URL('results.svg', import.meta.url), resultsSvg(rows, date));
}
