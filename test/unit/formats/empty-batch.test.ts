import { describe, expect, it } from 'vitest';
import {
  type BatchFormat,
  type BatchMessage,
  convertBatch,
  decodeBatchRequest,
  decodeBatchRequestStream,
  decodeBatchResponse,
  decodeBatchResponseStream,
  encodeBatchRequest,
  encodeBatchResponse,
  encodeBatchResponseStream,
} from '../../../src/index.ts';
import { octets, textOf } from '../build-octets.ts';
import { issuesOf } from '../catch-error.ts';
import { octetsBeforeFailure, octetsOf } from '../streams.ts';

// What stands in a batch without operations, and what answers it.

const REQUESTS: Readonly<Record<BatchFormat, { contentType: string; body: string }>> = {
  multipart: { contentType: 'multipart/mixed; boundary=b', body: '--b--\r\n' },
  json: { contentType: 'application/json', body: '{"requests":[]}' },
};
const random = (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0xab);
const TOKEN = 'ab'.repeat(16);
const ANSWERS: Readonly<Record<BatchFormat, { contentType: string; body: string }>> = {
  multipart: {
    contentType: `multipart/mixed; boundary=batchresponse_${TOKEN}`,
    body: `--batchresponse_${TOKEN}--\r\n`,
  },
  json: { contentType: 'application/json', body: '{"responses":[]}' },
};

const received = (format: BatchFormat, headers: Record<string, string> = {}) =>
  decodeBatchRequest({ ...REQUESTS[format], headers });
async function* none(): AsyncGenerator<never> {}

describe.each(['multipart', 'json'] as const)('an empty %s batch', (format) => {
  it.each(['multipart', 'json'] as const)('is answered by an empty one of %s (M-25)', async (answer) => {
    const options = { request: received(format), format: answer, random };
    const { status, contentType, body } = encodeBatchResponse([], options);
    expect({ contentType, body: textOf(body) }).toEqual(ANSWERS[answer]);
    expect(status).toBe(200);
    for (const responses of [[], none(), new Set<never>()]) {
      const streamed = encodeBatchResponseStream(responses, options);
      expect(streamed.contentType).toBe(contentType);
      expect(textOf(await octetsOf(streamed.body))).toBe(ANSWERS[answer].body);
    }
  });

  it('of OData 3.0 is answered with 202 (B-08)', () => {
    const request = received(format, { DataServiceVersion: '3.0' });
    expect(encodeBatchResponse([], { request }).status).toBe(202);
  });

  it('has no answer with anything in it (P-02)', async () => {
    const options = { request: received(format) };
    const one = [{ status: 404 }];
    const expected = ['responses: response-count-mismatch'];
    expect(issuesOf(() => encodeBatchResponse(one, options))).toEqual(expected);
    expect(issuesOf(() => encodeBatchResponseStream(one, options))).toEqual(expected);
    const { error } = await octetsBeforeFailure(encodeBatchResponseStream(one.values(), options).body);
    expect(error).toMatchObject({ code: 'response-count-mismatch' });
  });

  it('is converted to an empty one, whose answer is no results (M-25)', async () => {
    for (const [to, body] of [
      ['multipart', '--x--\r\n'],
      ['json', '{"requests":[]}'],
    ] as const) {
      for (const request of [REQUESTS[format], received(format)]) {
        const converted = convertBatch(request, {
          format: to,
          ...(to === 'multipart' && { boundary: 'x' }),
        });
        expect(textOf(converted.body)).toBe(body);
        const decoded = decodeBatchRequest(converted);
        expect(decoded).toHaveLength(0);
        const answer = encodeBatchResponse([], { request: decoded });
        expect(decodeBatchResponse(answer, { request: converted })).toEqual([]);
        const { status, headers } = answer;
        const results: unknown[] = [];
        for await (const result of decodeBatchResponseStream(new Response(answer.body, { status, headers }), {
          request: converted,
        })) {
          results.push(result);
        }
        expect(results).toEqual([]);
      }
    }
  });

  it('is read as it comes, and its answer too, each with a warning (M-25)', async () => {
    const warnings: string[] = [];
    const onWarning = ({ code }: { code: string }) => warnings.push(code);
    const bodyOf = async function* ({ body }: { body: string }) {
      for (const octet of octets(body)) yield Uint8Array.of(octet);
    };
    const { contentType } = REQUESTS[format];
    const request = { headers: { 'Content-Type': contentType }, body: bodyOf(REQUESTS[format]) };
    for await (const item of decodeBatchRequestStream(request, { onWarning })) expect.unreachable(`${item}`);
    expect(warnings).toEqual(['empty-batch']);
    const message: BatchMessage = ANSWERS[format];
    expect(decodeBatchResponse(message, { onWarning })).toEqual([]);
    expect(warnings).toEqual(['empty-batch', 'empty-batch']);
  });
});

describe('nothing', () => {
  it('is no batch of a caller, in either format', () => {
    for (const format of ['multipart', 'json'] as const) {
      expect(issuesOf(() => encodeBatchRequest([], { format }))).toEqual(['batch: empty-batch']);
    }
  });

  it('answers no batch that has something in it, nor one that is not known', async () => {
    const request = decodeBatchRequest(encodeBatchRequest([{ method: 'GET', url: 'A' }]));
    for (const options of [{}, { request }]) {
      const expected = ['responses: empty-batch'];
      expect(issuesOf(() => encodeBatchResponse([], options))).toEqual(expected);
      expect(issuesOf(() => encodeBatchResponseStream([], options))).toEqual(expected);
      const { octets: text, error } = await octetsBeforeFailure(
        encodeBatchResponseStream(none(), options).body,
      );
      expect(error).toMatchObject({ code: 'empty-batch' });
      expect(text).toBe('');
    }
  });
});
