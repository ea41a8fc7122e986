import { describe, expect, it } from 'vitest';
import { countUpdated, runUpdateAttributes } from '../doubles/run-update-attributes.ts';

describe('the program of docs/guides/sending.md', () => {
  it('is killed twice, taken up again, and every row has its outcome', async () => {
    const { service, lines, kills, tokens } = await runUpdateAttributes(3_000, [9, 14]);
    expect(kills).toBe(2);
    expect(lines[0]).toBe('row,outcome,status');
    expect(lines).toHaveLength(3_001);
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 3_000 }, (_, row) => row + 1),
    );
    const failed = lines.filter((line) => line.endsWith(',failed,404'));
    expect(failed).toHaveLength(3);
    expect(lines.filter((line) => line.endsWith(',succeeded,204'))).toHaveLength(2_997);

    expect(countUpdated(service, 3_000)).toBe(2_997);
    // What was under way when it was killed went again, and nothing else.
    const operations = service.log.filter(({ kind, status }) => kind === 'operation' && status === 204);
    expect(operations.length).toBeLessThanOrEqual(2_997 + 2 * 5 * 100);
    // One for each time that it was started, as far as it got.
    expect(tokens).toBeGreaterThanOrEqual(1);
    expect(tokens).toBeLessThanOrEqual(3);
  });
});
