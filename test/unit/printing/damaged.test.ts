import { describe, expect, it } from 'vitest';
import {
  type Batch,
  type BatchMessage,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  valuesOf,
} from '../../../src/index.ts';
import { expectPrintable, SECRET } from './printed.ts';

const headers = { 'X-Api-Key': `Bearer ${SECRET}`, 'X-Note': SECRET, 'Content-Type': 'application/json' };
const batch: Batch = [
  { method: 'GET', url: `Products?sig=${SECRET}`, headers: { 'X-Note': SECRET } },
  [{ method: 'POST', url: `Products?sig=${SECRET}`, headers, body: { [SECRET]: SECRET }, id: '7' }],
  { method: 'POST', url: 'Texts', headers: { 'Content-Type': 'text/plain' }, body: `${SECRET}\r\n${SECRET}` },
];
const answer = { status: 200, headers, body: { [SECRET]: SECRET } };
const refusal = { status: 400, headers, body: { error: { code: SECRET, message: SECRET } } };

/** A message with each octet left out, and with some put before it. */
function* damaged(body: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < body.length; at++) {
    for (const octets of ['', '\n', '\0', '"', ' ']) {
      const rest = body.subarray(octets === '' ? at + 1 : at);
      yield Buffer.concat([body.subarray(0, at), Buffer.from(octets), rest]);
    }
  }
}

/** Decodes damaged messages; gives one error of each kind and place that came, with all of its text. */
function errorsOf(body: Uint8Array, decode: (body: Uint8Array<ArrayBuffer>) => unknown): Error[] {
  const found = new Map<string, Error>();
  for (const each of damaged(body)) {
    try {
      decode(each);
    } catch (error) {
      found.set((error as Error).message, error as Error);
    }
  }
  return [...found.values()];
}

const messages: [name: string, body: Uint8Array, decode: (body: Uint8Array<ArrayBuffer>) => unknown][] = [];
for (const format of ['multipart', 'json'] as const) {
  const request = encodeBatchRequest(batch, { format, version: '4.01' });
  const { contentType, body } = request;
  messages.push([`a ${format} request`, body, (each) => decodeBatchRequest({ contentType, body: each })]);
  const responses = encodeBatchResponse([answer, [answer], refusal], {
    format,
    request: decodeBatchRequest({ contentType, body }),
  });
  const read = (each: BatchMessage['body']) =>
    valuesOf(decodeBatchResponse({ contentType: responses.contentType, body: each }, { request }));
  messages.push([`a ${format} response`, responses.body, read]);
}

describe('an error of a damaged message', () => {
  it.each(messages)(
    'of %s shows no header value, query or body, wherever the damage is',
    (name, body, read) => {
      const errors = errorsOf(body, read);
      expect(errors.length).toBeGreaterThan(20);
      for (const error of errors) expectPrintable(error, name);
    },
  );
});
