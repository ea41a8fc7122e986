import { type Answer, type DoubleRequest, Refusal, type Route } from '../exchange.ts';
import { ExchangeLog } from '../exchange-log.ts';
import { randomHex, seededRandom } from '../seeded-random.ts';
import { type LoopbackServer, serveDouble } from '../serve-double.ts';
import { type DoubledService, type DoubleOptions, ServiceDouble } from '../service-double.ts';
import {
  checkHeaders,
  checkNoBody,
  decodeSegment,
  readBoolean,
  readQuery,
  splitTarget,
} from '../strict-request.ts';
import { BatchJob, type JobItem, type Pace, type Verdict } from './batch-job.ts';
import { readAction, readNewJob, readRename } from './read-job.ts';
import { jobCodeOf, type KiboOperation, RESOURCE_TYPES, readOperation } from './read-operation.ts';
import { SPELLINGS, type Spelling } from './spelling.ts';
import {
  type KiboShapes,
  tellActions,
  tellItems,
  tellJob,
  tellJobs,
  tellOneItem,
  tellSummary,
} from './tell-job.ts';

export interface KiboDoubleOptions extends DoubleOptions {
  /** Default `https://t1234-s5678.sandbox.mozu.com/api`. */
  readonly baseUrl?: string;
  /** Fields that every request has, with these values. Default none: the documents show none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose words it takes and answers with. Default `docs`. */
  readonly spelling?: 'docs' | 'openapi';
  /** What comes of an item, at each attempt. Default Completed. */
  readonly process?: (operation: KiboOperation, attempt: number) => Verdict;
  /** Milliseconds that an item takes. Default 100. */
  readonly itemTime?: number;
  /** Milliseconds until an item that failed is tried again. Default 5000. */
  readonly retryTime?: number;
  /** How often an item is tried. Default 3. */
  readonly maxAttempts?: number;
  /** Whether a job with a scheduled date begins at once. Default false. */
  readonly ignoresSchedule?: boolean;
  readonly shapes?: KiboShapes;
}

const JOBS = '/platform/data/batchJob';
const CATALOG = '/commerce/catalog/admin/';
const PAGING = ['pageSize', 'startIndex', 'includeCount'];
const ITEM_STATUSES = ['Waiting', 'Running', 'ValidationFailed', 'Failed', 'Completed'];
const JOB_STATUSES = ['Ready', 'Pending', 'Running', 'Completed', 'Canceled'];

/** Kibo's batch import: jobs at `/platform/data/batchJob`, and updates of the catalog with `batchJobCode`. */
export function createKiboDouble(options: KiboDoubleOptions = {}): ServiceDouble {
  const log = new ExchangeLog();
  const now = () => double.clock.now();
  const double: ServiceDouble = new ServiceDouble(new Kibo(options, log, now), log, options);
  return double;
}

/** The same on 127.0.0.1. */
export async function startKiboDouble(
  options: KiboDoubleOptions = {},
): Promise<LoopbackServer & { readonly double: ServiceDouble }> {
  const double = createKiboDouble(options);
  return { double, ...(await serveDouble(double)) };
}

class Kibo implements DoubledService, Pace {
  readonly origin: string;
  readonly itemTime: number;
  readonly retryTime: number;
  readonly maxAttempts: number;
  readonly ignoresSchedule: boolean;
  readonly #base: string;
  readonly #options: KiboDoubleOptions;
  readonly #spelling: Spelling;
  readonly #log: ExchangeLog;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #jobs = new Map<string, BatchJob>();
  #deleted = 0;

  constructor(options: KiboDoubleOptions, log: ExchangeLog, now: () => number) {
    const { origin, pathname } = new URL(options.baseUrl ?? 'https://t1234-s5678.sandbox.mozu.com/api');
    this.origin = origin;
    this.#base = pathname.replace(/\/$/, '');
    this.itemTime = options.itemTime ?? 100;
    this.retryTime = options.retryTime ?? 5000;
    this.maxAttempts = options.maxAttempts ?? 3;
    this.ignoresSchedule = options.ignoresSchedule ?? false;
    this.#options = options;
    this.#spelling = SPELLINGS[options.spelling ?? 'docs'];
    this.#log = log;
    this.#now = now;
    this.#random = options.random ?? seededRandom(6);
  }

