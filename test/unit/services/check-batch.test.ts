import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/batch/operation.ts';
import type { UsageWarning } from '../../../src/batch/usage-warning.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { defineService } from '../../../src/services/define-service.ts';
import type { ServiceDefinition } from '../../../src/services/service-definition.ts';
import { issuesOf } from '../catch-error.ts';

const GET = { method: 'GET', url: 'A' } as const;
const POST = { method: 'POST', url: 'A' } as const;
const PUT = { method: 'PUT', url: 'A' } as const;

const copies = <T extends object>(operation: T, count: number): T[] =>
  Array.from({ length: count }, () => ({ ...operation }));

function refused(definition: Omit<ServiceDefinition, 'name'>, batch: Batch): string[] {
  const service = defineService({ name: 's', ...definition });
  try {
    encodeBatchRequest(batch, { service });
    return [];
  } catch {
    return issuesOf(() => encodeBatchRequest(batch, { service }));
  }
}

describe('limits of a batch', () => {
  it.each<[ServiceDefinition['limits'], Batch, string[]]>([
    [{ maxOperations: 2 }, copies(GET, 2), []],
    [{ maxOperations: 2 }, [{ ...GET }, copies(POST, 2)], ['batch: too-many-operations']],
    [{ maxItems: 1 }, [copies(POST, 9)], []],
    [{ maxItems: 1 }, [copies(POST, 1), copies(POST, 1)], ['batch: too-many-operations']],
    [{ maxItems: 1 }, [{ ...GET }, copies(POST, 1)], ['batch: too-many-operations']],
    [{ maxOperationsPerChangeSet: 2 }, [...copies(GET, 5), copies(POST, 2)], []],
    [
      { maxOperationsPerChangeSet: 2 },
      [copies(POST, 3), copies(POST, 2), copies(POST, 3)],
      ['batch[0][0]: too-many-operations', 'batch[2][0]: too-many-operations'],
    ],
  ])('%j', (limits, batch, expected) => {
    expect(refused({ limits }, batch)).toEqual(expected);
  });

  it('count the characters of a URL as it is written', () => {
    const limits = { maxUrlLength: 'https://h/s/A?x%20'.length };
    const definition = { limits, serviceRoot: 'https://h/s/', urlForm: 'absolute' } as const;
    expect(refused(definition, [{ method: 'GET', url: 'A?x ' }])).toEqual([]);
    expect(refused(definition, [{ method: 'GET', url: 'A?xy ' }])).toEqual(['batch[0].url: url-too-long']);
  });
});

describe('methods of a batch', () => {
  it('are one where the service wants it', () => {
    expect(refused({ sameMethod: true }, [{ ...POST }, copies(POST, 2)])).toEqual([]);
    expect(refused({ sameMethod: true }, [{ ...POST }, { ...PUT }, { ...GET }])).toEqual([
      'batch[1].method: mixed-methods',
    ]);
    expect(refused({ sameMethod: false }, [{ ...POST }, { ...PUT }])).toEqual([]);
  });
});

describe('ids of a batch', () => {
  const batch = [{ ...GET, id: 'Colour' }, { ...GET }, { ...GET, id: 'cOLOUR' }];

  it('differ in more than letter case where the service folds them', () => {
    expect(refused({ foldsIds: true }, batch)).toEqual(['batch[2].id: duplicate-content-id']);
    expect(refused({}, batch)).toEqual([]);
  });
});

describe('header fields of the batch itself', () => {
  const batch = [{ ...GET, headers: { 'x-csrf-token': 'secret', 'X-A': '1' } }];

  it('are refused inside, and their values are not told', () => {
    const definition = { outerHeaders: ['x-csrf-token'] };
    expect(refused(definition, batch)).toEqual(['batch[0].headers.x-csrf-token: forbidden-header']);
    const service = defineService({ name: 's', ...definition });
    expect(() => encodeBatchRequest(batch, { service })).toThrow(/send it with the batch itself/);
    expect(() => encodeBatchRequest(batch, { service })).not.toThrow(/secret/);
  });
});

describe('references and dependencies', () => {
  const target = { ...POST, id: 'a' };
  const referring = { method: 'PUT', url: '$a' };
  const conditional = { ...PUT, headers: { 'If-Match': '$a' } };
  const dependent = { ...PUT, dependsOn: ['a'] };

  it('are refused apart', () => {
    const batch = [target, referring, conditional, dependent];
    expect(refused({ references: false }, batch)).toEqual([
      'batch[1].url: reference-not-expressible',
      'batch[2].headers.If-Match: reference-not-expressible',
    ]);
    expect(refused({ dependencies: false }, batch)).toEqual([
      'batch[3].dependsOn: reference-not-expressible',
    ]);
  });
});

describe('change sets that are not atomic', () => {
  it('are told, where there is something to lose', () => {
    const seen: UsageWarning[] = [];
    const service = defineService({ name: 's', atomicChangeSets: false });
    const batch = [{ ...GET }, copies(POST, 1), copies(POST, 2)];
    const { plan } = encodeBatchRequest(batch, { service, onWarning: (warning) => seen.push(warning) });
    expect(seen).toEqual([
      {
        path: 'batch[2][0]',
        code: 'change-set-not-atomic',
        message: expect.stringMatching(/keeps the others/),
      },
    ]);
    expect(plan.warnings).toEqual(seen);
  });
});
