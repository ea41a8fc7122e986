import * as z from 'zod/mini';
import { readJsonError } from '../batch/read-json-error.ts';
import { BatchError } from '../errors.ts';
import type { JobState, JobWarning } from './job.ts';
import { CANCELLED, notExecuted, PENDING, unknownOutcome } from './job-run.ts';
import type { ItemReading, JobAnswer, JobItem, Part, StatusReading } from './job-service.ts';
import { readJson } from './read-json.ts';

const optional = <T>(type: z.ZodMiniType<T>) => z.optional(z.nullable(type));

const RESPONSE = z.object({
  id: optional(z.string()),
  status: z.string(),
  httpStatusCode: optional(z.number()),
  // The old page's template has this name, its table the other.
  httpCode: optional(z.number()),
  httpStatusLine: optional(z.string()),
  httpBody: z.optional(z.unknown()),
  escapedHttpBody: optional(z.string()),
});
type EcwidResponse = z.infer<typeof RESPONSE>;

const STATUS = z.object({ status: z.string(), responses: optional(z.array(RESPONSE)) });

const STATES: Readonly<Record<string, JobState>> = {
  QUEUED: 'queued',
  IN_PROGRESS: 'running',
  COMPLETED: 'done',
};

/** What the reading of an answer goes by. */
export interface EcwidReading {
  readonly operations: readonly JobItem[];
  readonly isCancelled: boolean;
  readonly stopOnFirstFailure: boolean;
  readonly allowParallelMode: boolean;
}

/** Reads what Ecwid says of a batch. Throws what {@link readJson} throws. */
export function readEcwidStatus(
  part: Part,
  answer: JobAnswer,
  reading: EcwidReading,
): StatusReading<unknown> {
  const { status, responses } = readJson(answer, STATUS);
  const state = STATES[status] ?? 'unknown';
  const warnings: JobWarning[] = [];
  const isDone = state === 'done';
  const found = matchResponses(part, responses ?? [], reading, warnings);
  const items = new Map<number, ItemReading<unknown>>();
  for (const [index, response] of found) {
    items.set(index, readItem(index, response, isDone, reading, warnings));
  }
  if (state === 'unknown') {
    const message = "Ecwid's documents do not have the status of the batch";
    return { state, items, next: 'wait', warnings: [{ code: 'unknown-status', message, status }] };
  }
  if (!isDone) return { state, items, next: 'wait' };
  for (let index = part.from; index < part.to; index++) {
    if (!items.has(index)) items.set(index, untold(index, items, reading, warnings));
  }
  const isCancelled = [...items.values()].some(({ outcome }) => outcome === 'cancelled');
  return { state: isCancelled ? 'cancelled' : 'done', items, next: 'finished', warnings };
}

/** By id; by place only where Ecwid gives no ids at all, one after another, and all are there. */
function matchResponses(
  { from, to }: Part,
  responses: readonly EcwidResponse[],
  { operations, allowParallelMode }: EcwidReading,
  warnings: JobWarning[],
): Map<number, EcwidResponse | 'twice'> {
  const found = new Map<number, EcwidResponse | 'twice'>();
  const hasNoIds = responses.every(({ id }) => id === undefined || id === null);
  if (hasNoIds && !allowParallelMode && responses.length === to - from) {
    for (const [place, response] of responses.entries()) found.set(from + place, response);
    return found;
  }
  const places = new Map(operations.slice(from, to).map(({ id }, place) => [id, from + place]));
  for (const response of responses) {
    const index = places.get(response.id ?? '');
    if (index !== undefined) found.set(index, found.has(index) ? 'twice' : response);
    else
      warnings.push({ code: 'stranger-result', message: 'Ecwid told of a request that is not in the batch' });
  }
  return found;
}

function readItem(
  index: number,
  response: EcwidResponse | 'twice',
  isDone: boolean,
  { stopOnFirstFailure }: EcwidReading,
  warnings: JobWarning[],
): ItemReading<unknown> {
  if (response === 'twice') return unknownOutcome(uncorrelated('Ecwid told of the request twice'));
  const status = response.httpStatusCode ?? response.httpCode ?? undefined;
  const native = { status: response.status, raw: response };
  if (response.status === 'NOT_EXECUTED') return { ...notExecuted(), native };
  if (response.status === 'COMPLETED') {
    // What was cancelled is said to be completed too, without an answer.
    if (status === undefined && !hasBody(response)) return { ...CANCELLED, native };
    const value = bodyOf(index, response, warnings);
    return { outcome: 'succeeded', ok: true, value, ...(status !== undefined && { status }), native };
  }
  if (response.status === 'FAILED') {
    // Without stopOnFirstFailure Ecwid may still be trying.
    if (!isDone && !stopOnFirstFailure && (status ?? 500) >= 500) return { ...PENDING, native };
    const value = bodyOf(index, response, warnings);
    const known = readJsonError(value);
    const error = {
      ...known,
      code: known?.code || String(status ?? response.status),
      message: known?.message || (response.httpStatusLine ?? ''),
    };
    return { outcome: 'failed', ok: false, error, value, ...(status !== undefined && { status }), native };
  }
  if (!isDone) return { ...PENDING, native };
  const message = "Ecwid's documents do not have the status of the request: see native.status";
  return { ...unknownOutcome(new BatchError('correlation-failed', message)), native };
}

function hasBody({ escapedHttpBody, httpBody }: EcwidResponse): boolean {
  return (escapedHttpBody ?? httpBody ?? '') !== '';
}

/** The body as text is exact; what is no JSON stays in `native.raw`. */
function bodyOf(index: number, response: EcwidResponse, warnings: JobWarning[]): unknown {
  const { escapedHttpBody: escaped, httpBody } = response;
  if (escaped === undefined || escaped === null) return httpBody ?? undefined;
  if (escaped.trim() === '') return undefined;
  try {
    return JSON.parse(escaped);
  } catch {
    warnings.push({ code: 'body-not-json', message: 'the body of the answer is no JSON', index });
    return undefined;
  }
}

/** A request of which a finished batch says nothing. */
function untold(
  index: number,
  items: ReadonlyMap<number, ItemReading<unknown>>,
  { isCancelled, stopOnFirstFailure }: EcwidReading,
  warnings: JobWarning[],
): ItemReading<unknown> {
  warnings.push({ code: 'result-missing', message: 'Ecwid told nothing of the request', index });
  if (isCancelled) return CANCELLED;
  const hasFailed = [...items.values()].some(({ outcome }) => outcome === 'failed');
  if (stopOnFirstFailure && hasFailed) return notExecuted();
  return unknownOutcome(uncorrelated('Ecwid told nothing of the request'));
}

function uncorrelated(message: string): BatchError {
  return new BatchError('correlation-failed', message);
}
