import { expect, inject, test } from 'vitest';
import { tableAuthorization } from './table-authorization.ts';

// Bytes written by hand: were a server broken, the tests of the codec would blame the codec.

const table = `http://127.0.0.1:${inject('tablePort')}/devtest`;
const v4 = `http://127.0.0.1:${inject('capPort')}/odata/v4/interop`;
const v2 = `http://127.0.0.1:${inject('capPort')}/odata/v2/interop`;

function lines(...text: string[]): string {
  return text.map((line) => `${line}\r\n`).join('');
}

function post(id: string, url: string, body: unknown): string {
  return lines(
    '--changeset_c',
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    `Content-ID: ${id}`,
    '',
    `POST ${url} HTTP/1.1`,
    'Content-Type: application/json',
    'Accept: application/json',
    '',
    JSON.stringify(body),
  );
}

function get(url: string): string {
  return lines(
    '--batch_b',
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `GET ${url} HTTP/1.1`,
    'Accept: application/json',
    '',
    '',
  );
}

function changeSet(...members: string[]): string {
  return (
    lines('--batch_b', 'Content-Type: multipart/mixed; boundary=changeset_c', '') +
    members.join('') +
    lines('--changeset_c--')
  );
}

async function send(
  root: string,
  body: string,
): Promise<{ status: number; statuses: number[]; text: string }> {
  const response = await fetch(`${root}/$batch`, {
    method: 'POST',
    headers: {
      'Content-Type': 'multipart/mixed; boundary=batch_b',
      // What fetch would send of its own, `*`, makes the V2 adapter answer 500.
      'Accept-Language': 'en',
      ...(root === table ? tableAuthorization('$batch') : {}),
    },
    body: body + lines('--batch_b--'),
  });
  const text = await response.text();
  return {
    status: response.status,
    statuses: [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1])),
    text,
  };
}

test.each([
  ['CAP V4', v4, 200, 901],
  ['CAP V2', v2, 202, 911],
] as const)(
  '%s commits a change set, rolls a failing one back, and answers GETs',
  async (_, root, outer, id) => {
    const ok = await send(
      root,
      changeSet(
        post('1', 'Authors', { ID: id, name: 'Zoë' }),
        post('2', '$1/books', { ID: id, title: 'Ünicode' }),
      ) + get(`Authors(${id})/books`),
    );
    expect(ok).toMatchObject({ status: outer, statuses: [201, 201, 200] });
    expect(ok.text).toContain('Ünicode');

    const failing = await send(
      root,
      changeSet(
        post('1', 'Authors', { ID: id + 1, name: 'gone again' }),
        post('2', 'Authors', { ID: id, name: 'a duplicate' }),
      ),
    );
    expect(failing).toMatchObject({ status: outer, statuses: [500] });
    expect((await fetch(`${root}/Authors(${id})`, { headers: { 'Accept-Language': 'en' } })).status).toBe(
      200,
    );
    expect((await fetch(`${root}/Authors(${id + 1})`, { headers: { 'Accept-Language': 'en' } })).status).toBe(
      404,
    );
  },
);

test('Azurite Table commits a change set, rolls a failing one back, and answers a GET', async () => {
  const created = await fetch(`${table}/Tables`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      ...tableAuthorization('Tables'),
    },
    body: JSON.stringify({ TableName: 'Smoke' }),
  });
  expect(created.status).toBe(201);
  const url = (rowKey: string): string => `Smoke(PartitionKey='p',RowKey='${rowKey}')`;
  const read = (rowKey: string): Promise<Response> =>
    fetch(`${table}/${url(rowKey)}`, {
      headers: { Accept: 'application/json', ...tableAuthorization(url(rowKey)) },
    });

  const ok = await send(
    table,
    changeSet(
      post('1', `${table}/Smoke`, { PartitionKey: 'p', RowKey: '1', name: 'Zoë' }),
      post('2', `${table}/Smoke`, { PartitionKey: 'p', RowKey: '2', name: 'b' }),
    ),
  );
  expect(ok).toMatchObject({ status: 202, statuses: [201, 201] });
  expect(await (await read('1')).json()).toMatchObject({ name: 'Zoë' });

  const failing = await send(
    table,
    changeSet(
      post('1', `${table}/Smoke`, { PartitionKey: 'p', RowKey: '3', name: 'gone again' }),
      post('2', `${table}/Smoke`, { PartitionKey: 'p', RowKey: '1', name: 'a duplicate' }),
    ),
  );
  expect(failing).toMatchObject({ status: 202, statuses: [409] });
  expect((await read('1')).status).toBe(200);
  expect((await read('3')).status).toBe(404);

  expect(await send(table, get(`${table}/${url('1')}`))).toMatchObject({ status: 202, statuses: [200] });
});
