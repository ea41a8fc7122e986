import { describe, expect, it } from 'vitest';
import * as client from '../../../src/client.ts';
import * as codec from '../../../src/index.ts';
import * as jobs from '../../../src/jobs.ts';
import { HeaderFields } from '../../../src/mime/header-list.ts';
import * as server from '../../../src/server.ts';
import * as services from '../../../src/services.ts';
import * as xml from '../../../src/xml.ts';
import { expectPrintable, SECRET } from './printed.ts';

const inner = new codec.BatchResponseError('refused', {
  status: 401,
  headers: new HeaderFields([['Set-Cookie', SECRET]]),
  bytes: new TextEncoder().encode(SECRET),
  error: { code: SECRET, message: SECRET },
});
const init = { cause: inner, results: [{ value: SECRET, cause: inner }] };
const operation = { url: `a?${SECRET}` } as never;
const place = { offset: 1, line: 2, path: 'parts[0]', excerpt: 'x\n^' };
const issue = { path: 'batch', code: 'empty-batch', message: 'expected operations' } as const;

/** One error of each class, with all that it can hold; and what its JSON is. */
const ERRORS: Readonly<Record<string, readonly [error: Error, json: object]>> = {
  BatchError: [
    new codec.BatchError('aborted', 'given up', init),
    { name: 'BatchError', code: 'aborted', message: 'given up' },
  ],
  BatchLimitError: [
    new codec.BatchLimitError('maxParts', 1, 2, init),
    {
      name: 'BatchLimitError',
      code: 'limit-exceeded',
      message: 'maxParts is 1, but the message has 2',
      ...{ limit: 'maxParts', maximum: 1, actual: 2 },
    },
  ],
  BatchResponseError: [
    new codec.BatchResponseError('refused', inner, init),
    { name: 'BatchResponseError', code: 'not-a-batch', message: 'refused', status: 401 },
  ],
  BatchSyntaxError: [
    new codec.BatchSyntaxError('invalid-json', 'no JSON', place, init),
    {
      name: 'BatchSyntaxError',
      code: 'invalid-json',
      message: 'no JSON (offset 1, line 2 in parts[0])\nx\n^',
      ...place,
    },
  ],
  BatchTransportError: [
    new codec.BatchTransportError('lost', init),
    { name: 'BatchTransportError', code: 'response-lost', message: 'lost', isPermanent: false },
  ],
  BatchUsageError: [
    new codec.BatchUsageError([issue], init),
    {
      name: 'BatchUsageError',
      code: 'empty-batch',
      message: 'batch: expected operations',
      issues: [issue],
    },
  ],
  ChangeSetFailure: [new server.ChangeSetFailure(operation, 409), { name: 'ChangeSetFailure', status: 409 }],
};

const entries = { ...codec, ...client, ...server, ...services, ...jobs, ...xml };

describe('errors', () => {
  it('of all classes that the package exports are here', () => {
    const isErrorClass = (value: unknown) => typeof value === 'function' && value.prototype instanceof Error;
    const classes = Object.entries(entries).filter(([, value]) => isErrorClass(value));
    expect(classes.map(([name]) => name).sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it.each(Object.entries(ERRORS))('of %s show nothing that they hold', (name, [error, json]) => {
    expect(error.name).toBe(name);
    expectPrintable(error, name);
    expect(JSON.parse(JSON.stringify(error))).toEqual(json);
  });

  it('have what they hold as properties', () => {
    for (const [error] of Object.values(ERRORS)) {
      if (!codec.isBatchError(error)) continue;
      expect(error.results).toBe(init.results);
      expect(error.cause).toBe(inner);
    }
    const { BatchResponseError: response, ChangeSetFailure: failure } = ERRORS;
    const { headers, bytes, error } = inner;
    expect(response?.[0]).toMatchObject({ headers, bytes, error, status: 401 });
    expect(failure?.[0]).toMatchObject({ operation, status: 409 });
  });
});
