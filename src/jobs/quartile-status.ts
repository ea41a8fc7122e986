import * as z from 'zod/mini';
import { callbackFailure } from '../batch/issues.ts';
import { BatchError } from '../errors.ts';
import type { JobState, JobWarning } from './job.ts';
import { unknownOutcome } from './job-run.ts';
import type { ItemReading, JobAnswer, Part, StatusReading } from './job-service.ts';
import { readJson, unexpectedAnswer } from './read-json.ts';

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
  /** As JSON has them. */
  readonly sent: readonly Readonly<Record<string, unknown>>[];
  readonly keyOf: ((row: Row) => string) | undefined;
  /** What `keyOf` says of each, where there is one. */
  readonly keys: readonly string[];
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
  if (status === 'SUCCESS') throw unexpectedAnswer(answer, 'SUCCESS comes with a list, and there is none');
  // PARTIAL without its list may be a step on the way: the document says that the list is given.
  return { state: isOver ? 'running' : state, items: new Map(), next: 'wait', warnings };
}

function* statusWarnings(word: string, status: number): Generator<JobWarning> {
  if (STATES[word] === undefined) {
    const message = "Quartile's document does not have the status of the batch";
    yield { code: 'unknown-status', message, status: word };
  } else if ((word === 'SUCCESS') !== (status === 200)) {
    yield { code: 'status-mismatch', message: `Quartile answered ${status} with ${word}: the word counts` };
  }
}

/** What an answer says of a row. */
interface Found {
  readonly told: ToldRow;
  /** Whether that may be said of another row, or something else of this one. */
  isDoubtful: boolean;
}

/** A row is told of where one answer, and no other, speaks of it, and of no other row. */
function matchRows<Row>(
  part: Part,
  told: readonly ToldRow[],
  rows: QuartileRows<Row>,
  warnings: JobWarning[],
): Map<number, ItemReading<QuartileResult<Row>>> {
  const found = new Map<number, Found>();
  const finder = new RowFinder(part, rows);
  for (const row of told) {
    const indexes = finder.find(row);
    for (const index of indexes) {
      const before = found.get(index);
      if (before === undefined) found.set(index, { told: row, isDoubtful: indexes.length > 1 });
      else before.isDoubtful = true;
    }
    if (indexes.length > 0) continue;
    warnings.push({ code: 'stranger-result', message: 'Quartile told of a row that was not sent' });
  }
  return new Map(
    range(part).map((index) => {
      const { told, isDoubtful } = found.get(index) ?? {};
      if (told === undefined) {
        warnings.push({ code: 'result-missing', message: 'Quartile told nothing of the row', index });
        return [index, uncorrelated('Quartile told nothing of the row', finder.failure)];
      }
      if (isDoubtful) {
        return [index, uncorrelated('Quartile told of several rows that this one could be', finder.failure)];
      }
      return [index, readRow<Row>(told)];
    }),
  );
}

/** Finds the rows that an answer may be of: by the caller's key, or by all fields that were sent and came back. */
class RowFinder<Row> {
  /** What the caller's function failed with: then nobody knows which row was told of. */
  failure: BatchError | undefined;
  readonly #part: Part;
  readonly #rows: QuartileRows<Row>;
  readonly #indexes: ReadonlyMap<string, number>;

  constructor(part: Part, rows: QuartileRows<Row>) {
    this.#part = part;
    this.#rows = rows;
    const keys = rows.keys.slice(part.from, part.to);
    this.#indexes = new Map(keys.map((key, place) => [key, part.from + place]));
  }

  find(told: ToldRow): readonly number[] {
    const { keyOf, sent } = this.#rows;
    if (keyOf === undefined) return range(this.#part).filter((index) => isEcho(told, sent[index] ?? {}));
    try {
      const index = this.#indexes.get(keyOf(told as Row));
      return index === undefined ? [] : [index];
    } catch (error) {
      this.failure = callbackFailure(error);
      return [];
    }
  }
}

function isEcho(told: ToldRow, row: Readonly<Record<string, unknown>>): boolean {
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

function uncorrelated(message: string, cause: BatchError | undefined): ItemReading<never> {
  return unknownOutcome(new BatchError('correlation-failed', message, cause === undefined ? {} : { cause }));
}

function range({ from, to }: Part): number[] {
  return Array.from({ length: to - from }, (_, place) => from + place);
}
