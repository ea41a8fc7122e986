import * as z from 'zod/mini';
import { Issues, PropertyName, usageError } from '../batch/issues.ts';
import type { Operation } from '../batch/operation.ts';
import { utf8Encoder } from '../bytes/text.ts';
import { expectArgument } from '../expect-argument.ts';
import { expectNames, expectOptions, type NamesOf } from '../expect-options.ts';
import type { BudgetLimits } from '../transport/budget.ts';
import { checkedBaseUrl } from './base-url.ts';
import { readEcwidPath } from './ecwid-path.ts';
import { readEcwidStatus } from './ecwid-status.ts';
import { type JobOperation, readJobOperation } from './job-operation.ts';
import type { JobCall, JobItem, JobPlan, JobRequest, JobService, Part } from './job-service.ts';
import { randomUuid } from './random-uuid.ts';
import { readJson } from './read-json.ts';
import { checkSubmitFields } from './submit-fields.ts';

/** Whose store it is. */
export interface EcwidOptions {
  readonly storeId: number | string;
  /** The access token of the application: `secret_…`. It needs the scopes of all requests inside its batches. */
  readonly token: string;
  /** Default `https://app.ecwid.com/api/v3`. */
  readonly baseUrl?: string | undefined;
}

/** What Ecwid is told of a batch. */
export interface EcwidSubmit {
  /** Up to 100 requests at once, in any order. Default one after another. */
  readonly allowParallelMode?: boolean | undefined;
  /**
   * Whether the first failure ends the batch, the later parts of the job too; default true. With false a request that fails
   * with 5xx is made up to five times, three seconds apart, by Ecwid itself: a POST may then happen more than once.
   */
  readonly stopOnFirstFailure?: boolean | undefined;
  /** A UUID by which Ecwid knows the batch again, for an hour. For one part only; default a new one for each part. */
  readonly deduplicationKey?: string | undefined;
  /** The name under which the batch can be cancelled. Default the deduplication key. */
  readonly groupId?: string | undefined;
}

/** A batch in a list. */
export interface EcwidBatch {
  readonly ticket: string;
  readonly status: string;
}

/** Ecwid's batch requests. */
export interface EcwidService extends JobService<Operation, unknown, EcwidSubmit> {
  /** The batches of a status, a hundred at most from `offset` on. */
  list(query: {
    readonly status: 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED';
    readonly offset?: number | undefined;
    readonly limit?: number | undefined;
  }): JobCall<readonly EcwidBatch[]>;
  /** Stops what is left of the batches of a group; tells how many that concerns. */
  cancelGroup(groupId: string): JobCall<number>;
  /** Stops a batch and deletes it; tells how many were there. */
  delete(ticket: string): JobCall<number>;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const MAX_REQUESTS = 500;
/** Of the hour that Ecwid remembers a key for; the rest is for clocks and for the way. */
const KEY_LIFE_MS = 55 * 60_000;
const HOUR_MS = 3_600_000;
/** Five times, three seconds apart. */
const RETRY_MS = 15_000;
const MAX_PARALLEL = 100;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const LIMITS: BudgetLimits = { rates: [{ requests: 600, seconds: 60 }] };

const TICKET = z.object({ ticket: z.string().check(z.minLength(1)) });
const LIST = z.object({ items: z.array(z.object({ ticket: z.string(), status: z.string() })) });
const UPDATED = z.object({ updateCount: z.number() });
const DELETED = z.object({ deleteCount: z.number() });

/**
 * Batch requests of Ecwid: up to 500 requests to a store, one after another or in parallel, answered under a ticket.
 *
 * Paths go as they are, with a leading `/`; the store's own prefix is taken off. Throws BatchUsageError `invalid-option`.
 *
 * @example
 * const job = runJob(ecwid({ storeId: 1003, token }), [
 *   { method: 'GET', url: '/orders?limit=1' },
 *   { method: 'POST', url: '/products', body: { sku: '0012199', name: 'New Product' } },
 * ]);
 */
export function ecwid(options: EcwidOptions): EcwidService {
  expectOptions(options, { storeId: true, token: true, baseUrl: true } satisfies NamesOf<EcwidOptions>);
  const { storeId, token, baseUrl = 'https://app.ecwid.com/api/v3' } = options;
  if (!/^\d+$/.test(String(storeId))) throw usageError('storeId', 'invalid-option', 'expected a number');
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw usageError('token', 'invalid-option', 'expected an access token');
  }
  const store = `${checkedBaseUrl(baseUrl)}/${storeId}`;
  const endpoint = `${store}/batch`;
  const headers = { Authorization: `Bearer ${token}`, 'Cache-Control': 'no-cache' };
  const request = (method: string, url: string): JobRequest => ({ method, url, headers });

