import { STATUS_CODES } from 'node:http';
import { shuffled } from '../seeded-random.ts';
import type { BatchRun, RunItem } from './batch-run.ts';

/** Shapes that answers about a batch have in one document or another. */
export interface EcwidShapes {
  /** Default as they were sent. */
  readonly order?: 'as-sent' | 'shuffled';
  /** What `responses` is while nothing is done. Default an empty array. */
  readonly whileQueued?: 'empty' | 'null' | 'absent';
  /** Default `httpStatusCode`; the template of the old page has `httpCode`. */
  readonly statusField?: 'httpStatusCode' | 'httpCode';
  /** Whether requests that were not executed are left out. Default false. */
  readonly omitsNotExecuted?: boolean;
  /** Whether bodies are told where `escapedJson` is not asked for: the old page says so, the new one says no. Default true. */
  readonly tellsBodies?: boolean;
}

/** The answer to "get batch status". */
export function tellStatus(
  run: BatchRun,
  isEscaped: boolean,
  shapes: EcwidShapes,
  random: () => number,
): object {
  const { order = 'as-sent', whileQueued = 'empty', omitsNotExecuted = false } = shapes;
  const { status, completed, items } = run;
  const told = items
    .filter(({ state }) => state !== 'waiting' && state !== 'running')
    .filter(({ state }) => status === 'COMPLETED' || (state !== 'NOT_EXECUTED' && state !== 'cancelled'))
    .filter(({ state }) => !(omitsNotExecuted && state === 'NOT_EXECUTED'))
    .map((item) => tellItem(item, isEscaped, shapes));
  const head = { status, totalRequests: items.length, completedRequests: completed };
  if (told.length === 0 && status === 'QUEUED' && whileQueued !== 'empty') {
    return whileQueued === 'null' ? { ...head, responses: null } : head;
  }
  return { ...head, responses: order === 'shuffled' ? shuffled(told, random) : told };
}

function tellItem({ operation, state, answer }: RunItem, isEscaped: boolean, shapes: EcwidShapes): object {
  const { statusField = 'httpStatusCode', tellsBodies = true } = shapes;
  const id = operation.id === undefined ? {} : { id: operation.id };
  if (answer === undefined) return { ...id, status: state === 'cancelled' ? 'COMPLETED' : state };
  const { status, body } = answer;
  const told = { ...id, status: state, [statusField]: status, httpStatusLine: STATUS_CODES[status] ?? '' };
  if (body === undefined) return told;
  if (isEscaped) return { ...told, escapedHttpBody: JSON.stringify(body) };
  return tellsBodies ? { ...told, httpBody: body } : told;
}
