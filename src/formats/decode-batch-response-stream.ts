import { applySchemasAfterFailureAsync, applySchemasAsync, hasSchema } from '../batch/apply-schemas.ts';
import { allUnknown, type ResultItem } from '../batch/correlate.ts';
import { isBatchError } from '../batch/is-batch-error.ts';
import { callbackFailure } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import { SucceededResult } from '../batch/outcome.ts';
import type { Plan } from '../batch/plan.ts';
import type { ReceivedItem } from '../batch/received-item.ts';
import { resolveMonitors } from '../batch/resolve-monitors.ts';
import type { BatchResults, OperationResult } from '../batch/result.ts';
import type { StandardIssue } from '../batch/standard-schema.ts';
import { StreamCorrelator } from '../batch/stream-correlator.ts';
import { type StreamedResult, streamedResult } from '../batch/streamed-result.ts';
import { BatchError, BatchTransportError } from '../errors.ts';
import { expectOptions } from '../expect-options.ts';
import { statusHasBody } from '../http/http-message.ts';
import { parseMediaType } from '../mime/media-type.ts';
import { tolerancesFor } from '../tolerances.ts';
import { explainFault } from './body-hint.ts';
import type { AnsweredRequest } from './decode-batch-response.ts';
import { DECODE_RESPONSE_OPTIONS } from './decode-batch-response.ts';
import { type ItemReader, ItemStream, type ReadItems } from './item-stream.ts';
import { LARGE_BODY_OPTIONS, LargeBody, type LargeBodyOptions, largeBodyThreshold } from './large-body.ts';
import { leavableStream, type OpenChunks } from './leavable-stream.ts';
import { ResponseReader } from './multipart/decode-response.ts';
import { LargePart } from './multipart/large-part.ts';
import { type PartSink, PartStream } from './multipart/part-stream.ts';
import { boundaryOf, checkEnd, readPart } from './multipart/read-batch.ts';
import type { RawPart } from './multipart/read-parts.ts';
import { DECODE_OPTIONS, OpenMessage } from './open-message.ts';
import type { DecodeResponseOptions } from './read-answer.ts';
import { planOfResponse, type ResponseLike, readResponse } from './read-batch-response.ts';

/** The result of any operation of a batch. */
export type AnyResultOf<B extends Batch> = BatchResults<B>[number] extends infer R
  ? R extends readonly (infer I)[]
    ? I
    : R
  : never;

/**
 * Decodes an answer as it comes: each operation's result as soon as its part has ended, those of a change set when the set
 * has, in the order of the answer. Chunks are read only as results are asked for; leaving the loop, and any error, cancels
 * the source. An answer in JSON is read whole first, up to `limits.maxMessageBytes`, and every body of it is held.
 *
 * With `largeBody: 'stream'` a success whose body is large comes as a {@link StreamedResult} as soon as that turns out, and
 * its body while it is read. Bodies of errors, of operations with a schema and of change sets are held all the same;
 * `limits.maxPartBytes` and `maxMessageBytes` count in any case, and an answer that ends inside of a streamed body is an error even
 * where `truncated` is tolerated.
 *
 * Results are provisional until the loop ends: an answer that turns out to be cut off or wrong ends in an error, whose
 * `results` hold one result for each operation; of successes that were handed out already only the status is left.
 *
 * Throws what {@link readBatchResponse} throws.
 *
 * @example
 * for await (const result of decodeBatchResponseStream(await fetch(url, request), { request })) console.log(result.outcome);
 */
export function decodeBatchResponseStream<B extends Batch>(
  response: ResponseLike,
  options: DecodeResponseOptions & AnsweredRequest<B> & LargeBodyOptions & { readonly largeBody: 'stream' },
): AsyncGenerator<AnyResultOf<B> | StreamedResult, void, undefined>;
export function decodeBatchResponseStream<B extends Batch>(
  response: ResponseLike,
  options: DecodeResponseOptions &
    AnsweredRequest<B> &
    LargeBodyOptions & { readonly largeBody?: 'buffer' | undefined },
): AsyncGenerator<AnyResultOf<B>, void, undefined>;
export function decodeBatchResponseStream(
  response: ResponseLike,
  options: DecodeResponseOptions & AnsweredRequest<Batch> & LargeBodyOptions,
): AsyncGenerator<OperationResult | StreamedResult, void, undefined> {
  return leavableStream((open) => decodeResults(response, options, open));
}