  const call = <T>(made: JobRequest, shape: z.ZodMiniType<T>) => ({
    request: made,
    read: (answer: Parameters<JobCall<T>['read']>[0]) => ({ value: readJson(answer, shape) }),
  });
  const counted = <T>(made: JobRequest, shape: z.ZodMiniType<T>, count: (read: T) => number) => ({
    request: made,
    read: (answer: Parameters<JobCall<T>['read']>[0]) => ({ value: count(readJson(answer, shape)) }),
  });
  const cancelGroup = (groupId: string): JobCall<number> => {
    expectArgument(typeof groupId === 'string', 'groupId', 'the name of a group');
    const url = `${endpoint}/cancel-group?groupId=${encodeURIComponent(groupId)}`;
    return counted(request('POST', url), UPDATED, ({ updateCount }) => updateCount);
  };

  return {
    name: 'ecwid',
    url: endpoint,
    limits: LIMITS,
    list(query) {
      expectNames(query, { status: 'string', offset: 'number', limit: 'number' }, 'query');
      const { status, offset, limit } = query;
      const paging = queryOf({ status, offset, limit });
      const { request: made, read } = call(request('GET', `${endpoint}?${paging}`), LIST);
      return { request: made, read: (answer) => ({ value: read(answer).value.items }) };
    },
    cancelGroup,
    delete(ticket) {
      expectArgument(typeof ticket === 'string', 'ticket', 'a ticket of Ecwid');
      const url = `${endpoint}?ticketId=${encodeURIComponent(ticket)}`;
      return counted(request('DELETE', url), DELETED, ({ deleteCount }) => deleteCount);
    },
    plan(inputs, submit = {}): JobPlan<unknown> {
      const issues = new Issues();
      checkSubmit(submit, inputs.length, issues);
      const operations = readOperations(inputs, store, submit, issues);
      issues.throwIfAny();
      const { allowParallelMode = false, stopOnFirstFailure = true, deduplicationKey, groupId } = submit;
      const groupOf = ({ key }: Part) => groupId ?? key ?? '';
      return {
        items: operations,
        submit,
        partSize: MAX_REQUESTS,
        deadlineMs: HOUR_MS + retriesMs(inputs.length, stopOnFirstFailure, allowParallelMode),
        stopsAtFailure: stopOnFirstFailure,
        makeKey: () => deduplicationKey ?? randomUuid(),
        keyLifeMs: KEY_LIFE_MS,
        encodeSubmission(part) {
          const query = queryOf({
            allowParallelMode: submit.allowParallelMode,
            stopOnFirstFailure: submit.stopOnFirstFailure,
            deduplicationKey: part.key,
            groupId: groupOf(part),
          });
          const json = operations.slice(part.from, part.to).map(({ wire }) => wire);
          return {
            method: 'POST',
            url: `${endpoint}?${query}`,
            headers: { ...headers, 'Content-Type': 'application/json' },
            body: utf8Encoder.encode(`[${json.join(',')}]`),
          };
        },
        readSubmission: (_part, answer) => ({ id: readJson(answer, TICKET).ticket }),
        explainRefusal: (status) =>
          status === 403 ? 'the token needs all scopes of the requests inside the batch' : undefined,
        encodeStatus: ({ id = '' }) =>
          request('GET', `${endpoint}?ticket=${encodeURIComponent(id)}&escapedJson=true`),
        readStatus: (part, _memory, answer, { isCancelled }) =>
          readEcwidStatus(part, answer, { operations, isCancelled, stopOnFirstFailure, allowParallelMode }),
        notFoundRetries: 2,
        cancel: (part) => cancelGroup(groupOf(part)),
      };
    },
  };
}

