import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type Batch,
  decodeBatchRequest,
  encodeBatchRequest,
  encodeBatchRequestStream,
  encodeBatchResponse,
  encodeBatchResponseStream,
  type Operation,
} from '../../src/index.ts';
import { batchCase } from './arbitrary-batch.ts';
import { chunking, octets } from './arbitrary-octets.ts';
import { answer, script } from './arbitrary-response.ts';
import { law } from './law.ts';
import { cut, latin1 } from './octets.ts';

const random = (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0xab);
const TOKEN = 'ab'.repeat(16);

async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
  return latin1(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** The same octets as something that is streamed. */
function streamed(bytes: Uint8Array<ArrayBuffer>, lengths: readonly number[], kind: number): unknown {
  const chunks = cut(bytes, lengths);
  if (kind === 0) return new Blob(chunks);
  async function* each() {
    yield* chunks;
  }
  return kind === 1 ? each() : new ReadableStream({ start: (controller) => fill(controller, chunks) });
}

function fill(controller: ReadableStreamDefaultController, chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) controller.enqueue(chunk);
  controller.close();
}

const kinds = fc.array(fc.nat(2), { minLength: 1, maxLength: 6 });

describe('what is streamed out', () => {
  law(
    'law 2: bodies of octets, streamed in any chunks, give the octets that they give when they are held',
    fc.asyncProperty(batchCase, chunking, kinds, async ({ batch, options }, lengths, kind) => {
      let next = 0;
      const stream = (operation: Operation): Operation =>
        operation.body instanceof Uint8Array && operation.method !== 'DELETE'
          ? {
              ...operation,
              body: streamed(new Uint8Array(operation.body), lengths, kind[next++ % kind.length] as number),
            }
          : operation;
      // A copy of an operation is no longer what a reference refers to.
      const hasReferences = batch
        .flat()
        .some(({ url, dependsOn }) => typeof url === 'object' || dependsOn !== undefined);
      const target: Batch = hasReferences
        ? batch
        : batch.map((item) => (Array.isArray(item) ? item.map(stream) : stream(item as Operation)));
      const whole = encodeBatchRequest(batch, { ...options, random });
      const { body, contentLength, headers } = encodeBatchRequestStream(target, { ...options, random });
      expect(await read(body)).toBe(latin1(whole.body));
      expect([undefined, whole.body.length]).toContain(contentLength);
      const { 'Content-Length': length, ...rest } = headers;
      expect(rest).toEqual(whole.headers);
      expect(length).toBe(contentLength === undefined ? undefined : String(contentLength));
    }),
    2,
  );

  law(
    'law 2: answers that come one by one, streamed in any chunks, give the octets of those that are all there',
    fc.asyncProperty(
      fc.array(octets, { minLength: 1, maxLength: 5 }),
      chunking,
      kinds,
      async (bodies, lengths, kind) => {
        const held = bodies.map((body, index) => ({ status: 200, id: `i${index}`, body }));
        const responses = held.map((response, index) => ({
          ...response,
          body: streamed(new Uint8Array(response.body), lengths, kind[index % kind.length] as number),
        }));
        async function* coming() {
          yield* responses;
        }
        const whole = latin1(encodeBatchResponse(held, { random }).body);
        expect(await read(encodeBatchResponseStream(coming(), { random }).body)).toBe(whole);
      },
    ),
    2,
  );

  law(
    'law 3: an answer to a known batch is complete before the next is asked for, unless it may be the last',
    fc.asyncProperty(batchCase, script, fc.boolean(), async ({ batch, options }, script, stops) => {
      const request = decodeBatchRequest(encodeBatchRequest(batch, options));
      const mayStop = request.continueOnError !== true;
      const answers = answer(request, script, stops && mayStop);
      let text = '';
      const isComplete: boolean[] = [];
      async function* coming() {
        for (const [index, each] of answers.entries()) {
          if (index > 0) isComplete.push(text.endsWith(`\r\n--batchresponse_${TOKEN}\r\n`));
          yield each;
        }
      }
      const { body } = encodeBatchResponseStream(coming(), { request, random });
      for await (const chunk of body) text += latin1(chunk);
      expect(text).toBe(latin1(encodeBatchResponse(answers, { request, random }).body));
      const mayBeLast = (each: (typeof answers)[number]) => mayStop && 'status' in each && each.status >= 400;
      expect(isComplete).toEqual(answers.slice(0, -1).map((each) => !mayBeLast(each)));
    }),
    2,
  );
});
