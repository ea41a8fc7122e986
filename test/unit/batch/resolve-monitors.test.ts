import { describe, expect, it } from 'vitest';
import { resolveMonitors } from '../../../src/batch/resolve-monitors.ts';
import type { OperationResult } from '../../../src/batch/result.ts';

const pending = (monitor: string): OperationResult => ({
  outcome: 'pending',
  ok: false,
  monitor,
  retryAfter: '5',
  index: 0,
  path: [0],
  id: '1',
  operation: { method: 'GET', url: 'A' },
});
const other = {
  outcome: 'not-executed',
  ok: false,
  index: 1,
  path: [1],
  id: '2',
  operation: { method: 'GET', url: 'B' },
} as const;

describe('resolveMonitors', () => {
  it.each([
    ['monitor/1', 'https://h/svc/monitor/1'],
    ['/m', 'https://h/m'],
    ['../m?x=1', 'https://h/m?x=1'],
    ['https://other/m', 'https://other/m'],
    ['//other/m', 'https://other/m'],
  ])('takes %s relative to the URL that the answer came from: %s (A-01)', (monitor, resolved) => {
    const results = [pending(monitor), [other, pending(monitor)]];
    expect(resolveMonitors(results, 'https://h/svc/$batch')).toEqual([
      { ...pending(monitor), monitor: resolved },
      [other, { ...pending(monitor), monitor: resolved }],
    ]);
  });

  it.each([undefined, '', '/svc/$batch', 'about:blank'])('leaves it where that URL is %j', (url) => {
    const results = [pending('m')];
    expect(resolveMonitors(results, url)).toBe(results);
  });
});