async function* decodeResults(
  response: ResponseLike,
  options: DecodeResponseOptions & AnsweredRequest<Batch> & LargeBodyOptions,
  open: OpenChunks,
): AsyncGenerator<OperationResult | StreamedResult, void, undefined> {
  const plan = planOfResponse(response, options);
  expectOptions(options, DECODE_OPTIONS, DECODE_RESPONSE_OPTIONS, LARGE_BODY_OPTIONS);
  const threshold = largeBodyThreshold(options);
  const { status, url, body } = response;
  const headers = [...response.headers];
  const outer = { status, headers, url, body: new Uint8Array(0) };
  const message = new OpenMessage(outer, options, tolerancesFor(plan.service));
  const chunks = body === null ? null : open(body);
  if (chunks === null || !message.isMultipart) {
    // A refusal, a finished batch inside another message, or JSON: read whole.
    const results = await readResponse({ status, headers, url, body }, plan, options, chunks);
    for (const result of results.flat()) yield result;
    return;
  }

  const decoder: ResponseDecoder = new ResponseDecoder(message, plan, options, threshold, () =>
    stream.advance(),
  );
  const stream = new ItemStream<ReceivedItem | TakenAnswers>(chunks, decoder);
  for (let next = await stream.next(); next !== undefined; next = await stream.next()) {
    if ('lost' in next) throw await decoder.lostError(next.lost);
    if ('failure' in next) throw await decoder.errorOf(next.failure);
    const { item } = next;
    try {
      for (const result of await decoder.take(item)) yield result;
    } finally {
      if (item instanceof TakenAnswers) item.body?.passOver();
    }
  }
  for (const result of await decoder.finish()) yield result;
}

/** Answers whose results are known already. */
class TakenAnswers {
  readonly results: readonly (OperationResult | StreamedResult)[];
  /** That of the streamed result, where there is one. */
  readonly body: LargeBody | undefined;

  constructor(results: readonly (OperationResult | StreamedResult)[], body?: LargeBody) {
    this.results = results;
    this.body = body;
  }
}

/** Turns chunks into answers, and answers into results; every error it throws has a result for each operation. */
class ResponseDecoder implements ItemReader<ReceivedItem | TakenAnswers> {
  readonly #message: OpenMessage;
  readonly #plan: Plan;
  readonly #boundary: string;
  readonly #stream: PartStream;
  readonly #reader: ResponseReader;
  readonly #correlator: StreamCorrelator;
  readonly #advance: () => Promise<void>;
  #items: (ReceivedItem | TakenAnswers)[] = [];
  /** The body that comes. */
  #body: LargeBody | undefined;
  /** Why the answer was cut off, where that is tolerated. */
  #cut: BatchError | undefined;
  /** What schemas said of results that were told, by their place in the flattened batch. */
  readonly #issues = new Map<number, readonly StandardIssue[]>();

  /**
   * @param threshold octets of a part from which on its body is streamed; undefined where none is
   * @param advance reads the next chunk
   */
  constructor(
    message: OpenMessage,
    plan: Plan,
    options: DecodeResponseOptions,
    threshold: number | undefined,
    advance: () => Promise<void>,
  ) {
    const { reading, locate } = message;
    this.#message = message;
    this.#plan = plan;
    this.#boundary = boundaryOfResponse(message, plan);
    this.#correlator = new StreamCorrelator(plan);
    const readers = { parse: options.json?.parse ?? JSON.parse, readError: options.readError, locate };
    this.#advance = advance;
    this.#reader = new ResponseReader(plan, reading, readers, (item) => this.#items.push(item));
    this.#stream = new PartStream(this.#boundary, reading, {
      part: (part) => readPart(part, this.#boundary, reading, this.#reader),
      large: threshold === undefined ? undefined : { threshold, open: (part) => this.#openLarge(part) },
    });
    message.places = this.#stream;
  }

