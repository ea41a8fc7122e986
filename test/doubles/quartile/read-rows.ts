import { type DoubleRequest, Refusal } from '../exchange.ts';
import { isObject, readJson } from '../strict-request.ts';

/** A resource, as it was sent. */
export type QuartileRow = Readonly<Record<string, unknown>>;

export const MAX_ROWS = 100;

/** Reads the body of the PATCH: from one to a hundred resources, none of them twice. */
export function readRows(request: DoubleRequest): readonly QuartileRow[] {
  const rows = readJson(request);
  if (!Array.isArray(rows)) throw wrong('the body is no array of resources');
  if (rows.length === 0) throw wrong('the array is empty');
  if (rows.length > MAX_ROWS) throw wrong(`the array has more than ${MAX_ROWS} resources`);
  const other = rows.findIndex((row) => !isObject(row));
  if (other !== -1) throw wrong(`resource ${other} is no object`);
  if (new Set(rows.map(nameOf)).size < rows.length) throw wrong('a resource is there twice');
  return rows;
}

function wrong(message: string): Refusal {
  return new Refusal(400, 'wrong-batch', message);
}

/** The same text for the same resource, in whatever order its fields stand. */
export function nameOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
