import { parseMediaType } from '../mime/media-type.ts';
import type { PlainRequest } from './fetch-request.ts';
import type { Refusal } from './refuse-batch.ts';

/** Fields that have no place on a batch, and what to say of them. */
const REFUSED_FIELDS: readonly {
  readonly names: readonly string[];
  readonly status: number;
  readonly code: string;
  readonly why: string;
}[] = [
  {
    // B-06; the names that other frameworks have for it would make a service misread every operation.
    names: ['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override'],
    status: 400,
    code: 'forbidden-header',
    why: 'a batch is a POST and nothing else',
  },
  {
    // H-53
    names: ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'If-Range'],
    status: 400,
    code: 'forbidden-header',
    why: 'conditions belong to the operations of a batch, not to the batch itself',
  },
  {
    // H-56: what is asked for is one snapshot for all operations, and a service that has none must say so.
    names: ['Isolation', 'OData-Isolation'],
    status: 412,
    code: 'isolation-not-supported',
    why: 'the operations of a batch do not share a snapshot here',
  },
];

/** Tells what is wrong with a batch as far as its headers tell it; nothing has been read of its body then (B-08). */
export function checkBatchRequest({ method, headers }: PlainRequest, maximum: number): Refusal | undefined {
  if (method !== 'POST') {
    const message = `a batch is sent with POST, not with ${method}`;
    return { status: 405, code: 'method-not-allowed', message, headers: { Allow: 'POST' } };
  }
  for (const { names, status, code, why } of REFUSED_FIELDS) {
    const name = names.find((one) => headers.has(one) && !isDataverseHabit(one, headers.get(one)));
    if (name !== undefined) return { status, code, message: `${name} may not stand on a batch: ${why}` };
  }
  return checkContent(headers) ?? checkLength(headers, maximum);
}

/** Dataverse's documentation sends it with every batch; it names no ETag. */
function isDataverseHabit(name: string, value: string | null): boolean {
  return name === 'If-None-Match' && value === 'null';
}

function checkContent(headers: PlainRequest['headers']): Refusal | undefined {
  const contentType = headers.get('Content-Type');
  const { essence = '' } = (contentType === null ? undefined : parseMediaType(contentType)) ?? {};
  // Which subtypes there are, the decoder knows.
  if (!essence.startsWith('multipart/') && essence !== 'application/json') {
    const message = 'expected multipart/mixed or application/json as Content-Type';
    const code = essence === '' ? 'invalid-media-type' : 'not-a-batch';
    return { status: 415, code, message };
  }
  const coding = headers.get('Content-Encoding') ?? 'identity';
  if (/^\s*identity\s*$/i.test(coding)) return undefined;
  const message = 'expected a body without Content-Encoding';
  return {
    status: 415,
    code: 'unsupported-content-encoding',
    message,
    headers: { 'Accept-Encoding': 'identity' },
  };
}

/** A body that says itself that it is too large need not be read for it. */
function checkLength(headers: PlainRequest['headers'], maximum: number): Refusal | undefined {
  const length = headers.get('Content-Length') ?? '';
  if (!/^\d{1,15}$/.test(length) || Number(length) <= maximum) return undefined;
  const message = `maxMessageBytes is ${maximum}, but the message has ${length}`;
  return {
    status: 413,
    code: 'limit-exceeded',
    message,
    details: { limit: 'maxMessageBytes', maximum },
  };
}
