import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { updateAttributes } from '../../examples/sending/update-attributes.ts';
import { countUpdated, runUpdateAttributes } from '../doubles/run-update-attributes.ts';
import { allDone, plainReply, scriptedService } from '../doubles/scripted-service.ts';

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

  it('goes on, when it is let in again, with every row that it was not let in with', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'update-attributes-'));
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const [input = '', outcomes = '', journal = ''] = ['in.csv', 'out.csv', 'journal.ndjson'].map((name) =>
        join(folder, name),
      );
      // One row is wrong.
      const rows = Array.from({ length: 400 }, (_, row) => `${row === 50 ? 'x' : row},Size,v${row}`);
      await writeFile(input, ['product,attribute,value', ...rows].join('\n'));
      const run = async (isOpen: (call: number) => boolean) => {
        const service = scriptedService((operations, request, call) =>
          isOpen(call) ? allDone(operations, request, call) : plainReply(403),
        );
        await updateAttributes({ input, outcomes, journal }, { fetch: service.fetch, concurrency: 1 });
        const lines = (await readFile(outcomes, 'utf8')).trim().split('\n').slice(1);
        const count = (outcome: string) => lines.filter((line) => line.includes(`,${outcome},`)).length;
        return { service, lines: lines.length, done: count('succeeded'), left: count('not-executed') };
      };
      const first = await run((call) => call === 0);
      const sent = first.service.operations[0]?.length ?? 0;
      expect(first).toMatchObject({ done: sent, left: first.lines - sent });
      expect(sent).toBeGreaterThan(0);
      const second = await run(() => true);
      expect(second).toMatchObject({ lines: 400, done: 399, left: 1 });
      expect(second.service.operations.flat()).toHaveLength(399 - sent);
    } finally {
      error.mockRestore();
      await rm(folder, { recursive: true });
    }
  });
});
