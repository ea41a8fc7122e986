import type { Fetch } from '../../src/transport/fetch.ts';
import { readBatch, type TextAnswer, type TextRequest, writeBatch } from './batch-text.ts';
import { doubleFetch } from './double-fetch.ts';
import type { Reply, WireRequest } from './failing-service.ts';

/** What a service answers to a request: answers to its operations, or something else, or, where it throws, nothing. */
export type Script = (
  operations: readonly TextRequest[],
  request: WireRequest,
  call: number,
) => readonly TextAnswer[] | Reply | Promise<readonly TextAnswer[] | Reply>;

/** A service in the same process that does as it is told, and what it was asked. */
export function scriptedService(script: Script): {
  readonly fetch: Fetch;
  readonly requests: WireRequest[];
  readonly operations: (readonly TextRequest[])[];
} {
  const requests: WireRequest[] = [];
  const operations: (readonly TextRequest[])[] = [];
  const fetch = doubleFetch(async (request) => {
    const asked = request.url.includes('$batch')
      ? readBatch(request.headers['content-type'] ?? '', request.body)
      : [request];
    requests.push(request);
    operations.push(asked);
    const reply = await script(asked, request, requests.length - 1);
    return isReply(reply) ? reply : batchReply(reply);
  });
  return { fetch, requests, operations };
}

function isReply(reply: readonly TextAnswer[] | Reply): reply is Reply {
  return !Array.isArray(reply);
}

export function batchReply(answers: readonly TextAnswer[], cutAt?: number): Reply {
  const headers = { 'Content-Type': 'multipart/mixed; boundary=r' };
  const answer = { status: 200, headers, body: writeBatch(answers, 'r') };
  return cutAt === undefined ? { kind: 'answer', answer } : { kind: 'answer', answer, cutAt };
}

export function plainReply(status: number, headers: Record<string, string> = {}, body = ''): Reply {
  return { kind: 'answer', answer: { status, headers, body } };
}

/** Every operation is answered 204. */
export const allDone: Script = (operations) => operations.map(() => ({ status: 204 }));
