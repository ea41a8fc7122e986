import { describe, expect, it, vi } from 'vitest';
import { isBatchError } from '../../../src/batch/is-batch-error.ts';
import {
  BatchError,
  BatchLimitError,
  BatchResponseError,
  BatchSyntaxError,
  BatchTransportError,
  BatchUsageError,
} from '../../../src/errors.ts';
import { HeaderFields } from '../../../src/mime/header-list.ts';
import { octets } from '../build-octets.ts';

const PLACE = { offset: 0, line: 1, path: '', excerpt: '' };

describe('isBatchError', () => {
  it('knows every class, by its code or by any', () => {
    const errors = [
      new BatchError('correlation-failed', 'x'),
      new BatchSyntaxError('invalid-json', 'x', PLACE),
      new BatchLimitError('maxParts', 1, 2),
      new BatchUsageError([{ path: '', code: 'empty-batch', message: 'x' }]),
      new BatchTransportError('x'),
      new BatchResponseError('x', { status: 1, headers: new HeaderFields([]), bytes: octets('') }),
    ];
    const codes = [
      'correlation-failed',
      'invalid-json',
      'limit-exceeded',
      'empty-batch',
      'response-lost',
      'not-a-batch',
    ] as const;
    for (const [index, error] of errors.entries()) {
      expect(isBatchError(error)).toBe(true);
      expect(codes.filter((code) => isBatchError(error, code))).toEqual([codes[index]]);
    }
  });

  it.each([undefined, null, 'x', 1, {}, new Error('x'), { code: 'invalid-json' }, () => {}])(
    'knows no other: %s',
    (value) => {
      expect(isBatchError(value)).toBe(false);
      expect(isBatchError(value, 'invalid-json')).toBe(false);
    },
  );

  it('knows the errors of another copy of the package, and is known by it', async () => {
    vi.resetModules();
    const other = await import('../../../src/index.ts');
    expect(other.BatchError).not.toBe(BatchError);
    const theirs = new other.BatchLimitError('maxParts', 1, 2);
    expect(theirs).not.toBeInstanceOf(BatchError);
    expect(isBatchError(theirs)).toBe(true);
    expect(isBatchError(theirs, 'limit-exceeded')).toBe(true);
    expect(isBatchError(theirs, 'not-a-batch')).toBe(false);
    expect(other.isBatchError(new BatchTransportError('x'), 'response-lost')).toBe(true);
  });
});
