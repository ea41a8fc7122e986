import { describe, expect, it } from 'vitest';
import { measureMemory } from './memory/measure-memory.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
/** What we promise: so much over idle, however long the message is. */
const LIMIT = 64 * MIB;

/**
 * The lowest peak of three runs: V8 frees what lies outside its heap when it likes, and how much gathers until then differs
 * from run to run. Prints what was seen.
 */
async function peakOf(scenario: string, totalBytes: number, partBytes: number): Promise<number> {
  const peaks: number[] = [];
  for (let run = 0; run < 3; run++) {
    const { peak, count } = await measureMemory(scenario, { totalBytes, partBytes });
    // Everything came through: all but the frames is bodies.
    expect(count).toBeGreaterThan(totalBytes * 0.8);
    peaks.push(peak);
  }
  const seen = peaks.map((peak) => (peak / MIB).toFixed(1)).join(', ');
  console.log(
    `${scenario}: ${totalBytes / MIB} MiB in parts of ${partBytes / KIB} KiB: ${seen} MiB over idle`,
  );
  return Math.min(...peaks);
}

describe('the memory that a stream takes stays under 64 MiB, over idle', () => {
  it.each([
    ['response', 64 * KIB],
    ['request', 64 * KIB],
    // Nearly a million parts: what is remembered of each is seen.
    ['response', KIB],
    ['request', KIB],
  ])('%s: 1 GiB in parts of %i octets', async (scenario, partBytes) => {
    expect(await peakOf(scenario, GIB, partBytes)).toBeLessThan(LIMIT);
  });

  it('a request written while it is sent: 4 GiB', async () => {
    expect(await peakOf('request written while it is sent', 4 * GIB, MIB)).toBeLessThan(LIMIT);
  });
});

// V8 lets up to 64 MiB outside its heap gather before it looks what of it is still used.
describe('where more is made by others, or more differs, or is given away, it stays under 96 MiB', () => {
  it('response of one large body: 4 GiB, each chunk of it a copy for who reads it', async () => {
    expect(await peakOf('response of one large body', 4 * GIB, MIB)).toBeLessThan(96 * MIB);
  });

  it.each([
    ['response with an ETag in each answer', 64 * KIB],
    ['response in chunks with memory of their own', 64 * KIB],
    ['response', MIB],
    ['request', MIB],
  ])('%s: 1 GiB in parts of %i octets', async (scenario, partBytes) => {
    expect(await peakOf(scenario, GIB, partBytes)).toBeLessThan(96 * MIB);
  });
});