  advance(now: number): void {
    for (const job of this.#jobs.values()) job.advance(now);
  }

  execute(job: BatchJob, { index: item, operation, attempts: attempt }: JobItem, at: number): Verdict {
    const outcome = this.#options.process?.(operation, attempt) ?? 'Completed';
    this.#log.executions.push({ at, job: job.code, item, what: operation.what, attempt, outcome });
    return outcome;
  }

  errorBody(_status: number, message: string): unknown {
    return { message };
  }

  route(request: DoubleRequest): Route {
    const { path, query } = splitTarget(request.target);
    if (path.startsWith(this.#base + CATALOG))
      return { kind: 'operation', act: () => this.#addItem(request) };
    const rest = path.startsWith(this.#base + JOBS) ? path.slice((this.#base + JOBS).length) : undefined;
    const segments = rest?.split('/').slice(1).map(decodeSegment) ?? [];
    const route = rest === undefined ? undefined : this.#routeOfJobs(request, segments, query);
    if (route === undefined)
      throw new Refusal(404, 'unknown-endpoint', `no document has ${request.method} ${path}`);
    return route;
  }

  #routeOfJobs(
    request: DoubleRequest,
    segments: readonly string[],
    query: string | undefined,
  ): Route | undefined {
    const [first, second, ...more] = segments;
    const isOfActions = first === 'actions' && second !== undefined;
    const shape = isOfActions
      ? `${request.method} actions ${more.map((name, at) => (at === 0 ? name : '*')).join('/')}`.trim()
      : `${request.method} ${segments.map(() => '*').join('/')}`.trim();
    const code = (isOfActions ? second : first) ?? '';
    const life = `${code} ${this.#jobs.get(code)?.life} ${this.#deleted}`;
    const routes: Readonly<Record<string, () => Route>> = {
      POST: () => ({ kind: 'create', act: () => this.#create(request, query) }),
      GET: () => ({ kind: 'list', act: () => this.#list(request, query) }),
      'GET *': () => ({
        kind: 'status',
        subject: `job ${life}`,
        act: () => this.#status(request, code, query),
      }),
      'PUT *': () => ({ kind: 'rename', act: () => this.#rename(request, code, query) }),
      'DELETE *': () => ({ kind: 'delete', act: () => this.#delete(request, code, query) }),
      'GET actions': () => ({ kind: 'actions', act: () => this.#actions(request, code, query) }),
      'POST actions': () => this.#action(request, code, query),
      'POST actions items': () => ({
        ...{ kind: 'items', subject: `items ${life} ${query}` },
        act: () => this.#items(request, code, query),
      }),
      'POST actions items/*': () => ({
        ...{ kind: 'item', act: () => this.#item(request, code, more[1] ?? '', query) },
      }),
      'GET actions summary': () => ({ kind: 'summary', act: () => this.#summary(request, code, query) }),
    };
    return routes[shape]?.();
  }

  #create(request: DoubleRequest, query: string | undefined): Answer {
    this.#check(request, query, 'body');
    const given = readNewJob(request, this.#spelling);
    if (this.#jobs.has(given.code)) {
      return { status: 409, body: this.errorBody(409, `there is a job with the code ${given.code}`) };
    }
    const job = new BatchJob(given, this);
    this.#jobs.set(given.code, job);
    return this.#tell(job);
  }

  #addItem(request: DoubleRequest): Answer {
    const isDelete = request.method === 'DELETE';
    this.#checkHeaders(request, isDelete ? 'plain' : 'body');
    const job = this.#find(jobCodeOf(request));
    const catalog = this.#base + CATALOG;
    const operation = readOperation(request, catalog, this.#options.spelling === 'openapi');
    if (job.startedAt !== undefined || job.isOver) {
      throw new Refusal(409, 'item-after-start', 'all updates are added before the job is started');
    }
    const { correlation = 'none' } = this.#options.shapes ?? {};
    const correlationId = randomHex(this.#random, 32);
    job.add(operation, correlationId);
    const told = correlation === 'equal' ? correlationId : randomHex(this.#random, 32);
    const headers = correlation === 'none' ? {} : { 'x-vol-correlation': told };
    return isDelete ? { status: 204, headers } : { status: 200, headers, body: operation.body };
  }

  #status(request: DoubleRequest, code: string, query: string | undefined): Answer {
    this.#check(request, query, 'plain');
    const job = this.#jobs.get(code);
    // A client whose request to create it was lost may ask for it.
    if (job === undefined)
      return { status: 404, body: this.errorBody(404, `there is no job with the code ${code}`) };
    return { ...this.#tell(job), isFinal: job.isOver };
  }

  #list(request: DoubleRequest, given: string | undefined): Answer {
    this.#checkHeaders(request, 'plain');
    const query = readQuery(given, ['domain', 'status', ...PAGING]);
    this.#checkWord(query, 'status', JOB_STATUSES);
    this.#checkWord(query, 'domain', ['Catalog']);
    const jobs = [...this.#jobs.values()];
    return { status: 200, body: tellJobs(jobs, query, this.#spelling, this.#now()) };
  }

  #rename(request: DoubleRequest, code: string, query: string | undefined): Answer {
    this.#check(request, query, 'body');
    const job = this.#find(code);
    job.name = readRename(request, this.#spelling, tellJob(job, this.#spelling, this.#now()));
    return this.#tell(job);
  }

  #delete(request: DoubleRequest, code: string, query: string | undefined): Answer {
    this.#check(request, query, 'plain');
    const job = this.#find(code);
    this.#jobs.delete(code);
    this.#deleted++;
    return this.#tell(job);
  }

  #actions(request: DoubleRequest, code: string, query: string | undefined): Answer {
    this.#check(request, query, 'plain');
    return { status: 200, body: tellActions(this.#find(code), this.#spelling) };
  }

  /** The kind is the action itself, as far as it can be read. */
  #action(request: DoubleRequest, code: string, query: string | undefined): Route {
    const action = readAction(request, this.#spelling);
    return {
      kind: action,
      act: () => {
        this.#check(request, query, 'body');
        const job = this.#find(code);
        const isDone =
          action === 'start' ? job.start(this.#now()) : action === 'cancel' ? job.cancel() : job.reset();
        if (isDone) {
          job.advance(this.#now());
          return this.#tell(job);
        }
        if (action === 'reset') {
          throw new Refusal(409, 'wrong-reset', 'only jobs that are completed or canceled can be reset');
        }
        return { status: 409, body: this.errorBody(409, 'the job is over') };
      },
    };
  }

  #items(request: DoubleRequest, code: string, given: string | undefined): Answer {
    this.#checkHeaders(request, 'plain');
    const query = readQuery(given, ['processingStatus', 'resourceType', ...PAGING]);
    this.#checkWord(query, 'processingStatus', [...ITEM_STATUSES, this.#spelling.canceled]);
    this.#checkWord(query, 'resourceType', RESOURCE_TYPES);
    readBoolean(query, 'includeCount');
    const job = this.#find(code);
    const body = tellItems(
      job,
      query,
      this.#spelling,
      this.#options.shapes ?? {},
      seededRandom(job.items.length),
    );
    return { status: 200, body, isFinal: job.isOver };
  }

  #item(request: DoubleRequest, code: string, correlationId: string, query: string | undefined): Answer {
    this.#check(request, query, 'plain');
    const body = tellOneItem(this.#find(code), correlationId, this.#spelling, this.#options.shapes ?? {});
    return { status: 200, body };
  }

  #summary(request: DoubleRequest, code: string, query: string | undefined): Answer {
    this.#check(request, query, 'plain');
    return { status: 200, body: tellSummary(this.#find(code), this.#spelling, this.#now()) };
  }

  #tell(job: BatchJob): Answer {
    return { status: 200, body: tellJob(job, this.#spelling, this.#now()) };
  }

  #find(code: string): BatchJob {
    const job = this.#jobs.get(code);
    if (job === undefined) throw new Refusal(404, 'unknown-job', `there is no job with the code ${code}`);
    return job;
  }

  #checkWord(query: ReadonlyMap<string, string>, name: string, words: readonly string[]): void {
    const word = query.get(name);
    if (word !== undefined && !words.includes(word)) {
      throw new Refusal(400, 'wrong-parameter', `${name} is one of ${words.join(', ')}`);
    }
  }

  /** Refuses a query, and the body or its absence. */
  #check(request: DoubleRequest, query: string | undefined, kind: 'plain' | 'body'): void {
    this.#checkHeaders(request, kind);
    readQuery(query, []);
  }

  #checkHeaders(request: DoubleRequest, kind: 'plain' | 'body'): void {
    const own = Object.entries(this.#options.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    const type = { 'content-type': 'application/json' };
    const required = { ...Object.fromEntries(own), ...(kind === 'body' && type) };
    checkHeaders(request, { required, optional: type });
    if (kind === 'plain') checkNoBody(request);
  }
}
