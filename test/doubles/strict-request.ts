import { type DoubleRequest, Refusal } from './exchange.ts';

/** Fields that HTTP itself and its clients add, which no service's document speaks of. */
const OF_THE_TRANSPORT =
  /^(?:host|connection|content-length|transfer-encoding|accept|accept-.*|user-agent|sec-fetch-.*|pragma)$/;

/** Header fields, as a document has them. */
export interface DocumentedHeaders {
  /** By name in lower case: the value that it must have. */
  readonly required: Readonly<Record<string, string>>;
  /** By name in lower case: the value that it has where it is there; undefined for any. */
  readonly optional?: Readonly<Record<string, string | undefined>>;
}

/** Refuses a request without a documented field, with another value in it, or with a field that no document has. */
export function checkHeaders(
  { headers }: DoubleRequest,
  { required, optional = {} }: DocumentedHeaders,
): void {
  for (const [name, value] of Object.entries(required)) {
    const given = headers.get(name);
    if (given !== value) throw wrongHeader(name, given === undefined ? 'missing' : 'not as documented');
  }
  for (const [name, given] of headers) {
    if (name in required || OF_THE_TRANSPORT.test(name)) continue;
    if (!(name in optional))
      throw new Refusal(400, 'undocumented-header', `no document has the field ${name}`);
    const value = optional[name];
    if (value !== undefined && given !== value) throw wrongHeader(name, 'not as documented');
  }
}

function wrongHeader(name: string, what: string): Refusal {
  const status = name === 'content-type' ? 415 : /authorization|subscription-key/.test(name) ? 401 : 400;
  return new Refusal(status, 'wrong-header', `the field ${name} is ${what}`);
}

/** A target in its two halves; `query` is undefined where there is no question mark. */
export function splitTarget(target: string): { path: string; query: string | undefined } {
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: undefined }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** A segment of a path without its percent signs. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'wrong-path', `"${segment}" can't be decoded`);
  }
}

/** Reads a query; refuses parameters that no document has, and those that are there twice. */
export function readQuery(query: string | undefined, names: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (query === undefined) return values;
  for (const [name, value] of new URLSearchParams(query)) {
    if (!names.includes(name)) {
      throw new Refusal(400, 'undocumented-parameter', `no document has the parameter ${name}`);
    }
    if (values.has(name))
      throw new Refusal(400, 'repeated-parameter', `the parameter ${name} is there twice`);
    values.set(name, value);
  }
  return values;
}

/** Reads a parameter that is `true` or `false`; undefined where it is not there. */
export function readBoolean(query: ReadonlyMap<string, string>, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === undefined || value === 'true' || value === 'false') return value && value === 'true';
  throw new Refusal(400, 'wrong-parameter', `${name} is a boolean, not "${value}"`);
}

/** Reads a parameter that is a whole number from `minimum` to `maximum`. */
export function readInteger(
  query: ReadonlyMap<string, string>,
  name: string,
  { minimum, maximum, standard }: { minimum: number; maximum: number; standard: number },
): number {
  const text = query.get(name);
  if (text === undefined) return standard;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
    throw new Refusal(
      400,
      'wrong-parameter',
      `${name} is a number from ${minimum} to ${maximum}, not "${text}"`,
    );
  }
  return value;
}

/** Reads a body as JSON, without tolerance. */
export function readJson({ body }: DoubleRequest): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new Refusal(400, 'invalid-json', 'the body is no UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, 'invalid-json', `the body is no JSON: ${(error as Error).message}`);
  }
}

/** Refuses a body where none is documented. */
export function checkNoBody({ body }: DoubleRequest): void {
  if (body.length > 0) throw new Refusal(400, 'undocumented-body', 'no document has a body here');
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
