import { applySchemasAsync } from '../batch/apply-schemas.ts';
import { isBatchError } from '../batch/is-batch-error.ts';
import type { Batch } from '../batch/operation.ts';
import type { Plan } from '../batch/plan.ts';
import { resolveMonitors } from '../batch/resolve-monitors.ts';
import type { BatchResults, OperationResult } from '../batch/result.ts';
import { StreamCorrelator } from '../batch/stream-correlator.ts';
import { readChunks } from '../bytes/read-chunks.ts';
import { type BatchError, BatchTransportError } from '../errors.ts';
import { parseMediaType } from '../mime/media-type.ts';
import { RESPONSE_TOLERANCES } from '../tolerances.ts';
import { type AnsweredRequest, planOf } from './decode-batch-response.ts';
import { ResponseReader } from './multipart/decode-response.ts';
import { PartStream, type StreamedPart } from './multipart/part-stream.ts';
import { boundaryOf, checkEnd, readPart } from './multipart/read-batch.ts';
import { OpenMessage } from './open-message.ts';
import type { DecodeResponseOptions } from './read-answer.ts';
import { type ResponseLike, readBatchResponse } from './read-batch-response.ts';

/** The result of any operation of a batch. */
export type AnyResultOf<B extends Batch> = BatchResults<B>[number] extends infer R
  ? R extends readonly (infer I)[]
    ? I
    : R
  : never;

/**
 * Decodes an answer as it comes: each operation's result as soon as its part has ended, those of a change set when the set
 * has, in the order of the answer. Chunks are read only as results are asked for; leaving the loop cancels the source.
 *
 * Results are provisional until the loop ends: an answer that turns out to be cut off or wrong ends in an error, whose
 * `results` hold one result for each operation; those of successes that were handed out already have no body any more.
 *
 * Throws what {@link readBatchResponse} throws.
 *
 * @example
 * for await (const result of decodeBatchResponseStream(await fetch(url, request), { request })) console.log(result.outcome);
 */
export async function* decodeBatchResponseStream<B extends Batch>(
  response: ResponseLike,
  options: DecodeResponseOptions & AnsweredRequest<B>,
): AsyncGenerator<AnyResultOf<B>, void, undefined> {
  const { status, headers, url } = response;
  const outer = { status, headers: [...headers], url, body: new Uint8Array(0) };
  const message = new OpenMessage(outer, options, RESPONSE_TOLERANCES);
  if (!message.isMultipart || response.body === null) {
    // A refusal, or a finished batch inside another message: small, and read whole.
    yield* (await readBatchResponse(response, options)).flat() as AnyResultOf<B>[];
    return;
  }

  const decoder = new ResponseDecoder(message, planOf(options.request), options);
  const chunks = readChunks(response.body);
  let isOver = false;
  try {
    while (!isOver) {
      const chunk = await chunks.next().catch((cause: unknown) => decoder.lost(cause));
      isOver = chunk === undefined;
      const { results, failure } = chunk === undefined ? decoder.finish() : decoder.write(chunk);
      // What is wrong comes after what came before it.
      yield* (await decoder.judge(results)) as readonly AnyResultOf<B>[];
      if (failure !== undefined) throw failure;
    }
  } finally {
    if (!isOver) chunks.stop();
  }
}

/** Results that chunks gave, and what went wrong behind them. */
interface Decoded {
  readonly results: readonly OperationResult[];
  readonly failure?: BatchError;
}

/** Turns chunks into results; every error it throws has a result for each operation. */
class ResponseDecoder {
  readonly #message: OpenMessage;
  readonly #boundary: string;
  readonly #stream: PartStream;
  readonly #reader: ResponseReader;
  readonly #correlator: StreamCorrelator;
  #results: OperationResult[] = [];

  constructor(message: OpenMessage, plan: Plan, options: DecodeResponseOptions) {
    this.#message = message;
    this.#correlator = new StreamCorrelator(plan);
    this.#boundary = this.#boundaryOf(message.contentType ?? '');
    this.#stream = new PartStream(this.#boundary, message.reading);
    message.places = this.#stream;
    const { locate } = message;
    const readers = { parse: options.json?.parse ?? JSON.parse, readError: options.readError, locate };
    this.#reader = new ResponseReader(plan, message.reading, readers, (item) => {
      this.#results.push(...this.#correlator.take(item));
    });
  }

  #boundaryOf(contentType: string): string {
    try {
      return boundaryOf(parseMediaType(contentType) ?? { essence: '', parameters: [] }, 0, '');
    } catch (error) {
      throw this.#failure(error);
    }
  }

  write(chunk: Uint8Array): Decoded {
    return this.#decode(() => this.#stream.write(chunk));
  }

  finish(): Decoded {
    return this.#decode(
      () => this.#stream.finish(),
      () => {
        const { end, size } = this.#stream;
        const cut = checkEnd(end, this.#boundary, { start: 0, end: size }, this.#message.reading);
        this.#results.push(...this.#correlator.finish({ cut: cut && this.#message.errorOf(cut) }));
      },
    );
  }

  /** Reading failed: throws what is known by then. */
  lost(cause: unknown): never {
    const text = 'reading the response failed before its end';
    throw new BatchTransportError(text, {
      cause,
      results: this.#allResults(new BatchTransportError(text, { cause })),
    });
  }

  /** What the schemas make of results; where one gives no verdict, the error has all results. */
  async judge(results: readonly OperationResult[]): Promise<readonly OperationResult[]> {
    try {
      return (await applySchemasAsync(resolveMonitors(results, this.#message.url))).flat();
    } catch (error) {
      if (!isBatchError(error)) throw error;
      // It knows the verdicts on these results only; the error to throw knows all operations.
      const judged = new Map((error.results ?? []).flat().map((result) => [result.index, result]));
      const all = this.#allResults(this.#message.errorOf(error.cause)).map((item) =>
        Array.isArray(item)
          ? item.map((one) => judged.get(one.index) ?? one)
          : (judged.get(item.index) ?? item),
      );
      throw this.#message.errorOf(error.cause, all);
    }
  }

  #decode(parts: () => readonly StreamedPart[], after = () => {}): Decoded {
    this.#results = [];
    try {
      for (const part of parts()) readPart(part, this.#boundary, this.#message.reading, this.#reader);
      after();
    } catch (error) {
      return { results: this.#results, failure: this.#failure(error) };
    }
    return { results: this.#results };
  }

  #failure(error: unknown): BatchError {
    if (isBatchError(error) && error.results !== undefined) return error;
    return this.#message.errorOf(error, this.#allResults(this.#message.errorOf(error)));
  }

  #allResults(cut: BatchError): ReturnType<StreamCorrelator['results']> {
    return this.#correlator.results({ cut });
  }
}
