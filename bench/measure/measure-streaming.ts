import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { streamedAnswer } from '../shapes/streamed-answer.ts';
import { rotated } from './interleave.ts';
import { median } from './median.ts';
import { streamDrivers } from './stream-drivers.ts';

/** How one way to take a streamed answer does. */
export interface StreamStanding {
  readonly name: string;
  /** Whether it found every part. */
  readonly isRight: boolean;
  /** MiB/s, the median of all rounds. */
  readonly speed: number;
  /** The most MiB over idle, the least of all rounds. */
  readonly peak: number;
}

export interface StreamResult {
  readonly what: string;
  readonly standings: readonly StreamStanding[];
}

interface Sample {
  readonly seconds: number;
  readonly peak: number;
  readonly isRight: boolean;
}

const MIB = 1024 * 1024;
const PROCESS = fileURLToPath(new URL('stream-process.ts', import.meta.url));

/** Measures speed and memory, each in a process of its own and by turns. */
export async function measureStreaming(
  totalBytes: number,
  partBytes: number,
  rounds: number,
): Promise<StreamResult> {
  const lanes = Object.keys(streamDrivers).map((name) => ({ name, samples: [] as Sample[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { name, samples } of rotated(lanes, round)) {
      const args = ['--expose-gc', '--import', 'tsx', PROCESS, name, String(totalBytes), String(partBytes)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      samples.push(JSON.parse(stdout));
    }
  }
  const { octets } = streamedAnswer(totalBytes, partBytes);
  return {
    what: `${totalBytes / MIB} MiB in parts of ${partBytes / 1024} KiB`,
    standings: lanes.map(({ name, samples }) => ({
      name,
      isRight: samples.every(({ isRight }) => isRight),
      speed: octets / MIB / median(samples.map(({ seconds }) => seconds)),
      peak: Math.min(...samples.map(({ peak }) => peak)) / MIB,
    })),
  };
}
