import { describe, expect, inject, test } from 'vitest';
import {
  convertBatch,
  decodeBatchResponse,
  encodeBatchRequest,
  type Operation,
  readBatchResponse,
  reference,
} from '../../../src/index.ts';
import { capV4, outcomes, read, send } from './live-service.ts';

const service = capV4(inject('capPort'));
const json = { format: 'json' } as const;
const BICYCLE = 'Zoë · 自転車 · 🚲';

const author = (id: number, rest: Partial<Operation> = {}): Operation => ({
  method: 'POST',
  url: 'Authors',
  body: { ID: id, name: `author ${id}` },
  ...rest,
});
const get = (id: number, rest: Partial<Operation> = {}): Operation => ({
  method: 'GET',
  url: `Authors(${id})`,
  ...rest,
});
const exists = async (id: number): Promise<boolean> => (await read(service, `Authors(${id})`)).status === 200;

describe('JSON batches to CAP V4', () => {
  test('commit a change set whose operations refer to each other, and answer GETs', async () => {
    const id = 9001;
    const created = author(id, { body: { ID: id, name: BICYCLE } });
    const results = await send(
      service,
      [
        [
          created,
          { method: 'POST', url: reference(created, 'books'), body: { ID: id, title: 'Ünïcode', stock: 3 } },
          { method: 'PATCH', url: reference(created), body: { name: `${BICYCLE}!` } },
        ],
        get(id, { dependsOn: [created] }),
        { method: 'GET', url: `Authors(${id})/books/$count`, dependsOn: [created] },
        { method: 'DELETE', url: `Books(${id})`, dependsOn: [created] },
      ],
      json,
    );
    expect(outcomes(results)).toEqual([
      ['succeeded', 'succeeded', 'succeeded'],
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    const [[first], after, count, deleted] = results;
    expect(first).toMatchObject({ status: 201, value: { ID: id, name: BICYCLE } });
    expect(after).toMatchObject({ status: 200, value: { name: `${BICYCLE}!` } });
    expect(count.outcome === 'succeeded' && count.text()).toBe('1');
    expect(deleted).toMatchObject({ status: 204, value: undefined });
  });

  test('say of a failed change set which operation failed, and what was rolled back', async () => {
    const id = 9011;
    await send(service, [author(id)], json);
    const results = await send(service, [[author(id + 1), author(id), author(id + 2)], get(id)], json);
    expect(outcomes(results)).toEqual([['rolled-back', 'failed', 'rolled-back'], 'succeeded']);
    const [[before, duplicate]] = results;
    expect(duplicate.outcome === 'failed' && duplicate.error.message).toContain('UNIQUE constraint failed');
    expect(before.outcome === 'rolled-back' && before.cause.status).toBe(500);
    expect(await Promise.all([id, id + 1, id + 2].map(exists))).toEqual([true, false, false]);
  });

  test('go on after failures, and do not execute what depends on one', async () => {
    const id = 9021;
    const missing = get(id);
    const failing = [author(id + 1), author(id + 1)] as const;
    const results = await send(
      service,
      [
        missing,
        get(id, { dependsOn: [missing] }),
        author(id + 2, { dependsOn: [missing] }),
        failing,
        [author(id + 3, { dependsOn: [failing[0]] }), author(id + 4)],
        author(id + 5),
      ],
      json,
    );
    expect(outcomes(results.slice(0, 3))).toEqual(['failed', 'not-executed', 'not-executed']);
    expect(outcomes(results.slice(3))).toEqual([
      ['rolled-back', 'failed'],
      // CAP executes the others of the set, and rolls them back.
      ['not-executed', 'rolled-back'],
      'succeeded',
    ]);
    expect(results[1]).toMatchObject({ cause: { status: 424 } });
    expect(await Promise.all([1, 2, 3, 4, 5].map((more) => exists(id + more)))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('are answered in multipart without ids, and read by their places', async () => {
    const id = 9031;
    const batch = [[author(id), author(id + 1)], get(id), get(id + 2), [author(id + 3), author(id)]];
    // Without it CAP stops at the first failure where it is to answer in multipart, a JSON batch too.
    const options = {
      ...service.options,
      ...json,
      continueOnError: true,
      headers: { Accept: 'multipart/mixed' },
    };
    const request = encodeBatchRequest(batch, options);
    const response = await fetch(`${service.root}/$batch`, request);
    expect(response.headers.get('content-type')).toMatch(/^multipart\/mixed/);
    const answer = { headers: response.headers, body: await response.arrayBuffer() };
    expect(outcomes(decodeBatchResponse(answer, { request }))).toEqual([
      ['succeeded', 'succeeded'],
      'succeeded',
      'failed',
      ['rolled-back', 'rolled-back'],
    ]);
  });

  test('can be the answer to multipart', async () => {
    const id = 9041;
    const request = encodeBatchRequest(
      [[author(id), author(id + 1)], get(id), [author(id + 2), author(id)], get(id + 2)],
      { ...service.options, continueOnError: true, headers: { Accept: 'application/json' } },
    );
    const response = await fetch(`${service.root}/$batch`, request);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const results = await readBatchResponse(response, { request });
    expect(outcomes(results)).toEqual([
      ['succeeded', 'succeeded'],
      'succeeded',
      ['rolled-back', 'failed'],
      'failed',
    ]);
  });

  test('that were converted do what the others would have done', async () => {
    for (const [at, format] of (['json', 'multipart'] as const).entries()) {
      const id = 9051 + 10 * at;
      const other = format === 'json' ? 'multipart' : 'json';
      const created = author(id);
      const batch = [created, [author(id + 1), author(id + 2)], get(id + 5), author(id + 3)];
      const request = convertBatch(encodeBatchRequest(batch, { ...service.options, format: other }), {
        format,
      });
      const response = await fetch(`${service.root}/$batch`, request);
      const results = await readBatchResponse(response, { request });
      // Multipart stops at the first failure, in JSON too; JSON goes on, in multipart too.
      const last = format === 'json' ? 'not-executed' : 'succeeded';
      expect({ format, outcomes: outcomes(results) }).toEqual({
        format,
        outcomes: ['succeeded', ['succeeded', 'succeeded'], 'failed', last],
      });
      expect(await exists(id + 3)).toBe(format === 'multipart');
    }
  });

  test('carry octets and numbers as they are', async () => {
    const id = 9081;
    const body = `{"ID": ${id}, "title": "exact", "price": 12345.10, "stock": 0}`;
    const results = await send(
      service,
      [{ method: 'POST', url: 'Books', headers: { 'Content-Type': 'application/json' }, body }, get(id)],
      json,
    );
    expect(results[0]).toMatchObject({ outcome: 'succeeded', status: 201 });
    expect((await read(service, `Books(${id})/price`)).text).toContain('12345.1');
  });

  test('of 100 operations in a change set and 100 GETs', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => 9100 + index);
    const set = ids.map((id) => author(id));
    const [created, ...answers] = await send(
      service,
      [set, ...ids.map((id) => get(id, { dependsOn: set.slice(0, 1) }))],
      json,
    );
    expect(created).toHaveLength(100);
    for (const [index, result] of [...(created ?? []), ...answers].flat().entries()) {
      expect(result).toMatchObject({ outcome: 'succeeded', index, value: { ID: 9100 + (index % 100) } });
    }
  });
});
