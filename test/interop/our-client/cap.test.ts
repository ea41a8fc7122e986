import { describe, expect, inject, test } from 'vitest';
import {
  createdUrl,
  encodeBatchRequest,
  type Operation,
  readBatchResponse,
  reference,
} from '../../../src/index.ts';
import { capV2, capV4, outcomes, read, send } from './live-service.ts';

const BICYCLE = 'Zoë · 自転車 · 🚲';

/** V2 wraps what it answers. */
function entity(value: unknown): Record<string, unknown> {
  const { d } = value as { d?: Record<string, unknown> };
  return d ?? (value as Record<string, unknown>);
}

describe.each([
  { name: 'CAP V4', service: capV4(inject('capPort')), from: 1000 },
  { name: 'CAP V2', service: capV2(inject('capPort')), from: 5000 },
])('$name', ({ service, from }) => {
  const author = (id: number, name = `author ${id}`): Operation => ({
    method: 'POST',
    url: 'Authors',
    body: { ID: id, name },
  });
  const get = (id: number): Operation => ({ method: 'GET', url: `Authors(${id})` });
  const exists = async (id: number): Promise<boolean> =>
    (await read(service, `Authors(${id})`)).status === 200;

  test('commits a change set whose operations refer to each other, and answers GETs', async () => {
    const id = from + 1;
    const created = author(id, BICYCLE);
    const results = await send(service, [
      [
        created,
        { method: 'POST', url: reference(created, 'books'), body: { ID: id, title: 'Ünïcode', stock: 3 } },
        { method: 'PATCH', url: reference(created), body: { name: `${BICYCLE}!` } },
      ],
      get(id),
      { method: 'GET', url: `Books?$filter=title eq 'Ünïcode' and author_ID eq ${id}` },
      { method: 'GET', url: `Authors(${id})/books/$count` },
    ]);

    expect(outcomes(results)).toEqual([
      ['succeeded', 'succeeded', 'succeeded'],
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    const [[first, book, patched], after, found, count] = results;
    expect([first, book, patched, after].map((r) => r.outcome === 'succeeded' && r.status)).toEqual([
      201, 201, 200, 200,
    ]);
    expect(first.outcome === 'succeeded' && entity(first.value)).toMatchObject({ ID: id, name: BICYCLE });
    expect(book.outcome === 'succeeded' && entity(book.value)).toMatchObject({
      title: 'Ünïcode',
      author_ID: id,
    });
    expect(after.outcome === 'succeeded' && entity(after.value)).toMatchObject({ name: `${BICYCLE}!` });
    expect(found.outcome === 'succeeded' && found.text()).toContain('Ünïcode');
    expect(count.outcome === 'succeeded' && count.value).toBe('1');
    expect((await read(service, `Authors(${id})`)).text).toContain(`${BICYCLE}!`);
  });

  test('tells where entities are that it created', async () => {
    const id = from + 15;
    const batch = [
      [author(id), { method: 'POST', url: `Authors(${from + 1})/books`, body: { ID: id, title: 'b' } }],
    ] as const;
    const results = await send(service, batch);
    const request = encodeBatchRequest(batch, service.options);
    const [[created, book]] = results;
    // The adapter tells absolute ones, with a host name of its own.
    const urlOf = (result: Parameters<typeof createdUrl>[0]) =>
      createdUrl(result, { request })?.replace('localhost', '127.0.0.1');
    expect([created, book].map(urlOf)).toEqual([
      `${service.root}/Authors(${id})`,
      `${service.root}/Books(${id})`,
    ]);
    expect((await read(service, `Books(${id})`)).status).toBe(200);
  });

  test('reports a DELETE, and reads the answer as a stream', async () => {
    const id = from + 11;
    const request = encodeBatchRequest(
      [[author(id)], [{ method: 'DELETE', url: `Authors(${id})` }]],
      service.options,
    );
    const response = await fetch(`${service.root}/$batch`, {
      ...request,
      headers: { ...request.headers, ...service.headers('$batch') },
    });
    const [[created], [deleted]] = await readBatchResponse(response, { request });
    expect(created).toMatchObject({ outcome: 'succeeded', status: 201 });
    expect(deleted).toMatchObject({ outcome: 'succeeded', status: 204, value: undefined });
    expect(await exists(id)).toBe(false);
  });

  test('reports which operation failed a change set, and what was rolled back', async () => {
    const id = from + 21;
    await send(service, [[author(id)]]);
    const [[before, duplicate, behind]] = await send(service, [[author(id + 1), author(id), author(id + 2)]]);
    expect(before.outcome).toBe('rolled-back');
    expect(duplicate).toMatchObject({ outcome: 'failed', status: 500 });
    expect(duplicate.outcome === 'failed' && duplicate.error.message).toContain('UNIQUE constraint failed');
    expect(behind.outcome).toBe('rolled-back');
    expect(before.outcome === 'rolled-back' && before.cause.status).toBe(500);
    expect(await Promise.all([id, id + 1, id + 2].map(exists))).toEqual([true, false, false]);
  });

  test('stops at the first failure', async () => {
    const id = from + 31;
    const batch = [[author(id)], get(id), get(id + 1), get(id), [author(id + 2), author(id + 3)]] as const;
    const results = await send(service, batch);
    expect(outcomes(results)).toEqual([
      ['succeeded'],
      'succeeded',
      'failed',
      'not-executed',
      ['not-executed', 'not-executed'],
    ]);
    expect(results[2]).toMatchObject({ status: 404, id: '3', index: 2, path: [2] });
    expect(await exists(id + 2)).toBe(false);
  });

  test('stops at a failed change set', async () => {
    const id = from + 41;
    const results = await send(service, [
      [author(id)],
      [author(id + 1), author(id)],
      get(id),
      [author(id + 2)],
    ]);
    expect(outcomes(results)).toEqual([
      ['succeeded'],
      ['rolled-back', 'failed'],
      'not-executed',
      ['not-executed'],
    ]);
    expect(await Promise.all([id, id + 1, id + 2].map(exists))).toEqual([true, false, false]);
  });

  test('goes on after failures where asked to', async () => {
    const id = from + 51;
    const batch = [
      [author(id)],
      get(id + 1),
      get(id),
      [author(id + 2), author(id)],
      [author(id + 3)],
      get(id + 3),
    ] as const;
    const results = await send(service, batch, { continueOnError: true });
    expect(outcomes(results)).toEqual([
      ['succeeded'],
      'failed',
      'succeeded',
      ['rolled-back', 'failed'],
      ['succeeded'],
      'succeeded',
    ]);
    expect(await Promise.all([id, id + 2, id + 3].map(exists))).toEqual([true, false, true]);
  });

  test('takes a change set of 100 operations, and 100 GETs', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => from + 100 + index);
    const [created, ...answers] = await send(service, [ids.map((id) => author(id)), ...ids.map(get)]);
    expect(created).toHaveLength(100);
    expect(answers).toHaveLength(100);
    for (const [index, result] of [...(created ?? []), ...answers].entries()) {
      expect(result).toMatchObject({ outcome: 'succeeded', status: index < 100 ? 201 : 200, index });
      expect(result.outcome === 'succeeded' && entity(result.value).ID).toBe(from + 100 + (index % 100));
    }
  });

  test('rolls back 99 operations because of one', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => from + 300 + index);
    await send(service, [[author(from + 360)]]);
    const [results = []] = await send(service, [ids.map((id) => author(id))]);
    expect(results.map(({ outcome }) => outcome)).toEqual(
      ids.map((id) => (id === from + 360 ? 'failed' : 'rolled-back')),
    );
    expect(await Promise.all([from + 300, from + 360, from + 399].map(exists))).toEqual([false, true, false]);
  });
});

test('CAP V2 takes MERGE', async () => {
  const service = capV2(inject('capPort'));
  const results = await send(service, [
    [{ method: 'POST', url: 'Authors', body: { ID: 5901, name: 'a' } }],
    [{ method: 'MERGE', url: 'Authors(5901)', body: { name: BICYCLE } }],
  ]);
  expect(outcomes(results)).toEqual([['succeeded'], ['succeeded']]);
  expect((await read(service, 'Authors(5901)')).text).toContain(BICYCLE);
});

test('CAP V4 takes writes outside change sets, and references across them', async () => {
  const service = capV4(inject('capPort'));
  const created: Operation = {
    method: 'POST',
    url: 'Authors',
    id: 'new-author',
    body: { ID: 1901, name: 'a' },
  };
  const results = await send(service, [
    created,
    { method: 'PATCH', url: reference(created), body: { name: 'b' } },
    { method: 'GET', url: reference('new-author') },
  ]);
  expect(outcomes(results)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(results[2]).toMatchObject({ value: { ID: 1901, name: 'b' } });
});
