import { type DoubleRequest, Refusal } from '../exchange.ts';
import { isObject, readJson } from '../strict-request.ts';

/** One request inside a batch, as it was sent. */
export interface EcwidOperation {
  readonly id?: string;
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Text or JSON; `""` for none. */
  readonly body?: unknown;
}

export const MAX_OPERATIONS = 500;
const METHODS: readonly unknown[] = ['GET', 'POST', 'PUT', 'DELETE'];
const FIELDS: readonly string[] = ['id', 'path', 'method', 'body'];

/** Reads the body of "create batch request", and refuses what its table does not have. */
export function readBatch(request: DoubleRequest): readonly EcwidOperation[] {
  const batch = readJson(request);
  if (!Array.isArray(batch)) throw invalid('$', 'is no array');
  if (batch.length === 0) throw invalid('$', 'is empty');
  if (batch.length > MAX_OPERATIONS) throw invalid('$', `has more than ${MAX_OPERATIONS} requests`);
  const seen = new Set<string>();
  return batch.map((value, index) => {
    const operation = readOperation(value, `$[${index}]`);
    if (operation.id !== undefined && seen.has(operation.id))
      throw invalid(`$[${index}].id`, 'is there twice');
    if (operation.id !== undefined) seen.add(operation.id);
    return operation;
  });
}

function readOperation(value: unknown, at: string): EcwidOperation {
  if (!isObject(value)) throw invalid(at, 'is no object');
  const other = Object.keys(value).find((name) => !FIELDS.includes(name));
  if (other !== undefined) throw invalid(`${at}.${other}`, 'is in no document');
  const { id, path, method, body } = value;
  if (id !== undefined && typeof id !== 'string') throw invalid(`${at}.id`, 'contains bad value');
  if (typeof path !== 'string') throw invalid(`${at}.path`, 'contains bad value');
  checkPath(path, `${at}.path`);
  if (!METHODS.includes(method)) throw invalid(`${at}.method`, 'contains bad value');
  checkBody(body, method, `${at}.body`);
  return value as unknown as EcwidOperation;
}

function checkPath(path: string, at: string): void {
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || path.includes('/api/v3/')) throw invalid(at, 'is a whole URL');
  if (/^\/?batch(?:[/?]|$)/.test(path)) throw invalid(at, 'is a batch in a batch');
  if (!/^\/?[\x21-\x7e\x80-\uffff]+$/.test(path) || /[\s#]/.test(path)) throw invalid(at, 'is no path');
  if (/[?&]token=/.test(path)) throw invalid(at, 'holds a token');
}

function checkBody(body: unknown, method: unknown, at: string): void {
  const isNone = body === undefined || body === '';
  if (!isNone && (method === 'GET' || method === 'DELETE')) throw invalid(at, `is for ${method}`);
  if (!isNone && typeof body !== 'string' && (typeof body !== 'object' || body === null)) {
    throw invalid(at, 'contains bad value');
  }
}

/** As the service words it. */
function invalid(path: string, what: string): Refusal {
  const message = `Can't create batch. Batch request body is invalid. Path ${path} ${what}`;
  return new Refusal(400, 'wrong-batch', message);
}
