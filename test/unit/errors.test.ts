import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  BatchError,
  BatchLimitError,
  BatchResponseError,
  BatchSyntaxError,
  BatchTransportError,
  BatchUsageError,
} from '../../src/errors.ts';
import { encodeBatchRequest } from '../../src/formats/encode-batch-request.ts';
import { HeaderFields } from '../../src/mime/header-list.ts';
import { octets } from './build-octets.ts';
import { errorOf } from './catch-error.ts';

const PLACE = { offset: 12, line: 3, path: 'parts[0].changeset[1]', excerpt: 'Host : h␍␊\n    ^' };

describe('BatchError', () => {
  it('has code, message, name; cause and results only where they are given', () => {
    const error = new BatchError('correlation-failed', 'two answers');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'BatchError', code: 'correlation-failed', message: 'two answers' });
    expect(Object.hasOwn(error, 'cause')).toBe(false);
    expect('results' in error).toBe(false);
    const full = new BatchError('correlation-failed', 'x', { cause: undefined, results: [1] });
    expect(Object.hasOwn(full, 'cause')).toBe(true);
    expect(full.results).toEqual([1]);
  });
});

describe('BatchSyntaxError', () => {
  it('tells the place, in its message too', () => {
    const error = new BatchSyntaxError('space-before-colon', 'expected a colon', PLACE, { results: [] });
    expect(error).toBeInstanceOf(BatchError);
    expect(error).toMatchObject({
      name: 'BatchSyntaxError',
      code: 'space-before-colon',
      ...PLACE,
      results: [],
    });
    expect(error.message).toBe(
      'expected a colon (offset 12, line 3 in parts[0].changeset[1])\nHost : h␍␊\n    ^',
    );
  });

  it('of the message itself names no part', () => {
    expect(new BatchSyntaxError('missing-delimiter', 'none', { ...PLACE, path: '' }).message).toBe(
      'none (offset 12, line 3)\nHost : h␍␊\n    ^',
    );
  });
});

describe('BatchLimitError', () => {
  it('tells limit, maximum and what was found', () => {
    expect(new BatchLimitError('maxParts', 10, 11)).toMatchObject({
      name: 'BatchLimitError',
      code: 'limit-exceeded',
      limit: 'maxParts',
      maximum: 10,
      actual: 11,
      message: 'maxParts is 10, but the message has 11',
    });
  });
});

describe('BatchUsageError', () => {
  it('has the code of its first issue and the messages of all', () => {
    const issues = [
      { path: 'batch[0].url', code: 'invalid-url', message: 'empty' },
      { path: '', code: 'empty-batch', message: 'nothing' },
    ] as const;
    expect(new BatchUsageError([...issues])).toMatchObject({
      name: 'BatchUsageError',
      code: 'invalid-url',
      issues,
      message: 'batch[0].url: empty\nnothing',
    });
  });
});

describe('BatchTransportError', () => {
  it('has the failure as cause', () => {
    const cause = new Error('reset');
    expect(new BatchTransportError('lost', { cause, results: [] })).toMatchObject({
      name: 'BatchTransportError',
      code: 'response-lost',
      cause,
      results: [],
    });
    expect(new BatchTransportError('late', { code: 'timed-out' }).code).toBe('timed-out');
  });
});

describe('BatchResponseError', () => {
  it('has the answer', () => {
    const headers = new HeaderFields([['A', '1']]);
    const bytes = octets('no');
    const error = new BatchResponseError('refused', {
      status: 401,
      headers,
      bytes,
      error: { code: 'E', message: 'm' },
    });
    expect(error).toMatchObject({
      name: 'BatchResponseError',
      code: 'not-a-batch',
      status: 401,
      headers,
      bytes,
      error: { code: 'E', message: 'm' },
    });
    expect('error' in new BatchResponseError('refused', { status: undefined, headers, bytes })).toBe(false);
  });
});

describe('the brand', () => {
  it('is on each error and shows nowhere', () => {
    const error = new BatchError('correlation-failed', 'x');
    const brand = Object.getOwnPropertyDescriptor(error, Symbol.for('odata-batch-codec.BatchError'));
    expect(brand).toEqual({ value: true, enumerable: false, writable: false, configurable: false });
    expect(inspect(error)).not.toContain('Symbol');
    expect(Object.keys(new BatchLimitError('maxParts', 1, 2)).sort()).toEqual([
      'actual',
      'code',
      'limit',
      'maximum',
      'name',
    ]);
  });
});

it('a BatchUsageError has ten issues in its message, and all of them as a property', () => {
  const batch = Array.from({ length: 500 }, (_, index) => ({ method: 'POST', url: `P(${index})`, body: {} }));
  const error = errorOf(() => encodeBatchRequest(batch, { version: '3.0' })) as BatchUsageError;
  const lines = error.message.split('\n');
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe(
    'batch[0].method: OData 2.0 and 3.0 take POST in a change set only: wrap the operation in an array',
  );
  expect(lines.at(-1)).toBe('and 490 more');
  expect(error.issues).toHaveLength(500);
});