/** How long Ecwid's own retries can take. */
function retriesMs(count: number, stopOnFirstFailure: boolean, isParallel: boolean): number {
  return stopOnFirstFailure ? 0 : Math.ceil(isParallel ? count / MAX_PARALLEL : count) * RETRY_MS;
}

function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`))
    .join('&');
}

const SUBMIT = ['allowParallelMode', 'stopOnFirstFailure', 'deduplicationKey', 'groupId'];

function checkSubmit(submit: EcwidSubmit, count: number, issues: Issues): void {
  checkSubmitFields(submit, SUBMIT, issues);
  for (const name of ['allowParallelMode', 'stopOnFirstFailure'] as const) {
    if (!['boolean', 'undefined'].includes(typeof submit[name])) {
      issues.add(`submit.${name}`, 'invalid-option', 'expected true or false');
    }
  }
  const { deduplicationKey: key, groupId } = submit;
  if (key !== undefined && !(typeof key === 'string' && UUID.test(key))) {
    issues.add('submit.deduplicationKey', 'invalid-option', 'expected a UUID');
  }
  if (key !== undefined && count > MAX_REQUESTS) {
    const message = `${count} requests are more than one batch, and each needs a key of its own`;
    issues.add('submit.deduplicationKey', 'invalid-option', message);
  }
  if (groupId !== undefined && (typeof groupId !== 'string' || groupId === '')) {
    issues.add('submit.groupId', 'invalid-option', 'expected a text');
  }
}

/** A request as it stands in the batch, and what tells its answer. */
export interface EcwidItem extends JobItem {
  readonly operation: Operation;
  readonly id: string;
}

function readOperations(
  inputs: readonly Operation[],
  store: string,
  submit: EcwidSubmit,
  issues: Issues,
): readonly EcwidItem[] {
  const read = inputs.map((input, index) => readJobOperation(input, index, METHODS, issues));
  const ids = idsOf(read, issues);
  return read.flatMap((one, index) => {
    if (one === undefined) return [];
    checkDependencies(one, submit, issues);
    const path = readEcwidPath(one.url, store, new PropertyName(one.name, 'url'), issues);
    const id = ids[index] ?? '';
    const head = JSON.stringify({ id, path, method: one.method });
    // In the order of the document; a body is spliced in as it was printed.
    const wire = one.json === undefined ? head : `${head.slice(0, -1)},"body":${one.json}}`;
    return [{ operation: one.operation, id, wire }];
  });
}

/** The caller's ids, and for the others their place, in six digits like those of the document. */
function idsOf(operations: readonly (JobOperation | undefined)[], issues: Issues): readonly string[] {
  const used = new Set<string>();
  for (const one of operations) {
    const id: unknown = one?.operation.id;
    if (one === undefined || id === undefined) continue;
    if (typeof id !== 'string' || id === '') {
      issues.add(
        new PropertyName(one.name, 'id'),
        'invalid-content-id',
        'expected a text: Ecwid refuses numbers',
      );
    } else if (used.has(id)) {
      issues.add(
        new PropertyName(one.name, 'id'),
        'duplicate-content-id',
        `two operations have the id ${id}`,
      );
    } else used.add(id);
  }
  let next = 0;
  return operations.map((one) => {
    next++;
    if (one?.operation.id !== undefined) return one.operation.id;
    while (used.has(numbered(next))) next++;
    used.add(numbered(next));
    return numbered(next);
  });
}

function numbered(place: number): string {
  return String(place).padStart(6, '0');
}

/** Ecwid knows no dependencies: only one after another, up to the first failure, comes to the same. */
function checkDependencies({ operation, name }: JobOperation, submit: EcwidSubmit, issues: Issues): void {
  if (operation.dependsOn === undefined || operation.dependsOn.length === 0) return;
  if (!submit.allowParallelMode && submit.stopOnFirstFailure !== false) return;
  const message = 'what depends on others needs stopOnFirstFailure, and no parallel mode';
  issues.add(new PropertyName(name, 'dependsOn'), 'not-expressible', message);
}
