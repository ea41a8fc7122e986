import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type StandardSchemaV1, trusted } from '../../../src/batch/standard-schema.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type AnswerItem, buildAnswer } from '../build-answer.ts';
import { errorOf } from '../catch-error.ts';

const JSON_TYPE = ['Content-Type: application/json'];
const product = { status: 200, headers: JSON_TYPE, body: '{"name":"Tea","price":"3"}' };

const decode = (schema: StandardSchemaV1<unknown, unknown>, ...answer: AnswerItem[]) => {
  const operation = { method: 'GET', url: 'A', schema };
  const request = encodeBatchRequest([operation, { method: 'GET', url: 'B' }]);
  return decodeBatchResponse(buildAnswer(answer), { request });
};
const schemaOf = (validate: (value: unknown) => unknown): StandardSchemaV1<unknown, unknown> => ({
  '~standard': { version: 1, vendor: 'test', validate: validate as never },
});

describe('a schema', () => {
  it('makes the value of a success', () => {
    const schema = z.object({ name: z.string(), price: z.coerce.number() });
    const [first, second] = decode(schema, product, product);
    expect(first).toMatchObject({
      outcome: 'succeeded',
      ok: true,
      status: 200,
      value: { name: 'Tea', price: 3 },
    });
    expect(second).toMatchObject({ outcome: 'succeeded', value: { name: 'Tea', price: '3' } });
  });

  it('makes values in change sets too', () => {
    const schema = schemaOf((value) => ({ value: [value] }));
    const request = encodeBatchRequest([
      [
        { method: 'POST', url: 'A', schema },
        { method: 'POST', url: 'B', schema },
      ],
    ]);
    const results = decodeBatchResponse(buildAnswer([[product, { status: 204 }]]), { request });
    expect(results).toMatchObject([[{ value: [{ name: 'Tea' }] }, { value: [undefined] }]]);
  });

  it('that refuses makes the result invalid: status and body are there, with the issues', () => {
    const [first] = decode(z.object({ name: z.number() }), product, product);
    expect(first).toMatchObject({
      outcome: 'invalid',
      ok: false,
      status: 200,
      statusText: 'Reason',
      id: '1',
      index: 0,
      path: [0],
    });
    if (first?.outcome !== 'invalid') return expect.unreachable();
    expect(first.issues).toHaveLength(1);
    expect(first.issues[0]?.path).toEqual(['name']);
    expect(first.json()).toEqual({ name: 'Tea', price: '3' });
    expect(first.text()).toBe('{"name":"Tea","price":"3"}');
    expect(first.headers.get('content-type')).toBe('application/json');
    expect(first.bytes).toHaveLength(26);
  });

  it('is given what its body is: undefined where that is empty', () => {
    const seen: unknown[] = [];
    decode(
      schemaOf((value) => {
        seen.push(value);
        return { value };
      }),
      { status: 204 },
      product,
    );
    expect(seen).toEqual([undefined]);
  });

  it('makes the result of broken JSON invalid: the operation happened', () => {
    const [first] = decode(trusted<unknown>(), { status: 200, headers: JSON_TYPE, body: '{' }, product);
    expect(first).toMatchObject({ outcome: 'invalid', ok: false, status: 200 });
    if (first?.outcome !== 'invalid') return expect.unreachable();
    expect(first.issues[0]?.message).toContain('the body is no JSON');
  });

  it('is not asked about what did not succeed', () => {
    let asked = 0;
    const schema = schemaOf((value) => {
      asked++;
      return { value };
    });
    const operation = (url: string) => ({ method: 'POST', url, schema });
    const request = encodeBatchRequest([operation('A'), [operation('B'), operation('C')], operation('D')]);
    const results = decodeBatchResponse(buildAnswer([{ status: 404 }, { status: 409 }]), { request });
    expect(results.flat().map(({ outcome }) => outcome)).toEqual([
      'failed',
      'rolled-back',
      'rolled-back',
      'not-executed',
    ]);
    expect(asked).toBe(0);
  });

  it('that validates asynchronously is refused, with the results', () => {
    const error = errorOf(() =>
      decode(
        schemaOf(async (value) => ({ value })),
        product,
        product,
      ),
    );
    expect(error).toMatchObject({
      name: 'BatchUsageError',
      code: 'async-schema',
      issues: [{ path: 'batch[0]' }],
      results: [
        { outcome: 'invalid', status: 200 },
        { outcome: 'succeeded', status: 200 },
      ],
    });
  });

  it('that promises in another realm is asynchronous too', () => {
    const promise: unknown = runInNewContext('Promise.resolve({ value: 1 })');
    expect(promise).not.toBeInstanceOf(Promise);
    expect(
      errorOf(() =>
        decode(
          schemaOf(() => promise),
          product,
          product,
        ),
      ),
    ).toMatchObject({ code: 'async-schema' });
  });

  it('that is refused because it promises leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const reject = () => Promise.reject(new Error('late'));
    expect(errorOf(() => decode(schemaOf(reject), product, product))).toMatchObject({ code: 'async-schema' });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });

  it('that throws comes out as cause, with the results', () => {
    const failure = new TypeError('broken schema');
    const schema = schemaOf(() => {
      throw failure;
    });
    expect(errorOf(() => decode(schema, product, product))).toMatchObject({
      name: 'BatchUsageError',
      code: 'callback-failed',
      cause: failure,
      results: [{ outcome: 'invalid' }, { outcome: 'succeeded' }],
    });
  });

  it('judges the results in the error of an answer that was cut off', () => {
    const { body, contentType } = buildAnswer([product, product]);
    const cut = (body as Uint8Array).subarray(0, -20);
    const request = encodeBatchRequest([
      { method: 'GET', url: 'A', schema: z.object({ name: z.number() }) },
      { method: 'GET', url: 'B' },
    ]);
    expect(errorOf(() => decodeBatchResponse({ contentType, body: cut }, { request }))).toMatchObject({
      code: 'missing-close-delimiter',
      results: [{ outcome: 'invalid' }, { outcome: 'unknown' }],
    });
  });
});

describe('trusted', () => {
  it('gives the value as it is', () => {
    const value = { a: 1 };
    expect(trusted<{ a: number }>()['~standard'].validate(value)).toEqual({ value });
    expect(trusted()['~standard']).toMatchObject({ version: 1, vendor: 'odata-batch-codec' });
  });
});
