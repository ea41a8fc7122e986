import { type Answer, type DoubleRequest, Refusal, type Route } from '../exchange.ts';
import { ExchangeLog } from '../exchange-log.ts';
import { randomHex, seededRandom } from '../seeded-random.ts';
import { type LoopbackServer, serveDouble } from '../serve-double.ts';
import { type DoubledService, type DoubleOptions, ServiceDouble } from '../service-double.ts';
import { checkHeaders, checkNoBody, splitTarget } from '../strict-request.ts';
import { BatchProcess, type BatchWord, type QuartileShapes, type RowStatus } from './batch-process.ts';
import { nameOf, type QuartileRow, readRows } from './read-rows.ts';

export interface QuartileDoubleOptions extends DoubleOptions {
  readonly subscriptionKey: string;
  readonly token: string;
  /** Where batches are sent to. Default `/amazon/v2/process/masterlist`. */
  readonly path?: string;
  /** What comes of a resource. Default all are inserted. */
  readonly process?: (row: QuartileRow, index: number) => RowStatus;
  /** Which batches fail as a whole, by their number from 0, so that nothing is done and no list is told. Default none. */
  readonly failsWhole?: (batch: number) => boolean;
  /** Milliseconds in the queue. Default 1000. */
  readonly queueTime?: number;
  /** Milliseconds that a batch runs. Default 1000. */
  readonly runTime?: number;
  /** So many polls of each batch find it PENDING, however late they come. Default 0. */
  readonly pendingPolls?: number;
  readonly shapes?: QuartileShapes;
  /** The batch ids to give. Default by chance, in the form of the documented one. */
  readonly batchId?: () => string;
  /** The ids that the service gives to resources. Default by chance. */
  readonly resourceId?: () => string;
}

const STATUS_PATH = '/amazon/v2/batch/';
const INSERTED: RowStatus = { success: true, message: 'successfully', process: 'INSERT' };
const DETAILS: Readonly<Record<BatchWord, string>> = {
  PENDING: 'processing',
  RUNNING: 'processing',
  PARTIAL: 'processed partially',
  FAILED: 'the batch could not be processed',
  SUCCESS: 'processed',
};

/** Quartile's batch processing of one resource: PATCH to its path, `GET /amazon/v2/batch/{batchId}`. */
export function createQuartileDouble(options: QuartileDoubleOptions): ServiceDouble {
  const log = new ExchangeLog();
  const now = () => double.clock.now();
  const double: ServiceDouble = new ServiceDouble(new Quartile(options, log, now), log, options);
  return double;
}

/** The same on 127.0.0.1. */
export async function startQuartileDouble(
  options: QuartileDoubleOptions,
): Promise<LoopbackServer & { readonly double: ServiceDouble }> {
  const double = createQuartileDouble(options);
  return { double, ...(await serveDouble(double)) };
}

class Quartile implements DoubledService {
  readonly origin = 'https://api.quartile.com';
  readonly #options: QuartileDoubleOptions;
  readonly #log: ExchangeLog;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #batches: BatchProcess[] = [];

  constructor(options: QuartileDoubleOptions, log: ExchangeLog, now: () => number) {
    this.#options = options;
    this.#log = log;
    this.#now = now;
    this.#random = options.random ?? seededRandom(5349);
  }

  advance(now: number): void {
    const due = this.#batches.filter((batch) => !batch.isProcessed && batch.endsAt <= now);
    for (const batch of due.sort((a, b) => a.endsAt - b.endsAt)) this.#process(batch);
  }

  errorBody(_status: number, detail: string): unknown {
    return { detail };
  }

  route(request: DoubleRequest): Route {
    const { path = '/amazon/v2/process/masterlist' } = this.#options;
    const target = splitTarget(request.target);
    if (target.query !== undefined)
      throw new Refusal(400, 'undocumented-parameter', 'no document has a query here');
    if (request.method === 'PATCH' && target.path === path) {
      return { kind: 'submit', act: () => this.#submit(request) };
    }
    if (request.method === 'GET' && target.path.startsWith(STATUS_PATH)) {
      const batchId = target.path.slice(STATUS_PATH.length);
      return { kind: 'status', subject: batchId, act: () => this.#status(request, batchId) };
    }
    throw new Refusal(404, 'unknown-endpoint', `no document has ${request.method} ${target.path}`);
  }

  #submit(request: DoubleRequest): Answer {
    this.#checkHeaders(request);
    const rows = readRows(request);
    const { queueTime = 1000, runTime = 1000, pendingPolls = 0, process = () => INSERTED } = this.#options;
    const isWhole = this.#options.failsWhole?.(this.#batches.length) !== true;
    const batchId = this.#options.batchId?.() ?? randomHex(this.#random, 24);
    const statuses = isWhole ? rows.map(process) : undefined;
    const times = { createdAt: this.#now(), queueTime, runTime, pendingPolls };
    this.#batches.push(new BatchProcess({ batchId, rows, statuses, ...times }, this.#options.shapes ?? {}));
    return { status: 200, body: { batchId } };
  }

  #status(request: DoubleRequest, batchId: string): Answer {
    this.#checkHeaders(request);
    checkNoBody(request);
    const batch = this.#batches.find(({ options }) => options.batchId === batchId);
    if (batch === undefined) throw new Refusal(404, 'unknown-batch', 'there is no such batch');
    const { shapes = {}, resourceId = () => newResourceId(this.#random) } = this.#options;
    if (!batch.poll(this.#now()))
      return { status: 404, body: this.errorBody(404, 'there is no such batch yet') };
    const { word, isFinal } = batch.word(this.#now());
    const httpStatus = shapes.httpStatus?.(word) ?? (word === 'SUCCESS' ? 200 : 206);
    const status = shapes.word?.(word) ?? word;
    const data = isFinal ? batch.list(shapes, this.#random, resourceId) : undefined;
    const body = data === undefined ? { detail: DETAILS[word], status } : { batchId, status, data };
    return { status: httpStatus, body, isFinal: isFinal && status === word };
  }

  /** Both requests carry the same fields. */
  #checkHeaders(request: DoubleRequest): void {
    const { subscriptionKey, token } = this.#options;
    checkHeaders(request, {
      required: {
        'content-type': 'application/json',
        'subscription-key': subscriptionKey,
        authorization: `Bearer ${token}`,
      },
    });
  }

  #process(batch: BatchProcess): void {
    const { rows, statuses = [], batchId: job } = batch.options;
    const at = batch.endsAt;
    batch.isProcessed = true;
    for (const [item, { success }] of statuses.entries()) {
      const outcome = success ? 'success' : 'failure';
      this.#log.executions.push({ at, job, item, what: nameOf(rows[item]), attempt: 1, outcome });
    }
  }
}

/** A UUID by its form. */
function newResourceId(random: () => number): string {
  return [8, 4, 4, 4, 12].map((digits) => randomHex(random, digits)).join('-');
}
