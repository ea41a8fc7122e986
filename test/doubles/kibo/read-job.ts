import { type DoubleRequest, Refusal } from '../exchange.ts';
import { isObject, readJson } from '../strict-request.ts';
import type { Spelling } from './spelling.ts';

/** A job, as "create batch job" has it. */
export interface NewJob {
  readonly code: string;
  readonly name: string;
  /** With its offset; null where the job is not scheduled. */
  readonly scheduledDate: string | null;
  readonly status: 'Ready' | 'Pending';
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Reads the body of "create batch job": code, name and domain are required. */
export function readNewJob(request: DoubleRequest, spelling: Spelling): NewJob {
  const job = readFields(request, ['code', spelling.name, 'scheduledDate', 'domain', 'status']);
  const { code, [spelling.name]: name, scheduledDate = null, domain, status = 'Ready' } = job;
  if (typeof code !== 'string' || code === '') throw wrong('code is required');
  if (/[{}]/.test(code)) throw wrong('code has the braces of a placeholder');
  if (typeof name !== 'string' || name === '') throw wrong(`${spelling.name} is required`);
  if (domain !== 'Catalog') throw wrong('domain is Catalog');
  if (status !== 'Ready' && status !== 'Pending') throw wrong('status of a new job is Ready or Pending');
  if (scheduledDate === null) return { code, name, scheduledDate, status };
  if (
    typeof scheduledDate !== 'string' ||
    !DATE.test(scheduledDate) ||
    Number.isNaN(Date.parse(scheduledDate))
  ) {
    throw wrong('scheduledDate is no date with a time and an offset');
  }
  return { code, name, scheduledDate, status };
}

/** Reads the body of "update batch job", which changes the name and nothing else; gives the name. */
export function readRename(
  request: DoubleRequest,
  spelling: Spelling,
  job: Readonly<Record<string, unknown>>,
): string {
  const given = readFields(request, Object.keys(job));
  const { [spelling.name]: name, ...others } = given;
  const changed = Object.entries(others).find(([field, value]) => value !== job[field]);
  if (changed !== undefined) throw wrong(`only the name can be changed, not ${changed[0]}`);
  if (typeof name !== 'string' || name === '') throw wrong(`${spelling.name} is required`);
  return name;
}

/** Reads the body of "perform batch action". */
export function readAction(request: DoubleRequest, { actions }: Spelling): 'start' | 'cancel' | 'reset' {
  const { action } = readFields(request, ['action']);
  if (typeof action !== 'string' || !actions.includes(action))
    throw wrong(`action is one of ${actions.join(', ')}`);
  return action.toLowerCase() as 'start' | 'cancel' | 'reset';
}

function readFields(request: DoubleRequest, names: readonly string[]): Record<string, unknown> {
  const value = readJson(request);
  if (!isObject(value)) throw wrong('the body is no object');
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other !== undefined) throw wrong(`no document has the field ${other}`);
  return value;
}

function wrong(message: string): Refusal {
  return new Refusal(400, 'wrong-job', message);
}
