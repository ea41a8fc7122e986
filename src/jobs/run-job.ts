import { guardCallbacks, usageError } from '../batch/issues.ts';
import { expectArgument, expectObject, isObject } from '../expect-argument.ts';
import { expectOptions } from '../expect-options.ts';
import { DEFAULT_MAX_RETRY_AFTER_MS } from '../http/retry-after.ts';
import { createBudget } from '../transport/budget.ts';
import { systemClock } from '../transport/clock.ts';
import { globalFetch } from '../transport/fetch.ts';
import { guardFetch } from '../transport/guarded-fetch.ts';
import type { ExchangeTools } from './exchange.ts';
import { exchange } from './exchange.ts';
import { type Job, type JobArguments, type JobTicket, RUN_OPTIONS, type RunOptions } from './job.ts';
import type { JobCall, JobPlan, JobService } from './job-service.ts';
import { digestOf, matchJobTicket, newJobTicket, readJobTicket } from './job-ticket.ts';
import { runCall } from './run-call.ts';
import { type PreparedJob, RunningJob } from './running-job.ts';

/**
 * Gives a service a batch that it answers later, and waits for the answer: one result for each input, in their order. More
 * inputs than the service takes at once become parts, one after another, under one ticket. Everything is checked before
 * anything is sent; without inputs nothing is.
 *
 * The job runs whether anybody waits for it or not. See {@link Job} for what rejects.
 *
 * @example
 * const job = runJob(ecwid({ storeId: 1003, token }), operations, { onTicket: (ticket) => save(ticket) });
 * for await (const result of job) console.log(result.index, result.outcome);
 */
export function runJob<I, V, S>(
  service: JobService<I, V, S>,
  inputs: Iterable<I> | AsyncIterable<I>,
  ...[given]: JobArguments<S>
): Job<I, V> {
  const options: RunOptions & { readonly submit?: S | undefined } = given === undefined ? {} : given;
  expectOptions(options, RUN_OPTIONS, { submit: true });
  const { clock = systemClock, submit } = options;
  return startJob(service, options, async () => {
    const list = await readInputs(inputs);
    const plan = guardCallbacks(() => service.plan(list, submit));
    const ticket = newJobTicket(service.name, plan, digestOf(plan.items), clock.now());
    return { inputs: list, plan, ticket };
  });
}

/**
 * Goes on with a job that another process began: with the last ticket that `onTicket` was given, and the same inputs. What
 * may have been sent without an answer is found out as far as the service can tell, else its items are `unknown`.
 *
 * `done` rejects with BatchUsageError `invalid-ticket`, or `ticket-mismatch` where the ticket is of other inputs.
 *
 * @example
 * const job = resumeJob(ecwid({ storeId: 1003, token }), await load(), operations, { onTicket: save });
 * const { state, results } = await job.done;
 */
export function resumeJob<I, V, S>(
  service: JobService<I, V, S>,
  ticket: JobTicket,
  inputs: Iterable<I>,
  options: RunOptions = {},
): Job<I, V> {
  const hasSubmit = isObject(options) && 'submit' in options;
  expectArgument(
    !hasSubmit,
    'options.submit',
    'none: the ticket has what the service was told',
    'unknown-option',
  );
  expectOptions(options, RUN_OPTIONS);
  return startJob(service, options, async () => {
    const list = await readInputs(inputs);
    const known = readJobTicket(ticket, service.name);
    if (known.inputs.count !== list.length) matchJobTicket(known, '', list.length);
    const plan: JobPlan<V> = guardCallbacks(() => service.plan(list, known.submit as S | undefined));
    matchJobTicket(known, digestOf(plan.items), list.length);
    return { inputs: list, plan, ticket: known };
  });
}

/**
 * Makes a single call to a service, such as `kibo(…).action(code, 'reset')`, with the guards and the budget that jobs have.
 *
 * Rejects with BatchResponseError `job-refused` or `unexpected-answer`, BatchTransportError, or the signal's reason.
 */
export async function callService<T>(
  service: JobService<never, unknown, never>,
  call: JobCall<T>,
  options: Pick<RunOptions, 'fetch' | 'clock' | 'budget' | 'signal' | 'maxRetryAfterMs'> = {},
): Promise<T> {
  checkJobService(service);
  expectObject(call?.request, 'call', 'a call that the service made');
  const { fetch, clock, budget, signal: given, maxRetryAfterMs } = RUN_OPTIONS;
  expectOptions(options, { fetch, clock, budget, signal: given, maxRetryAfterMs });
  const tools = toolsOf(service, options);
  const signal = options.signal ?? NEVER;
  return runCall(
    call,
    (request) => exchange(tools, request, signal),
    () => tools.clock.now(),
  );
}

/** A signal that is never aborted. */
const NEVER = { aborted: false, reason: undefined, addEventListener() {}, removeEventListener() {} };

function startJob<I, V, S>(
  service: JobService<I, V, S>,
  options: RunOptions,
  prepare: () => Promise<PreparedJob<I, V>>,
): Job<I, V> {
  checkJobService(service);
  const { concurrency = 1, deadline = 0 } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw usageError('options.concurrency', 'invalid-option', 'expected a whole number from 1');
  }
  if (!isMilliseconds(deadline))
    throw usageError('options.deadline', 'invalid-option', 'expected milliseconds');
  return new RunningJob(service.name, toolsOf(service, options), options, prepare);
}

function isMilliseconds(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function checkJobService(service: JobService<never, unknown, never>): void {
  expectArgument(typeof service?.plan === 'function', 'service', 'a service of jobs');
}

function toolsOf(
  service: JobService<never, unknown, never>,
  { fetch = globalFetch, clock = systemClock, budget, maxRetryAfterMs }: RunOptions,
): ExchangeTools {
  if (maxRetryAfterMs !== undefined && !isMilliseconds(maxRetryAfterMs)) {
    throw usageError('options.maxRetryAfterMs', 'invalid-option', 'expected milliseconds');
  }
  return {
    send: guardFetch(fetch, service.url),
    budget: budget ?? createBudget(service.limits, { clock }),
    clock,
    maxRetryAfterMs: maxRetryAfterMs ?? DEFAULT_MAX_RETRY_AFTER_MS,
  };
}

async function readInputs<I>(inputs: Iterable<I> | AsyncIterable<I>): Promise<I[]> {
  const isList = isObject(inputs) && (Symbol.iterator in inputs || Symbol.asyncIterator in inputs);
  expectArgument(isList, 'inputs', 'inputs that can be iterated');
  const list: I[] = [];
  for await (const input of inputs) list.push(input);
  return list;
}
