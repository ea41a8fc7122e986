import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type BatchError,
  decodeBatchResponse,
  decodeBatchResponseStream,
  encodeBatchRequest,
  isBatchError,
  type OperationResult,
} from '../../src/index.ts';
import { defineService } from '../../src/services.ts';
import { law } from './law.ts';
import { fromLatin1 } from './octets.ts';

/** An answer: its Content-ID, which may be another's, and its status. */
const part = fc.record({ id: fc.option(fc.nat({ max: 5 })), status: fc.constantFrom(200, 204, 404, 500) });
const answer = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  parts: fc.array(part, { minLength: 1, maxLength: 5 }),
  ordered: fc.boolean(),
  continueOnError: fc.boolean(),
  /** How much of the message is there. */
  cut: fc.double({ min: 0.2, max: 1, noNaN: true }),
  tolerated: fc.boolean(),
});

function textOf(parts: readonly { readonly id: number | null; readonly status: number }[]): string {
  const one = ({ id, status }: { readonly id: number | null; readonly status: number }) =>
    `--b\r\nContent-Type: application/http\r\n${id === null ? '' : `Content-ID: ${id}\r\n`}\r\nHTTP/1.1 ${status} x\r\n\r\n\r\n`;
  return `${parts.map(one).join('')}--b--\r\n`;
}

/** What became of each operation, and why it is not known. */
const fates = (results: readonly unknown[]) =>
  (results.flat() as OperationResult[]).map((result) =>
    result.outcome === 'unknown' ? `unknown ${result.cause.code}` : result.outcome,
  );
const errorOf = (error: unknown): BatchError => {
  if (isBatchError(error)) return error;
  throw error;
};

describe('an answer that was cut off', () => {
  law(
    'has the same outcomes, causes and warnings whole and as a stream, where its ids contradict it, too',
    fc.asyncProperty(answer, async ({ count, parts, ordered, continueOnError, cut, tolerated }) => {
      const service = defineService({ name: 's', ordered });
      const batch = Array.from({ length: count }, (_, index) => ({ method: 'GET', url: `P(${index})` }));
      const request = encodeBatchRequest(batch, { service, continueOnError });
      const text = textOf(parts);
      const body = fromLatin1(text.slice(0, Math.round(text.length * cut)));
      const headers = { 'Content-Type': 'multipart/mixed; boundary=b' };
      const options = { request, tolerate: tolerated ? (['truncated'] as const) : [] };

      const warnings: [string[], string[]] = [[], []];
      let whole: { readonly results: readonly unknown[]; readonly code?: string };
      try {
        const onWarning = ({ code }: { code: string }) => void warnings[0].push(code);
        whole = { results: decodeBatchResponse({ headers, body }, { ...options, onWarning }) };
      } catch (error) {
        const { results = [], code } = errorOf(error);
        whole = { results, code };
      }

      const told: OperationResult[] = [];
      try {
        const onWarning = ({ code }: { code: string }) => void warnings[1].push(code);
        const source = { status: 200, headers: new Headers(headers), body: new Blob([body]).stream() };
        for await (const result of decodeBatchResponseStream(source, { ...options, onWarning }))
          told.push(result);
        const inOrder = told.toSorted((a, b) => a.index - b.index);
        expect([fates(inOrder), undefined]).toEqual([fates(whole.results), whole.code]);
      } catch (error) {
        const { results = [], code } = errorOf(error);
        expect(fates(results)).toEqual(fates(whole.results));
        // What was told by then can't stand: the error says why, which no tolerated cut does.
        if (whole.code === undefined)
          expect(['correlation-failed', 'response-count-mismatch']).toContain(code);
        else expect(code).toBe(whole.code);
      }
      expect(warnings[1]).toEqual(warnings[0]);
    }),
    3,
  );
});
