import { isBatchError } from '../batch/is-batch-error.ts';
import { usageError } from '../batch/issues.ts';
import type { OperationResult } from '../batch/result.ts';
import { parseFetchable } from '../transport/origin.ts';
import type { JobWarning } from './job.ts';
import { notExecuted, PENDING, unknownOutcome } from './job-run.ts';
import type { ItemReading, StatusReading } from './job-service.ts';

/** What is known while a batch is answered part by part. */
export interface ODataMemory {
  readonly results: readonly OperationResult[];
  /** Counts the answers, so that monitors are asked in turn. */
  readonly turn: number;
}

/** The monitor to ask next; undefined where nothing is pending. */
export function monitorToAsk({ results, turn }: ODataMemory): string | undefined {
  const monitors = [...new Set(results.flatMap((one) => (one.outcome === 'pending' ? one.monitor : [])))];
  return monitors[turn % monitors.length];
}

/** What the results of a batch say of the job. */
export function readAsyncResults(
  memory: ODataMemory,
  origin: string,
  nextId: string | undefined,
): StatusReading<unknown> {
  const warnings: JobWarning[] = [];
  const items = new Map(
    memory.results.map((result) => [result.index, readResult(result, origin, warnings)] as const),
  );
  const pending = memory.results.find(
    (result) => result.outcome === 'pending' && items.get(result.index)?.outcome === 'pending',
  );
  if (pending === undefined) return { state: 'done', items, next: 'finished', warnings };
  const { retryAfter } = pending as { readonly retryAfter?: string };
  return {
    state: 'running',
    items,
    next: 'wait',
    memory,
    warnings,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(nextId !== undefined && { nextId }),
  };
}

function readResult(result: OperationResult, origin: string, warnings: JobWarning[]): ItemReading<unknown> {
  if (result.outcome === 'succeeded') {
    const { status, headers } = result;
    const native = { status: nativeStatus(result), raw: result.bytes };
    return { outcome: 'succeeded', ok: true, value: readValue(result, warnings), status, headers, native };
  }
  if (result.outcome === 'failed') {
    const { status, headers, error } = result;
    const native = { status: nativeStatus(result), raw: result.bytes };
    return { outcome: 'failed', ok: false, error, status, headers, native };
  }
  if (result.outcome === 'not-executed') return notExecuted();
  if (result.outcome === 'unknown') return unknownOutcome(result.cause);
  if (result.outcome === 'pending') {
    if (parseFetchable(result.monitor)?.origin === origin) return PENDING;
    const message = `expected a monitor of ${origin}: what is meant for the service goes nowhere else`;
    return unknownOutcome(usageError('monitor', 'foreign-url', message));
  }
  // Change sets and schemas, which are not taken.
  return unknownOutcome(usageError('', 'not-expressible', `a job has no ${result.outcome} operations`));
}

function nativeStatus({ status, statusText }: { status: number; statusText: string }): string {
  return `${status} ${statusText}`.trim();
}

function readValue(result: OperationResult & { outcome: 'succeeded' }, warnings: JobWarning[]): unknown {
  try {
    return result.value;
  } catch (error) {
    if (!isBatchError(error)) throw error;
    warnings.push({ code: 'body-not-json', message: error.message, index: result.index });
    return undefined;
  }
}
