import * as z from 'zod/mini';
import { headerPairs, isNamed } from '../batch/header-pairs.ts';
import { headerRecord } from '../batch/header-record.ts';
import { Issues } from '../batch/issues.ts';
import type { HeadersInput, Operation } from '../batch/operation.ts';
import { utf8Encoder } from '../bytes/text.ts';
import { expectArgument } from '../expect-argument.ts';
import { expectNames, expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { checkedBaseUrl } from './base-url.ts';
import type { JobState, JobWarning } from './job.ts';
import type {
  JobAnswer,
  JobCall,
  JobPlan,
  JobRequest,
  JobService,
  JobStage,
  StatusReading,
} from './job-service.ts';
import { indexUpdates, type KiboItem, matchKiboItems, readKiboPage } from './kibo-items.ts';
import { checkKiboSubmit, type KiboSubmit } from './kibo-submit.ts';
import { type KiboResourceType, type KiboSpelling, type KiboUpdate, readKiboUpdate } from './kibo-update.ts';
import { parseJson, readJson } from './read-json.ts';

/** Whose catalog it is. */
export interface KiboOptions {
  /** Such as `https://t1234-s5678.sandbox.mozu.com/api`. */
  readonly baseUrl: string;
  /** Fields of every request, such as Authorization. */
  readonly headers?: HeadersInput | undefined;
  /**
   * Whether to write as Kibo's page says (`jobName`, `start`) or as its published schema does (`name`, `Start`); the schema also
   * takes fewer updates. Default `docs`. Both are understood in answers.
   */
  readonly spelling?: KiboSpelling | undefined;
  /** More updates that are taken in a job, as `POST /commerce/catalog/admin/…`; `*` stands for one segment. Default none. */
  readonly allow?: readonly string[] | undefined;
  /** What becomes of a job that could not be filled: it is left as it is, or cancelled. Default `leave`. Never started. */
  readonly onSubmitFailure?: 'leave' | 'cancel' | undefined;
}

/** Which items to ask for; default all. */
export interface KiboItemQuery {
  readonly processingStatus?:
    | 'Waiting'
    | 'Running'
    | 'ValidationFailed'
    | 'Failed'
    | 'Completed'
    | 'Canceled'
    | 'Cancelled'
    | undefined;
  readonly resourceType?: KiboResourceType | undefined;
}

/** A job as Kibo tells of it. */
export interface KiboJob {
  readonly code: string;
  readonly status: string;
  readonly scheduledDate?: string | null | undefined;
  readonly [field: string]: unknown;
}

/** Kibo's batch import. */
export interface KiboService extends JobService<Operation, KiboItem, KiboSubmit> {
  /**
   * Starts, cancels or resets a job. Reset is for jobs that are completed or cancelled: it removes all items, and with them all
   * that is known of their results. No job does it by itself.
   */
  action(code: string, action: 'start' | 'cancel' | 'reset'): JobCall<KiboJob>;
  /** The items of a job, page after page. */
  items(code: string, query?: KiboItemQuery): JobCall<readonly KiboItem[]>;
  /** Gives a job another name: Kibo changes nothing else. */
  rename(code: string, name: string): JobCall<KiboJob>;
}

const OPTIONS: OptionNames = {
  baseUrl: true,
  headers: true,
  spelling: true,
  allow: true,
  onSubmitFailure: true,
} satisfies NamesOf<KiboOptions>;
const ITEM_QUERY: OptionNames = {
  processingStatus: 'string',
  resourceType: 'string',
} satisfies NamesOf<KiboItemQuery>;
const DAY_MS = 86_400_000;
const PAGE_SIZE = 200;
const ACTIONS: readonly string[] = ['start', 'cancel', 'reset'];
const JOB = z.looseObject({ code: z.string(), status: z.string() });

const STATES: Readonly<Record<string, JobState>> = {
  Ready: 'queued',
  Pending: 'scheduled',
  Running: 'running',
  Completed: 'done',
  Canceled: 'cancelled',
  Cancelled: 'cancelled',
};

/** What is known while the items of a finished job are read page by page. */
interface Reading {
  readonly state: 'done' | 'cancelled';
  readonly items: readonly KiboItem[];
}

/**
 * Batch import of Kibo: a job is created, every update is sent into it by itself, and then it is started, scheduled jobs too.
 * Kibo tries what fails several times; what became of each update is read when the job is over.
 *
 * Throws BatchUsageError `invalid-option`.
 *
 * @example
 * const job = runJob(kibo({ baseUrl, headers: { Authorization } }), [
 *   { method: 'POST', url: '/commerce/catalog/admin/products/', body: { productCode: 'P1' } },
 * ], { submit: { code: 'prices_0815', name: 'Prices', scheduledDate: '2026-01-01T02:00:00Z' } });
 */
export function kibo(options: KiboOptions): KiboService {
  expectOptions(options, OPTIONS);
  const { spelling = 'docs', allow = [], onSubmitFailure = 'leave' } = options;
  const { baseUrl, headers } = checkOptions(options);
  const jobs = `${baseUrl}/platform/data/batchJob`;
  const nameField = spelling === 'docs' ? 'jobName' : 'name';

  const request = (method: string, url: string, body?: string): JobRequest => ({
    method,
    url,
    headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: utf8Encoder.encode(body) }),
  });
  const jobCall = (made: JobRequest): JobCall<KiboJob> => ({
    request: made,
    read: (answer) => ({ value: readJson(answer, JOB) }),
  });
  const pathOf = (code: string) => {
    expectArgument(typeof code === 'string', 'code', 'the code of a job');
    return encodeURIComponent(code);
  };
  const actionRequest = (code: string, action: 'start' | 'cancel' | 'reset') => {
    expectArgument(ACTIONS.includes(action), 'action', ACTIONS.join(', '));
    const word = spelling === 'docs' ? action : `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    return request('POST', `${jobs}/actions/${pathOf(code)}`, JSON.stringify({ action: word }));
  };
  const pageRequest = (code: string, query: KiboItemQuery, startIndex: number) => {
    const values = { ...query, pageSize: PAGE_SIZE, startIndex, includeCount: true };
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    const text = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
    return request('POST', `${jobs}/actions/${pathOf(code)}/items?${text}`);
  };
  const items = (code: string, query: KiboItemQuery = {}): JobCall<readonly KiboItem[]> => {
    expectNames(query, ITEM_QUERY, 'query');
    const page = (before: readonly KiboItem[]): JobCall<readonly KiboItem[]> => ({
      request: pageRequest(code, query, before.length),
      read(answer) {
        const read = readKiboPage(answer, before);
        return read.isLast ? { value: read.items } : { next: page(read.items) };
      },
    });
    return page([]);
  };
  const statusRequest = (code: string) => request('GET', `${jobs}/${pathOf(code)}`);

  return {
    name: 'kibo',
    url: baseUrl,
    limits: {},
    action: (code, action) => jobCall(actionRequest(code, action)),
    items,
    rename(code, name) {
      expectArgument(typeof name === 'string', 'name', 'a text');
      return {
        request: statusRequest(code),
        // Kibo takes the whole job, and changes nothing but the name.
        read(answer) {
          readJson(answer, JOB);
          const job = { ...(parseJson(answer) as object), [nameField]: name };
          return { next: jobCall(request('PUT', `${jobs}/${pathOf(code)}`, JSON.stringify(job))) };
        },
      };
    },
    plan(inputs, submit): JobPlan<KiboItem> {
      const issues = new Issues();
      const job = checkKiboSubmit(submit, issues);
      const rules = { baseUrl, spelling, allow };
      const updates = inputs.flatMap((input, index) => readKiboUpdate(input, index, rules, issues) ?? []);
      issues.throwIfAny();
      const { code, scheduledDate } = job;
      const scheduledAt = typeof scheduledDate === 'string' ? Date.parse(scheduledDate) : undefined;
      const { name, ...rest } = job;
      const created = JSON.stringify({ code, [nameField]: name, ...withoutCode(rest) });
      return {
        items: updates,
        submit: job,
        partSize: Number.POSITIVE_INFINITY,
        deadlineMs: DAY_MS,
        ...(scheduledAt !== undefined && { scheduledAt }),
        stopsAtFailure: false,
        itemwise: {
          id: code,
          keyOf: (index) => (updates[index] as KiboUpdate).key,
          encodeItem(_part, index) {
            const { method, target, json } = updates[index] as KiboUpdate;
            const separator = target.includes('?') ? '&' : '?';
            return request(
              method,
              `${baseUrl}${target}${separator}batchJobCode=${encodeURIComponent(code)}`,
              json,
            );
          },
          lookUp: () => ({
            request: statusRequest(code),
            read: (answer) => ({ value: stageOf(readJob(answer, undefined, 0)) }),
          }),
          listItems: () => countedItems(items(code), updates),
          encodeStart: () => actionRequest(code, 'start'),
          cancelOnFailure: onSubmitFailure === 'cancel',
        },
        encodeSubmission: () => request('POST', jobs, created),
        readSubmission: (_part, answer) => ({ id: readJson(answer, JOB).code }),
        encodeStatus: (_part, memory) =>
          memory === undefined
            ? statusRequest(code)
            : pageRequest(code, {}, (memory as Reading).items.length),
        readStatus(part, memory, answer, { now }): StatusReading<KiboItem> {
          if (memory === undefined) return readJob(answer, scheduledAt, now);
          const { state, items: before } = memory as Reading;
          const page = readKiboPage(answer, before);
          const later = { state, items: page.items } satisfies Reading;
          if (!page.isLast) return { state, items: new Map(), next: 'ask', memory: later };
          const warnings: JobWarning[] = [];
          const outcomes = matchKiboItems(part, page.items, updates, warnings);
          return { state, items: outcomes, next: 'finished', warnings };
        },
        cancel: () => jobCall(actionRequest(code, 'cancel')),
      };
    },
  };
}

/** In the order of the document: code, name, scheduledDate, domain, status. */
function withoutCode({ scheduledDate, domain, status }: Omit<KiboSubmit, 'name'>): object {
  return {
    ...(scheduledDate !== undefined && { scheduledDate }),
    domain,
    ...(status !== undefined && { status }),
  };
}

function readJob(answer: JobAnswer, scheduledAt: number | undefined, now: number): StatusReading<KiboItem> {
  const { status } = readJson(answer, JOB);
  const state = STATES[status] ?? 'unknown';
  const items = new Map<number, never>();
  if (state === 'done' || state === 'cancelled') {
    const memory: Reading = { state, items: [] };
    return { state, items, next: 'ask', memory, warnings: scheduleWarnings(state, scheduledAt, now) };
  }
  const warnings = scheduleWarnings(state, scheduledAt, now);
  if (state !== 'unknown') return { state, items, next: 'wait', warnings };
  const message = "Kibo's documents do not have the status of the job";
  return { state, items, next: 'wait', warnings: [...warnings, { code: 'unknown-status', message, status }] };
}

/** A job that was started before its date is Pending until then. */
function scheduleWarnings(state: JobState, scheduledAt: number | undefined, now: number): JobWarning[] {
  if (scheduledAt === undefined || now >= scheduledAt) return [];
  if (state === 'scheduled' || state === 'cancelled') return [];
  return [{ code: 'schedule-not-honoured', message: `the job has a date to wait for, and is ${state}` }];
}

function stageOf(reading: StatusReading<KiboItem>): JobStage<KiboItem> {
  const { state } = reading;
  if (state === 'done' || state === 'cancelled') return { stage: 'over', reading };
  return { stage: state === 'queued' ? 'ready' : 'started', reading };
}

/** How often the job has an update of each key. Items of which the update is not known count as such. */
function countedItems(
  call: JobCall<readonly KiboItem[]>,
  updates: readonly KiboUpdate[],
): JobCall<ReadonlyMap<string, number>> {
  return {
    request: call.request,
    read(answer) {
      const read = call.read(answer);
      if ('next' in read) return { next: countedItems(read.next, updates) };
      const keyOf = indexUpdates(updates);
      const counts = new Map<string, number>();
      for (const item of read.value) {
        const key = keyOf(item) ?? '?';
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return { value: counts };
    },
  };
}

function checkOptions(options: KiboOptions): { baseUrl: string; headers: Readonly<Record<string, string>> } {
  const { spelling, allow = [], onSubmitFailure } = options;
  const baseUrl = checkedBaseUrl(options.baseUrl);
  const issues = new Issues();
  if (![undefined, 'docs', 'openapi'].includes(spelling)) {
    issues.add('spelling', 'invalid-option', 'expected "docs" or "openapi"');
  }
  if (![undefined, 'leave', 'cancel'].includes(onSubmitFailure)) {
    issues.add('onSubmitFailure', 'invalid-option', 'expected "leave" or "cancel"');
  }
  if (!Array.isArray(allow) || !allow.every((pattern) => /^(?:POST|PUT|DELETE) \/\S*$/.test(pattern))) {
    issues.add('allow', 'invalid-option', 'expected a method and a path each, such as "POST /path"');
  }
  const pairs = headerPairs(options.headers, 'headers', issues);
  issues.throwIfAny();
  // What has a body says itself what that is.
  return { baseUrl, headers: headerRecord(pairs.filter(([name]) => !isNamed(name, 'content-type'))) };
}
