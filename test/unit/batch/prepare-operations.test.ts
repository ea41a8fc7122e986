import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/batch/operation.ts';
import type { GivenBatch, PreparedBatch, Service } from '../../../src/batch/service.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { issuesOf } from '../catch-error.ts';

/** A service that sends all as it is, but for what `change` says. */
function service(change: (batch: GivenBatch) => Partial<PreparedBatch> = () => ({})): Service {
  return {
    name: 's',
    accept: 'as-given',
    prepare: (batch) => ({
      operations: batch.operations.map(({ index, method, url, body }) => ({
        ...{ members: [index] as const, method, url, body },
        headers: [],
        rule: undefined,
      })),
      issues: [],
      warnings: [],
      ...change(batch),
    }),
  };
}

describe('what a service is asked', () => {
  it('is the batch as far as it can be read, flat and in order', () => {
    const asked: GivenBatch[] = [];
    const target = { method: 'POST', url: 'P', id: 'a' } as const;
    const batch = [target, [{ method: 'PUT', url: '$a/x', dependsOn: ['a'], headers: { A: '1' }, body: 1 }]];
    encodeBatchRequest(batch, {
      service: service((given) => {
        asked.push(given);
        return {};
      }),
      serviceRoot: 'https://h/',
    });
    expect(asked).toEqual([
      {
        serviceRoot: 'https://h/',
        operations: [
          {
            ...{
              index: 0,
              path: [0],
              id: 'a',
              method: 'POST',
              url: 'P',
              headers: undefined,
              body: undefined,
            },
            ...{ isDependent: false, isTarget: true },
          },
          {
            ...{ index: 1, path: [1, 0], id: '2', method: 'PUT', url: '$a/x', headers: { A: '1' }, body: 1 },
            ...{ isDependent: true, isTarget: false },
          },
        ],
      },
    ]);
  });

  it('can read headers that can be read once', () => {
    const headers = new Map([['X-A', '1']]).entries();
    const { plan } = encodeBatchRequest([{ method: 'GET', url: 'P', headers }], {
      service: service(({ operations }) => {
        expect(new Headers(operations[0]?.headers as Headers).get('x-a')).toBe('1');
        return {};
      }),
    });
    expect(plan.items).toMatchObject([{ headers: [['X-A', '1']] }]);
  });
});

describe('what a service answers', () => {
  const GETS: Batch = [{ method: 'GET', url: 'A' }, [{ method: 'POST', url: 'B' }]];

  it('names places as callers know them', () => {
    const issue = { code: 'not-batchable', message: 'no' } as const;
    const refusing = service(() => ({
      issues: [
        { ...issue, index: 1, property: 'headers.X' },
        { ...issue, index: 0, property: undefined },
        { ...issue, index: undefined, property: undefined },
      ],
    }));
    expect(issuesOf(() => encodeBatchRequest(GETS, { service: refusing }))).toEqual([
      'batch: not-batchable',
      'batch[0]: not-batchable',
      'batch[1][0].headers.X: not-batchable',
    ]);
    const warning = { code: 'alias-like', message: 'hm', index: 1, property: 'url' } as const;
    const doubting = service(() => ({
      warnings: [warning, { ...warning, index: undefined, property: undefined }],
    }));
    expect(encodeBatchRequest(GETS, { service: doubting }).plan.warnings.map(({ path }) => path)).toEqual([
      'batch[1][0].url',
      'batch',
    ]);
  });

  it('is checked like what callers give', () => {
    const rewriting = (url: string, method = 'GET', headers: readonly (readonly [string, string])[] = []) =>
      service(() => ({
        operations: [{ members: [0] as const, method, url, body: undefined, headers, rule: 'r' }],
      }));
    const encode = (changed: Service) =>
      encodeBatchRequest([{ method: 'GET', url: 'A' }], { service: changed });
    expect(issuesOf(() => encode(rewriting('a\r\nb')))).toEqual(['batch[0].url: invalid-url']);
    expect(issuesOf(() => encode(rewriting('$batch')))).toEqual(['batch[0].url: nested-batch']);
    expect(issuesOf(() => encode(rewriting('a', 'G T')))).toEqual(['batch[0].method: invalid-method']);
    expect(issuesOf(() => encode(rewriting('a', 'GET', [['X', 'a\r\nb']])))).toEqual([
      'batch[0].headers.X: invalid-header-value',
    ]);
    expect(encode(rewriting('a b', 'GET', [['X', 'y']])).plan.items).toMatchObject([
      {
        url: 'a%20b',
        headers: [['X', 'y']],
        addedHeaders: ['X'],
        rewrite: { rule: 'r', from: 'A', to: 'a b' },
      },
    ]);
  });
});
