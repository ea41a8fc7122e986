import { setTimeout as wait } from 'node:timers/promises';
import { streamedAnswer } from '../shapes/streamed-answer.ts';
import { streamDrivers } from './stream-drivers.ts';

// What `measureStreaming` starts: takes one streamed answer and prints what that took, as one line of JSON.

const [name = '', totalBytes = '', partBytes = ''] = process.argv.slice(2);
const load = streamDrivers[name];
if (load === undefined) throw new Error(`nothing is called "${name}"`);
const drive = await load();

await drive(streamedAnswer(4 * 1024 * 1024, Number(partBytes)))(() => {});
const answer = streamedAnswer(Number(totalBytes), Number(partBytes));
const run = drive(answer);
for (let i = 0; i < 2; i++) {
  (globalThis as { gc?: () => void }).gc?.();
  // Pages are given back by another thread.
  await wait(100);
}
const idle = process.memoryUsage.rss();
let most = idle;
let chunk = 0;
// Asking takes longer than all else that is done with a chunk, and is nobody's work.
let asking = 0;
const start = performance.now();
const parts = await run(() => {
  if (++chunk % 64 !== 0) return;
  const asked = performance.now();
  most = Math.max(most, process.memoryUsage.rss());
  asking += performance.now() - asked;
});
const seconds = (performance.now() - start - asking) / 1000;
console.log(JSON.stringify({ seconds, peak: most - idle, isRight: parts === answer.partCount }));
