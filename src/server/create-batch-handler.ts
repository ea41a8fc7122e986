import { stopsAtFailure } from '../batch/batch-format.ts';
import type { DecodedBatch, DecodedOperation } from '../batch/decoded-batch.ts';
import { placeName } from '../batch/issues.ts';
import { readChunks } from '../bytes/read-chunks.ts';
import { defineUnprinted } from '../define-unprinted.ts';
import { expectArgument } from '../expect-argument.ts';
import { readBatchRequest } from '../formats/decode-batch-request.ts';
import { encodeBatchResponseStream } from '../formats/encode-batch-response-stream.ts';
import { readWhole } from '../formats/read-whole.ts';
import { completeLimits } from '../reading.ts';
import { AbortScope } from './abort-scope.ts';
import { type BatchHandlerOptions, checkBatchHandlerOptions } from './batch-handler-options.ts';
import { BatchRun } from './batch-run.ts';
import { checkBatchRequest } from './check-batch-request.ts';
import { chooseFormat } from './choose-format.ts';
import type { FetchRequest, PlainRequest } from './fetch-request.ts';
import { type FetchResponse, makeResponse } from './fetch-response.ts';
import { HeaderInheritance, type ReportIgnored } from './header-inheritance.ts';
import { parseUrl } from './locate-operation.ts';
import { OperationFields } from './operation-fields.ts';
import { OperationOutcomes } from './operation-outcomes.ts';
import { BodyReadBefore } from './read-node-request.ts';
import { type Refusal, refusalOf, refuseBatch } from './refuse-batch.ts';
import type { BatchContext } from './run-operation.ts';

/** A batch endpoint: takes the Request of a batch and gives its Response; rejects for nothing but what is no Request. */
export type BatchHandler = (request: FetchRequest) => Promise<FetchResponse>;

/** Octets of one body that are held by default. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/**
 * Makes a batch endpoint of a service: of any function that answers a Request with a Response.
 *
 * The batch is read and decoded whole before anything of it is run: what is wrong with it refuses it, with 400, 405, 413 or
 * 415 and an OData error that says where. Then its operations run in order, each when the answer before it has been read from
 * the body of the Response, so whoever wants them to happen has to read it. A change set runs in `transaction`.
 * OData 4.01 Protocol, section 11.7.
 *
 * Throws BatchUsageError `invalid-option`.
 *
 * @example
 * const answerBatch = createBatchHandler({
 *   serviceRoot: 'https://shop.example/odata/',
 *   fetch: (request) => app.fetch(request),
 *   transaction: (run) => database.transaction(run),
 * });
 */
export function createBatchHandler(options: BatchHandlerOptions): BatchHandler {
  checkBatchHandlerOptions(options);
  const { maxMessageBytes } = completeLimits(options.limits);
  const fields = new OperationFields(options.ownHeaders);
  return async (given) => {
    const request = given as unknown as PlainRequest;
    expectArgument(typeof request?.headers?.get === 'function', 'request', 'a Request');
    const { headers } = request;
    const report = reporter(options, given);
    const refuse = (refusal: Refusal) => refuseBatch(refusal, headers, options.version);
    try {
      if (request.bodyUsed) throw new BodyReadBefore();
      const refusal = checkBatchRequest(request, maxMessageBytes);
      if (refusal !== undefined) return refuse(refusal);
      const batch = await readBatch(request, options);
      return answer(batch, request, fields, options, report);
    } catch (error) {
      const refusal = refusalOf(error, headers);
      // A client that has gone away is the failure of nobody, and hears of none.
      if (refusal === undefined && !request.signal?.aborted) report(error);
      return refuse(refusal ?? failureOf(error));
    }
  };
}

/** Nothing of what went wrong in here is the client's business, but for what its server has to change. */
function failureOf(error: unknown): Refusal {
  if (error instanceof BodyReadBefore)
    return { status: 500, code: 'body-read-before', message: error.message };
  return { status: 500, code: 'batch-failed', message: 'the batch failed' };
}

async function readBatch(request: PlainRequest, options: BatchHandlerOptions): Promise<DecodedBatch> {
  const chunks = request.body === null ? null : readChunks(request.body);
  const { bytes, failure } = await readWhole(chunks, options.limits);
  if (failure !== undefined) throw failure.cause;
  return readBatchRequest({ headers: request.headers, body: bytes }, options);
}

function answer(
  batch: DecodedBatch,
  request: PlainRequest,
  fields: OperationFields,
  options: BatchHandlerOptions,
  report: BatchContext['report'],
): FetchResponse {
  const { fetch, transaction, failedChangeSet, changeSetAnswers, responseFormat } = options;
  const scope = new AbortScope(request.signal);
  const format = responseFormat === 'accept' ? chooseFormat(request, batch.format) : batch.format;
  const context: BatchContext = {
    format,
    requestFormat: batch.format,
    scope,
    report,
    version: batch.version,
    serviceRoot: options.serviceRoot.replace(/\/?(?:[?#].*)?$/s, '/'),
    urlScope: options.urlScope ?? 'service',
    batchPath: parseUrl(request.url)?.pathname ?? '',
    outcomes: new OperationOutcomes(),
    inheritance: new HeaderInheritance(request.headers, fields, ignoredHeaders(batch, options, report)),
    maxBufferedBytes: options.maxBufferedBytes ?? MAX_BUFFERED_BYTES,
    maxHeldBytes: completeLimits(options.limits).maxPartBytes,
    fetch: (inner) => fetch(inner as unknown as FetchRequest),
  };
  // Who asks to be stopped counts on it: what comes after a failure must then not happen.
  const wish = batch.continueOnError ?? (options.continueOnError === 'always' ? true : undefined);
  const continueOnError = !stopsAtFailure(batch.format, wish);
  const run = new BatchRun(batch, continueOnError, transaction, context);
  const encoding = { format, request: batch, failedChangeSet, changeSetAnswers, continueOnError };
  const { status, headers, body } = encodeBatchResponseStream(run, encoding);
  return makeResponse(body, { status, headers });
}

/** Reports each name once, so that a client can't flood a log with the operations of one batch. */
function ignoredHeaders(
  batch: DecodedBatch,
  { onWarning }: BatchHandlerOptions,
  report: BatchContext['report'],
): ReportIgnored {
  if (onWarning === undefined) return () => {};
  const seen = new Set<string>();
  let paths: Map<DecodedOperation, string> | undefined;
  return (operation, header) => {
    if (seen.has(header)) return;
    seen.add(header);
    paths ??= pathsOf(batch);
    try {
      onWarning({ code: 'ignored-header', path: paths.get(operation) ?? 'batch', header });
    } catch (error) {
      report(error, operation);
    }
  };
}

function pathsOf(batch: DecodedBatch): Map<DecodedOperation, string> {
  const entries = batch.flatMap((item, i): [DecodedOperation, string][] =>
    Array.isArray(item)
      ? item.map((member, j) => [member, placeName('batch', [i, j])])
      : [[item as DecodedOperation, placeName('batch', [i])]],
  );
  return new Map(entries);
}

function reporter({ onError }: BatchHandlerOptions, request: FetchRequest): BatchContext['report'] {
  return (error, operation) => {
    try {
      onError?.(error, defineUnprinted({}, { request, operation }));
    } catch {
      // Who is told of errors can't be told of this one.
    }
  };
}
