import * as z from 'zod/mini';
import { guardCallbacks } from '../batch/issues.ts';
import { BatchError } from '../errors.ts';
import type { JobState, JobWarning } from './job.ts';
import { unknownOutcome } from './job-run.ts';
import type { ItemReading, JobAnswer, Part, StatusReading } from './job-service.ts';
import { readJson } from './read-json.ts';

/** A row as Quartile tells what became of it. */
export type QuartileResult<Row> = Omit<Row, 'id' | 'status'> & {
  /** Made by Quartile. */
  readonly id: string;
  readonly status: {
    readonly success: boolean;
    readonly message: string;
    /** What was done: `INSERT` and the like. */
    readonly process: string;
  };
};

/** What was sent, and how its rows are known again. */
export interface QuartileRows<Row> {
  readonly inputs: readonly Row[];
  /** As JSON has them. */
  readonly sent: readonly Readonly<Record<string, unknown>>[];
  readonly keyOf: ((row: object) => string) | undefined;
}

const ROW = z.looseObject({
  id: z.optional(z.unknown()),
  status: z.looseObject({
    success: z.boolean(),
    message: z.optional(z.nullable(z.string())),
    process: z.optional(z.nullable(z.string())),
  }),
});
type ToldRow = z.infer<typeof ROW>;

const STATUS = z.object({
  status: z.string(),
  detail: z.optional(z.nullable(z.string())),
  data: z.optional(z.nullable(z.array(ROW))),
});

const STATES: Readonly<Record<string, JobState>> = {
  PENDING: 'queued',
  RUNNING: 'running',
  PARTIAL: 'done',
  SUCCESS: 'done',
  FAILED: 'failed',
};

/**
 * Reads what Quartile says of a batch. The word in the body decides: 206 stands for what is under way as well as for what is
 * over. Throws what {@link readJson} throws.
 */
export function readQuartileStatus<Row>(
  part: Part,
  answer: JobAnswer,
  rows: QuartileRows<Row>,
): StatusReading<QuartileResult<Row>> {
  const { status, detail, data } = readJson(answer, STATUS);
  const state = STATES[status] ?? 'unknown';
  const warnings = [...statusWarnings(status, answer.status)];
  const isOver = state === 'done' || state === 'failed';
  if (isOver && Array.isArray(data)) {
    return { state, items: matchRows(part, data, rows, warnings), next: 'finished', warnings };
  }
  // Nothing was done, and all that is known of it stands here.
  if (status === 'FAILED') {
    const error = { code: 'FAILED', message: detail ?? '' };
    const item: ItemReading<QuartileResult<Row>> = {
      outcome: 'failed',
      ok: false,
      error,
      native: { status },
    };
    const items = new Map(range(part).map((index) => [index, item]));
    return { state, items, next: 'finished', warnings };
  }
  // PARTIAL without its list may be a step on the way: the document says that the list is given.
  return { state: isOver ? 'running' : state, items: new Map(), next: 'wait', warnings };
}

function* statusWarnings(word: string, status: number): Generator<JobWarning> {
  if (STATES[word] === undefined) {
    const message = `Quartile's document has no status ${JSON.stringify(word.slice(0, 40))}`;
    yield { code: 'unknown-status', message };
  } else if ((word === 'SUCCESS') !== (status === 200)) {
    yield { code: 'status-mismatch', message: `Quartile answered ${status} with ${word}: the word counts` };
  }
}

/** A row is told of where one answer, and no other, speaks of it, and of no other row. */
function matchRows<Row>(
  part: Part,
  told: readonly ToldRow[],
  rows: QuartileRows<Row>,
  warnings: JobWarning[],
): Map<number, ItemReading<QuartileResult<Row>>> {
  const found = new Map<number, ToldRow[]>();
  const doubtful = new Set<number>();
  for (const row of told) {
    const indexes = range(part).filter((index) => speaksOf(row, index, rows));
    for (const index of indexes) found.set(index, [...(found.get(index) ?? []), row]);
    if (indexes.length > 1) for (const index of indexes) doubtful.add(index);
    if (indexes.length > 0) continue;
    warnings.push({ code: 'stranger-result', message: 'Quartile told of a row that was not sent' });
  }
  return new Map(
    range(part).map((index) => {
      const [row, second] = found.get(index) ?? [];
      if (row === undefined) {
        warnings.push({ code: 'result-missing', message: 'Quartile told nothing of the row', index });
        return [index, uncorrelated('Quartile told nothing of the row')];
      }
      if (second !== undefined || doubtful.has(index)) {
        return [index, uncorrelated('Quartile told of several rows that this one could be')];
      }
      return [index, readRow<Row>(row)];
    }),
  );
}

/** By the caller's key, or by all fields that were sent and came back. */
function speaksOf<Row>(told: ToldRow, index: number, { sent, keyOf, inputs }: QuartileRows<Row>): boolean {
  if (keyOf !== undefined) {
    return guardCallbacks(() => keyOf(told) === keyOf(inputs[index] as object));
  }
  const row = sent[index] ?? {};
  // Those two are Quartile's own in what comes back.
  const both = Object.keys(row).filter(
    (name) => name !== 'id' && name !== 'status' && Object.hasOwn(told, name),
  );
  return both.length > 0 && both.every((name) => isSame(row[name], told[name]));
}

/** Numbers are the same by their value, however they are written. */
function isSame(sent: unknown, told: unknown): boolean {
  if (typeof sent === 'number' && typeof told === 'string')
    return told.trim() !== '' && Number(told) === sent;
  if (typeof sent === 'string' && typeof told === 'number') return isSame(told, sent);
  if (typeof sent !== 'object' || sent === null) return sent === told;
  if (typeof told !== 'object' || told === null || Array.isArray(sent) !== Array.isArray(told)) return false;
  const [a, b] = [sent as Record<string, unknown>, told as Record<string, unknown>];
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

function readRow<Row>(row: ToldRow): ItemReading<QuartileResult<Row>> {
  const value = row as unknown as QuartileResult<Row>;
  const { success, message, process } = row.status;
  const native = { ...(typeof process === 'string' && { status: process }), raw: row };
  if (success) return { outcome: 'succeeded', ok: true, value, native };
  const error = { code: process || 'FAILED', message: message ?? '' };
  return { outcome: 'failed', ok: false, error, value, native };
}

function uncorrelated(message: string): ItemReading<never> {
  return unknownOutcome(new BatchError('correlation-failed', message));
}

function range({ from, to }: Part): number[] {
  return Array.from({ length: to - from }, (_, place) => from + place);
}
