import { describe, expect, it } from 'vitest';
import { runFailingService } from '../../doubles/run-failing-service.ts';

describe('a service that fails in every way at random', () => {
  it('is sent 4 000 operations: each has one true outcome, and nothing is done twice or out of order', async () => {
    const { results, service, wrong, seconds } = await runFailingService(4_000, 1);
    const outcomes: Record<string, number> = {};
    for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    console.log(`${seconds.toFixed(1)} s`, outcomes, Object.fromEntries(service.happened));
    expect(wrong).toEqual([]);
    expect(results).toHaveLength(4_000);
    // Most of it succeeds all the same.
    expect(outcomes.succeeded).toBeGreaterThan(3_600);
  });
});
