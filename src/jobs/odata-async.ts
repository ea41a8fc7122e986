import { encodableBody } from '../batch/body.ts';
import { ENCODE_OPTIONS, type EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import { fieldOf, headerPairs } from '../batch/header-pairs.ts';
import { headerRecord } from '../batch/header-record.ts';
import { isBatchError } from '../batch/is-batch-error.ts';
import { Issues } from '../batch/issues.ts';
import type { HeadersInput, Operation } from '../batch/operation.ts';
import type { PlannedOperation } from '../batch/plan.ts';
import type { OperationResult } from '../batch/result.ts';
import { utf8Encoder } from '../bytes/text.ts';
import { BatchResponseError } from '../errors.ts';
import { expectOptions } from '../expect-options.ts';
import { continueBatch } from '../formats/continue-batch.ts';
import { decodeBatchResponse } from '../formats/decode-batch-response.ts';
import { type EncodedBatchRequest, encodeBatchRequest } from '../formats/encode-batch-request.ts';
import type { BatchMessage } from '../formats/open-message.ts';
import { DEFAULT_LIMITS, type LimitsInput } from '../limits.ts';
import { originOf } from '../transport/origin.ts';
import { monitorToAsk, type ODataMemory, readAsyncResults } from './async-results.ts';
import { notExecuted, unknownOutcome } from './job-run.ts';
import type {
  JobAnswer,
  JobItem,
  JobPlan,
  JobRequest,
  JobService,
  Part,
  StatusReading,
} from './job-service.ts';
import { sha256 } from './sha256.ts';
import { checkSubmitFields } from './submit-fields.ts';

/** A service that answers batches asynchronously, and how they are written. */
export interface ODataAsyncOptions extends Omit<EncodeBatchRequestOptions, 'continueOnError' | 'headers'> {
  /** The batch endpoint: `https://…/$batch`. */
  readonly url: string;
  /** Fields of every request, such as Authorization. */
  readonly headers?: HeadersInput | undefined;
}

/** What the service is told of a batch. */
export interface ODataSubmit {
  /** For how many seconds the service may try to answer at once (`Prefer: wait`). Default not said. */
  readonly wait?: number | undefined;
  /** Whether it goes on after a failure. Default that of the format: multipart stops, JSON goes on. */
  readonly continueOnError?: boolean | undefined;
}

const HOUR_MS = 3_600_000;

/**
 * Asynchronous batches of OData (OData 4.01 Protocol, sections 8.2.8.8 and 11.7.7.6): sent with `Prefer: respond-async`, answered
 * at a monitor, whole or part by part, or at once where the service likes that better.
 *
 * Operations stand for themselves: no change sets, and no schemas. Cancelling deletes the monitor; what was not told by then is
 * `unknown`. A batch can't be known again: where the answer to it is lost its operations are `unknown`, unless `resubmit` is set.
 * Throws BatchUsageError `invalid-url`, `invalid-option`.
 *
 * @example
 * const job = runJob(odataAsync({ url: 'https://example.com/service/$batch' }), [
 *   { method: 'POST', url: 'Reports', body: { year: 2026 } },
 * ]);
 */
export function odataAsync(options: ODataAsyncOptions): JobService<Operation, unknown, ODataSubmit> {
  const { continueOnError: _perJob, ...names } = ENCODE_OPTIONS;
  expectOptions(options, names, { url: true });
  const { url, headers: given, ...writing } = options;
  const origin = originOf(url, 'url');
  const issues = new Issues();
  const pairs = headerPairs(given, 'headers', issues);
  issues.throwIfAny();
  // What is meant for the batch alone has no place in questions about it.
  const own = pairs.filter(([name]) => !/^(?:prefer|content-.*|accept)$/i.test(name));
  const monitorHeaders = { ...headerRecord(own), Accept: 'application/http' };
  const ask = (method: string, monitor: string): JobRequest => ({
    method,
    url: monitor,
    headers: monitorHeaders,
  });

  return {
    name: 'odata-async',
    url,
    limits: {},
    plan(inputs, submit = {}): JobPlan<unknown> {
      checkInputs(inputs, submit);
      const { wait, continueOnError } = submit;
      const prefer = [
        fieldOf(pairs, 'prefer'),
        'respond-async',
        wait === undefined ? undefined : `wait=${wait}`,
      ];
      const headers = [
        ...pairs.filter(([name]) => name.toLowerCase() !== 'prefer'),
        ['Prefer', prefer.filter((one) => one !== undefined).join(', ')] as const,
      ];
      // A job without operations sends nothing; a batch has at least one.
      const request =
        inputs.length === 0
          ? undefined
          : encodeBatchRequest([...inputs], { ...writing, headers, continueOnError });
      // As many answers as there are operations, and one that says where the rest is.
      const limits = { maxParts: Math.max(DEFAULT_LIMITS.maxParts, inputs.length + 1) };
      const context: Context = { request: request as EncodedBatchRequest, url, origin, limits };
      return {
        items: request === undefined ? [] : itemsOf(request, writing.json?.stringify ?? JSON.stringify),
        submit,
        partSize: Number.POSITIVE_INFINITY,
        deadlineMs: HOUR_MS,
        stopsAtFailure: false,
        endsWhenCancelled: true,
        encodeSubmission() {
          return { method: 'POST', url, headers: context.request.headers, body: context.request.body };
        },
        readSubmission(_part, answer) {
          const message = messageOf(answer, url);
          const { request, limits } = context;
          const results = decodeBatchResponse(message, { request, limits }) as OperationResult[];
          const memory: ODataMemory = { results, turn: 0 };
          return { id: monitorToAsk(memory), reading: readAsyncResults(memory, origin, undefined) };
        },
        encodeStatus: (part, memory) => ask('GET', monitorToAsk(memoryOf(part, memory, context)) ?? url),
        readStatus: (part, memory, answer) =>
          readMonitor(part, memoryOf(part, memory, context), answer, context),
        whenGone: ({ id, next }, memory) => {
          // The process that was told the first part is gone, and so is the part.
          if (memory !== undefined || next === undefined || next === id) return undefined;
          return { results: allPending(next, context), turn: 0 } satisfies ODataMemory;
        },
        cancel: (part, memory) => ({
          request: ask('DELETE', monitorToAsk(memoryOf(part, memory, context)) ?? url),
          read: () => ({ value: undefined }),
        }),
      };
    },
  };
}

interface Context {
  readonly request: EncodedBatchRequest;
  readonly url: string;
  readonly origin: string;
  readonly limits: LimitsInput;
}

function memoryOf(part: Part, memory: unknown, context: Context): ODataMemory {
  if (memory !== undefined) return memory as ODataMemory;
  return { results: allPending(part.id ?? part.next ?? context.url, context), turn: 0 };
}

/** The results of a batch of which only the monitor is known. */
function allPending(monitor: string, { request }: Context): OperationResult[] {
  const message = { status: 202, headers: { Location: monitor }, body: '' };
  return decodeBatchResponse(message, { request }) as OperationResult[];
}

function readMonitor(
  part: Part,
  before: ODataMemory,
  answer: JobAnswer,
  context: Context,
): StatusReading<unknown> {
  const monitor = monitorToAsk(before) as string;
  const message = messageOf(answer, monitor);
  try {
    const { request, limits } = context;
    const options = { request, limits, monitor };
    const results = continueBatch([...before.results], message, options) as OperationResult[];
    const memory: ODataMemory = { results, turn: before.turn + 1 };
    const next = monitorToAsk(memory);
    return readAsyncResults(memory, context.origin, next === part.id ? undefined : next);
  } catch (error) {
    if (!isFinalRefusal(error, answer)) throw error;
    // 4xx refuses a batch as such; of any other nobody can tell how far it went.
    const { status = 500 } = error;
    const rest = status >= 400 && status < 500 ? notExecuted<unknown>(error) : unknownOutcome<unknown>(error);
    const told = readAsyncResults(before, context.origin, undefined).items;
    const items = new Map(
      [...told].map(([index, item]) => [index, item.outcome === 'pending' ? rest : item]),
    );
    return { state: 'failed', items, next: 'finished' };
  }
}

/** Whether the monitor gave the answer to the batch, and this is no batch. */
function isFinalRefusal(error: unknown, { headers }: JobAnswer): error is BatchResponseError {
  if (!isBatchError(error, 'not-a-batch') || !(error instanceof BatchResponseError)) return false;
  return headers.has('AsyncResult') || /^application\/http\b/i.test(headers.get('Content-Type') ?? '');
}

function messageOf({ status, headers, bytes }: JobAnswer, url: string): BatchMessage {
  return { status, headers, body: bytes, url };
}

function checkInputs(inputs: readonly Operation[], submit: ODataSubmit): void {
  const issues = new Issues();
  checkSubmitFields(submit, ['wait', 'continueOnError'], issues);
  const { wait } = submit;
  for (const [index, input] of inputs.entries()) {
    const path = `inputs[${index}]`;
    if (Array.isArray(input)) issues.add(path, 'not-expressible', 'a job has no change sets');
    else if (input?.schema !== undefined) {
      issues.add(
        `${path}.schema`,
        'not-expressible',
        'values of jobs are not checked: apply the schema to `value`',
      );
    }
  }
  if (wait !== undefined && !(Number.isInteger(wait) && wait >= 0)) {
    issues.add('submit.wait', 'invalid-option', 'expected whole seconds');
  }
  issues.throwIfAny();
}

/** Operations as they are sent; a body by its digest. */
function itemsOf(
  { plan }: EncodedBatchRequest,
  stringify: (value: unknown) => string | undefined,
): readonly JobItem[] {
  return (plan.items as readonly PlannedOperation[]).map(({ operation, id, method, url, headers }) => {
    const body = encodableBody(operation.body, stringify, '', new Issues())?.content;
    const octets = typeof body === 'string' ? utf8Encoder.encode(body) : body;
    return { operation, id, wire: JSON.stringify([method, url, headers, octets && sha256(octets)]) };
  });
}
