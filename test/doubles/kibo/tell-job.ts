import { shuffled } from '../seeded-random.ts';
import { readInteger } from '../strict-request.ts';
import type { BatchJob, ItemStatus, JobItem } from './batch-job.ts';
import { RESOURCE_TYPES } from './read-operation.ts';
import type { Spelling } from './spelling.ts';

/** Shapes of answers that the documents leave room for. */
export interface KiboShapes {
  /** The order of items. Default as they were added. */
  readonly order?: 'as-added' | 'shuffled';
  /** Items on a page, at most, however many are asked for. Default 200. */
  readonly maxPageSize?: number;
  /** Whether the total is told only where it is asked for. Default false. */
  readonly countsOnlyWhenAsked?: boolean;
  /**
   * Whether the answer to an update has the field `x-vol-correlation`, and its item has the same id. Default without: no
   * document says so.
   */
  readonly correlation?: 'none' | 'equal' | 'different';
  /** Fields of an item that are told otherwise. */
  readonly item?: (item: JobItem) => Readonly<Record<string, unknown>>;
}

/** A job, as answers have it. */
export function tellJob(job: BatchJob, spelling: Spelling, now: number): Record<string, unknown> {
  const { code, name, scheduledDate } = job;
  const status = job.status(now);
  const told = status === 'Running' ? spelling.running : status;
  return { code, [spelling.name]: name, scheduledDate, domain: 'Catalog', status: told };
}

/** The answer to "get batch jobs". */
export function tellJobs(
  jobs: readonly BatchJob[],
  query: ReadonlyMap<string, string>,
  spelling: Spelling,
  now: number,
): object {
  const { startIndex, pageSize } = readPage(query);
  const all = jobs.map((job) => tellJob(job, spelling, now));
  const found = all.filter(({ status }) => (query.get('status') ?? status) === status);
  const items = found.slice(startIndex, startIndex + pageSize);
  return {
    startIndex,
    pageSize,
    pageCount: Math.ceil(found.length / pageSize),
    totalCount: found.length,
    items,
  };
}

/** The answer to "get available actions". */
export function tellActions(job: BatchJob, { actions: [start, cancel, reset] }: Spelling): readonly string[] {
  if (job.isOver) return [reset];
  return job.startedAt === undefined ? [start, cancel] : [cancel];
}

/** The answer to "get batch job summary". */
export function tellSummary(job: BatchJob, spelling: Spelling, now: number): object {
  const resources = RESOURCE_TYPES.map((resourceType) => {
    const items = job.items.filter(({ operation }) => operation.resourceType === resourceType);
    const statuses = [...new Set(items.map(({ status }) => wordOf(status, spelling)))];
    const counts = statuses.map((status) => ({
      status,
      count: items.filter((item) => wordOf(item.status, spelling) === status).length,
    }));
    return { resourceType, counts };
  });
  const { domain: _, ...told } = tellJob(job, spelling, now);
  return { ...told, resources: resources.filter(({ counts }) => counts.length > 0) };
}

/** The answer to the question for one item. */
export function tellOneItem(
  job: BatchJob,
  correlationId: string,
  spelling: Spelling,
  shapes: KiboShapes,
): object {
  const found = job.items.filter((item) => item.correlationId === correlationId);
  const items = found.map((item) => tellItem(job, item, spelling, shapes));
  return { startIndex: 0, pageSize: 20, pageCount: items.length, totalCount: items.length, items };
}

/** One item, with the fields of the schema. */
function tellItem(job: BatchJob, item: JobItem, spelling: Spelling, shapes: KiboShapes): object {
  const { operation, status, attempts, correlationId } = item;
  const { method, path, query, resourceType, key } = operation;
  const isBad = status === 'Failed' || status === 'ValidationFailed';
  const codes = { Completed: 200, Failed: 400, ValidationFailed: 404 } as Record<string, number>;
  const error =
    status === 'Failed'
      ? { code: 'MISSING_DATA', message: `something is missing for ${key}` }
      : { code: 'ITEM_NOT_FOUND', message: `${key} could not be found` };
  return {
    batchJobCode: job.code,
    itemKey: key,
    resourceType,
    httpMethod: method,
    uri: path,
    query: `?${query}`,
    processingStatus: wordOf(status, spelling),
    status: codes[status] ?? null,
    retryCount: Math.max(0, attempts - 1),
    correlationId,
    errors: isBad ? [{ ...error, field: null, itemKeys: [], subErrors: [] }] : [],
    ...shapes.item?.(item),
  };
}

/** The answer to "get batch job items". */
export function tellItems(
  job: BatchJob,
  query: ReadonlyMap<string, string>,
  spelling: Spelling,
  shapes: KiboShapes,
  random: () => number,
): object {
  const { order = 'as-added', maxPageSize = 200, countsOnlyWhenAsked = false } = shapes;
  const { startIndex, pageSize: asked } = readPage(query);
  const pageSize = Math.min(asked, maxPageSize);
  const wanted = query.get('processingStatus');
  const type = query.get('resourceType');
  const ordered = order === 'shuffled' ? shuffled(job.items, random) : job.items;
  const found = ordered
    .filter(({ status }) => wanted === undefined || wanted === wordOf(status, spelling))
    .filter(({ operation }) => type === undefined || type === operation.resourceType);
  const items = found
    .slice(startIndex, startIndex + pageSize)
    .map((item) => tellItem(job, item, spelling, shapes));
  const pageCount = Math.ceil(found.length / pageSize);
  const isCounted = !countsOnlyWhenAsked || query.get('includeCount') === 'true';
  return { startIndex, pageSize, ...(isCounted && { pageCount, totalCount: found.length }), items };
}

/** Twenty from the first, unless others are asked for. */
function readPage(query: ReadonlyMap<string, string>): { startIndex: number; pageSize: number } {
  const maximum = Number.MAX_SAFE_INTEGER;
  return {
    pageSize: readInteger(query, 'pageSize', { minimum: 1, maximum, standard: 20 }),
    startIndex: readInteger(query, 'startIndex', { minimum: 0, maximum, standard: 0 }),
  };
}

function wordOf(status: ItemStatus, { canceled }: Spelling): string {
  return status === 'Canceled' ? canceled : status;
}
