import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type BatchMessage,
  continueBatch,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  type OperationResult,
  type OutgoingResponse,
} from '../../src/index.ts';
import { batchCase } from './arbitrary-batch.ts';
import { answer, isSet, script } from './arbitrary-response.ts';
import { deepFreeze } from './deep-freeze.ts';
import { law } from './law.ts';
import { concat } from './octets.ts';

type Answers = readonly (OutgoingResponse | readonly OutgoingResponse[])[];

/** What two readings of one answer must agree in. */
function tell(results: readonly (OperationResult | readonly OperationResult[])[]): unknown {
  return results.map((item) => (isSet(item) ? item.map(tellOne) : tellOne(item)));
}

function tellOne({ operation, index, path, id, ...result }: OperationResult): unknown {
  const { outcome } = result;
  const answer = 'bytes' in result ? { status: result.status, bytes: [...result.bytes] } : undefined;
  return {
    operation,
    index,
    path,
    id,
    outcome,
    answer,
    cause: 'cause' in result && result.cause && 'status' in result.cause && result.cause.status,
  };
}

/** A message as a monitor gives it: inside another, or as it is. */
function fromMonitor(
  { headers, body }: { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> },
  isWrapped: boolean,
): BatchMessage {
  if (!isWrapped) return { headers: { ...headers, AsyncResult: '200' }, body };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const octets = new TextEncoder().encode(`HTTP/1.1 200 OK\r\n${head.join('')}\r\n`);
  return { contentType: 'application/http', body: concat([octets, body]) };
}

describe('continueBatch', () => {
  law(
    'law 1: a batch that is answered part by part has the results of one that is answered at once',
    fc.property(
      batchCase,
      script,
      fc.boolean(),
      fc.array(fc.nat(5), { maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      ({ batch, options }, script, stops, cuts, wraps) => {
        const request = encodeBatchRequest(batch, { ...options, headers: { Prefer: 'respond-async' } });
        const decoded = decodeBatchRequest(request);
        const answers = answer(decoded, script, stops && decoded.continueOnError !== true);
        const whole = decodeBatchResponse(encodeBatchResponse(answers, { request: decoded }), { request });

        // The ids that encoding with the request would have repeated: a part of the answers has no request of its own.
        const named: Answers = answers.map((one, at) => {
          const asked = decoded[at];
          if (asked === undefined) return one;
          if (!isSet(one)) return isSet(asked) || asked.id === undefined ? one : { ...one, id: asked.id };
          return one.map((member, index) => {
            const id = isSet(asked) ? asked[index]?.id : undefined;
            return id === undefined ? member : { ...member, id };
          });
        });
        const places = [...new Set(cuts)].filter((cut) => cut < named.length).sort((a, b) => a - b);
        const parts = [...places, named.length].map((end, at) => named.slice(places[at - 1] ?? 0, end));

        let results: typeof whole | undefined;
        for (const [at, part] of parts.entries()) {
          const isLast = at === parts.length - 1;
          const next = { status: 202, headers: { Location: `m${at}` } };
          const message = fromMonitor(
            encodeBatchResponse(isLast ? part : [...part, next]),
            wraps[at] === true,
          );
          const url = at === 0 ? 'https://h/svc/$batch' : `https://h/svc/m${at - 1}`;
          results =
            results === undefined
              ? decodeBatchResponse({ ...message, url }, { request })
              : continueBatch(results, { ...message, url }, { request });
          const pending = results.flat().filter((result) => result.outcome === 'pending');
          for (const { monitor } of pending) expect(monitor).toBe(`https://h/svc/m${at}`);
          if (!isLast) expect(pending.length).toBeGreaterThan(0);
          deepFreeze(results);
        }
        expect(tell(results ?? [])).toEqual(tell(whole));
      },
    ),
    2,
  );
});