  /** Reads the next octets, or their end; returns the answers that ended in them and what went wrong behind those. */
  read(chunk: Uint8Array | undefined): ReadItems<ReceivedItem | TakenAnswers> {
    this.#items = [];
    try {
      if (chunk === undefined) this.#end();
      else this.#stream.write(chunk);
    } catch (error) {
      const reason = explainFault(error, this.#message.begun);
      this.#body?.fail(this.#message.errorOf(reason));
      return { items: this.#items, failure: { reason } };
    }
    return { items: this.#items };
  }

  lost(cause: unknown): void {
    this.#body?.fail(new BatchTransportError(LOST, { cause }));
  }

  /** Streams the rest of a part, where it is a success whose operation has no schema; otherwise it is held. */
  #openLarge(raw: RawPart): PartSink | undefined {
    const part = LargePart.open(raw, this.#message.reading);
    if (part === undefined) return undefined;
    const received = this.#reader.message(part.message, part.reading);
    const { answer } = received;
    if (!answer.succeeded || !statusHasBody(answer.status)) return undefined;

    // Whose answer it is depends on those before it.
    for (const [place, item] of this.#items.entries()) {
      if (!(item instanceof TakenAnswers)) this.#items[place] = new TakenAnswers(this.#correlator.take(item));
    }
    const [result] = this.#correlator.expect(received);
    if (!(result instanceof SucceededResult) || hasSchema(result)) return undefined;

    part.begin(answer);
    const body = new LargeBody(this.#advance);
    this.#body = body;
    this.#items.push(new TakenAnswers([streamedResult(result, body.stream)], body));
    body.write(answer.bytes);
    return {
      write(octets) {
        part.count(octets);
        body.write(octets);
      },
      end: (whole) => {
        if (!whole) return;
        part.end();
        body.end();
        this.#reader.item({ id: received.id, answer: answer.withoutBody() });
        this.#resultsOf(this.#items.pop() as ReceivedItem);
      },
    };
  }

  #resultsOf(item: ReceivedItem | TakenAnswers): readonly (OperationResult | StreamedResult)[] {
    return item instanceof TakenAnswers ? item.results : this.#correlator.take(item);
  }

  #end(): void {
    this.#stream.finish();
    const { end, size } = this.#stream;
    const offsets = { start: 0, end: size };
    const cut = checkEnd(end, this.#boundary, offsets, this.#message.reading, this.#body?.isWhole);
    this.#cut = cut && this.#message.errorOf(cut);
  }

  /** The results that an answer gives. */
  async take(item: ReceivedItem | TakenAnswers): Promise<readonly (OperationResult | StreamedResult)[]> {
    let results: readonly (OperationResult | StreamedResult)[];
    try {
      results = this.#resultsOf(item);
    } catch (reason) {
      throw await this.errorOf(reason);
    }
    return isHeld(results) ? this.#judge(results) : results;
  }

  /** The results that only the end tells. */
  async finish(): Promise<readonly OperationResult[]> {
    const { results, contradiction } = this.#correlator.finish({ format: 'multipart', cut: this.#cut });
    if (contradiction === undefined) return this.#judge(results);
    const all = this.#correlator.results({ format: 'multipart', cut: this.#cut });
    throw new BatchError(contradiction.code, contradiction.message, { results: await this.#asTold(all) });
  }

  /** The error to throw where reading failed, with what is known by then. */
  async lostError(cause: unknown): Promise<BatchError> {
    const results = await this.#asTold(this.#resultsBefore(new BatchTransportError(LOST, { cause })));
    return new BatchTransportError(LOST, { cause, results });
  }

  /** The error to throw for what went wrong. */
  async errorOf(reason: unknown): Promise<BatchError> {
    const results = await this.#asTold(this.#resultsBefore(this.#message.errorOf(reason)));
    return this.#message.errorOf(reason, results);
  }

  #resultsBefore(cut: BatchError): readonly ResultItem[] {
    try {
      return this.#correlator.results({ format: 'multipart', cut });
    } catch {
      // A function of the caller's threw again: what it threw the first time is told.
      return allUnknown(this.#plan, cut);
    }
  }

  /** What the schemas make of results; where one gives no verdict, the error has all results. */
  async #judge(given: readonly OperationResult[]): Promise<readonly OperationResult[]> {
    const results = resolveMonitors(given, this.#message.url);
    if (!results.some(hasSchema)) return results;
    let judged: readonly OperationResult[];
    try {
      judged = (await applySchemasAsync(results)).flat();
    } catch (error) {
      if (!isBatchError(error)) throw error;
      // It knows the verdicts on these results only; the error to throw knows all operations.
      const verdicts = (error.results ?? []).flat() as OperationResult[];
      const all = this.#resultsBefore(callbackFailure(error.cause));
      throw callbackFailure(error.cause, await this.#asTold(all, verdicts));
    }
    for (const result of judged)
      if (result.outcome === 'invalid') this.#issues.set(result.index, result.issues);
    return judged;
  }

  /** All results, with the verdicts of the schemas that were told; those that were not told are judged now. */
  async #asTold(
    all: readonly ResultItem[],
    verdicts: readonly OperationResult[] = [],
  ): Promise<readonly ResultItem[]> {
    const judgedAt = new Map(verdicts.map((result) => [result.index, result]));
    const rest = all
      .flat()
      .filter((result) => !this.#correlator.hasTold(result) && !judgedAt.has(result.index));
    for (const result of (await applySchemasAfterFailureAsync(rest)).flat())
      judgedAt.set(result.index, result);
    const asTold = (result: OperationResult): OperationResult => {
      const issues = this.#issues.get(result.index);
      if (issues !== undefined && result instanceof SucceededResult) return result.refused(issues);
      return judgedAt.get(result.index) ?? result;
    };
    const told = all.map((item) => (Array.isArray(item) ? item.map(asTold) : asTold(item)));
    return resolveMonitors(told, this.#message.url);
  }
}

const LOST = 'reading the response failed before its end';

/** A streamed result stands alone. */
function isHeld(
  results: readonly (OperationResult | StreamedResult)[],
): results is readonly OperationResult[] {
  return !results.some((result) => 'streamed' in result);
}

function boundaryOfResponse(message: OpenMessage, plan: Plan): string {
  try {
    return boundaryOf(parseMediaType(message.contentType ?? '') ?? { essence: '', parameters: [] }, 0, '');
  } catch (error) {
    throw message.errorOf(error, allUnknown(plan, message.errorOf(error)));
  }
}
