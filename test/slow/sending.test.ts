import { describe, expect, it } from 'vitest';
import { runFailingService } from '../doubles/run-failing-service.ts';
import { countUpdated, runUpdateAttributes } from '../doubles/run-update-attributes.ts';
import { measureMemory } from './memory/measure-memory.ts';

const MIB = 1024 * 1024;
const MILLION = 1_000_000;
/** Ten million take five minutes: `SENT_MILLIONS=10 npm run test:slow`. */
const MILLIONS = Number(process.env.SENT_MILLIONS ?? 2);
const BODY = 64;

describe('40 000 operations to a service that fails in every way at random', () => {
  it.each([1])(
    'have one true outcome each, seed %i',
    async (seed) => {
      const { results, service, wrong, seconds } = await runFailingService(40_000, seed);
      const outcomes: Record<string, number> = {};
      for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      console.log(`${seconds.toFixed(0)} s`, outcomes, Object.fromEntries(service.happened));
      expect(wrong).toEqual([]);
      expect(results).toHaveLength(40_000);
      expect(outcomes.succeeded).toBeGreaterThan(36_000);
    },
    600_000,
  );
});

describe('the program of docs/guides/sending.md', () => {
  it('updates 40 000 attributes from a CSV, and is killed three times', async () => {
    const begun = performance.now();
    const { lines, service, kills } = await runUpdateAttributes(40_000, [50, 120, 70]);
    const batches = service.log.filter(({ kind }) => kind === 'batch').length;
    console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s, ${batches} batches`);
    expect(kills).toBe(3);
    expect(lines.filter((line) => line.endsWith(',succeeded,204'))).toHaveLength(39_960);
    expect(lines.filter((line) => line.endsWith(',failed,404'))).toHaveLength(40);
    expect(countUpdated(service, 40_000)).toBe(39_960);
  }, 600_000);
});

describe('operations that are sent as they come', () => {
  it('take no more memory when there are millions of them than when there is one', async () => {
    const peaks: number[] = [];
    for (const millions of [1, MILLIONS]) {
      const settings = { totalBytes: millions * MILLION * BODY, partBytes: BODY };
      const { peak, count, seconds } = await measureMemory('operations sent', settings);
      console.log(`${millions} million: ${(peak / MIB).toFixed(0)} MiB over idle, ${seconds.toFixed(0)} s`);
      expect(count).toBe(settings.totalBytes);
      peaks.push(peak);
    }
    const [one = 0, many = 0] = peaks;
    expect(many).toBeLessThan(one + 48 * MIB);
    expect(many).toBeLessThan(256 * MIB);
  }, 1_800_000);
});
