import { expect, test } from 'vitest';
import { Normaliser } from './normalise.ts';

test('replaces what differs from run to run, at its length', () => {
  const text = [
    'Host: 127.0.0.1:40271',
    'Date: Sat, 21 Nov 2026 22:59:35 GMT',
    `ETag: W/"datetime'2026-11-21T22%3A59%3A35.0247423Z'"`,
    '--batch_8D18826D-c5bb-4490-beb7-4ea56738dc31 Zoë',
    '--changeset_fa9598a5-121b-46e9-bff0-5083d7bd28b4',
    '--batch_8d18826d-c5bb-4490-beb7-4ea56738dc31--',
  ].join('\r\n');
  const normalised = new Normaliser().bytes(Buffer.from(text));
  expect(normalised.toString()).toBe(
    [
      'Host: 127.0.0.1:10000',
      'Date: Thu, 01 Jan 2026 00:00:00 GMT',
      `ETag: W/"datetime'2026-01-01T00%3A00%3A00.0000000Z'"`,
      '--batch_00000000-0000-4000-8000-000000000001 Zoë',
      '--changeset_00000000-0000-4000-8000-000000000002',
      '--batch_00000000-0000-4000-8000-000000000001--',
    ].join('\r\n'),
  );
  expect(normalised.length).toBe(Buffer.byteLength(text));
});
