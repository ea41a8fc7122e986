import { type Answer, type DoubleRequest, Refusal, type Route } from '../exchange.ts';
import { ExchangeLog } from '../exchange-log.ts';
import { randomHex, seededRandom } from '../seeded-random.ts';
import { type LoopbackServer, serveDouble } from '../serve-double.ts';
import { type DoubledService, type DoubleOptions, ServiceDouble } from '../service-double.ts';
import {
  checkHeaders,
  checkNoBody,
  readBoolean,
  readInteger,
  readQuery,
  splitTarget,
} from '../strict-request.ts';
import { BatchRun, type EcwidStore, type InnerAnswer, type RunItem } from './batch-run.ts';
import { type EcwidOperation, readBatch } from './read-batch.ts';
import { type EcwidShapes, tellStatus } from './tell-status.ts';
import { TokenRate } from './token-rate.ts';

export interface EcwidDoubleOptions extends DoubleOptions {
  readonly storeId: number;
  readonly token: string;
  /** What the store answers to a request. Default 200 with `{}`. */
  readonly respond?: (operation: EcwidOperation, attempt: number) => InnerAnswer;
  /** Milliseconds that a request takes. Default 100. */
  readonly duration?: number | ((operation: EcwidOperation) => number);
  /** So many questions for the status of each batch find it queued, however late they come. Default 0. */
  readonly pendingPolls?: number;
  /** Whether the token has the access scopes that a request needs. Default all. */
  readonly allows?: (operation: EcwidOperation) => boolean;
  readonly shapes?: EcwidShapes;
  /** Whether only queued batches can be deleted, as the old page says. Default false. */
  readonly deletesOnlyQueued?: boolean;
  /** Requests that are taken in a minute. Default 600. */
  readonly requestsPerMinute?: number;
  /** The tickets to give. Default by chance, in the form of the documented one. */
  readonly ticket?: () => string;
}

const HOUR = 3_600_000;
const STATUSES: readonly (string | undefined)[] = ['QUEUED', 'IN_PROGRESS', 'COMPLETED'];
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a batch was created with under a deduplication key. */
interface Memory {
  readonly ticket: string;
  readonly request: string;
  readonly at: number;
}

/** Ecwid's batch requests: `https://app.ecwid.com/api/v3/{storeId}/batch`. */
export function createEcwidDouble(options: EcwidDoubleOptions): ServiceDouble {
  const log = new ExchangeLog();
  const clock = () => double.clock.now();
  const double: ServiceDouble = new ServiceDouble(new Ecwid(options, log, clock), log, options);
  return double;
}

/** The same on 127.0.0.1. */
export async function startEcwidDouble(
  options: EcwidDoubleOptions,
): Promise<LoopbackServer & { readonly double: ServiceDouble }> {
  const double = createEcwidDouble(options);
  return { double, ...(await serveDouble(double)) };
}

class Ecwid implements DoubledService, EcwidStore {
  readonly origin = 'https://app.ecwid.com';
  readonly #options: EcwidDoubleOptions;
  readonly #log: ExchangeLog;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #runs: BatchRun[] = [];
  readonly #createdAt = new Map<BatchRun, number>();
  readonly #memories = new Map<string, Memory>();
  readonly #rate: TokenRate;

  constructor(options: EcwidDoubleOptions, log: ExchangeLog, now: () => number) {
    this.#options = options;
    this.#log = log;
    this.#now = now;
    this.#random = options.random ?? seededRandom(1003);
    this.#rate = new TokenRate(options.requestsPerMinute ?? 600);
  }

  /** Batches are done one after another, in the order in which they were created. */
  advance(now: number): void {
    let free = Number.NEGATIVE_INFINITY;
    for (const run of this.#runs) {
      run.advance(Math.max(free, this.#createdAt.get(run) ?? now), now);
      if (run.endedAt === undefined) return;
      free = Math.max(free, run.endedAt);
    }
  }

  durationOf(operation: EcwidOperation): number {
    const { duration = 100 } = this.#options;
    return typeof duration === 'number' ? duration : duration(operation);
  }

  execute(run: BatchRun, item: RunItem, at: number): InnerAnswer {
    const { operation, attempts: attempt, index } = item;
    const answer = this.#options.respond?.(operation, attempt) ?? { status: 200, body: {} };
    const { method, path, body } = operation;
    const what = `${method} ${path}${body === undefined || body === '' ? '' : ` ${JSON.stringify(body)}`}`;
    const outcome = String(answer.status);
    this.#log.executions.push({ at, job: run.options.ticket, item: index, what, attempt, outcome });
    return answer;
  }

  errorBody(_status: number, errorMessage: string): unknown {
    return { errorMessage };
  }

  route(request: DoubleRequest): Route {
    const { path, query } = splitTarget(request.target);
    const batch = `/api/v3/${this.#options.storeId}/batch`;
    const kinds: Readonly<Record<string, (query: string | undefined) => Route>> = {
      [`POST ${batch}`]: (given) => ({ kind: 'create', act: () => this.#create(request, given) }),
      [`GET ${batch}`]: (given) => this.#ask(request, given),
      [`DELETE ${batch}`]: (given) => ({ kind: 'delete', act: () => this.#delete(request, given) }),
      [`POST ${batch}/cancel-group`]: (given) => ({
        kind: 'cancel',
        act: () => this.#cancel(request, given),
      }),
    };
    const route = kinds[`${request.method} ${path}`];
    if (route === undefined)
      throw new Refusal(404, 'unknown-endpoint', `no document has ${request.method} ${path}`);
    const { act, ...found } = route(query);
    return { ...found, act: () => this.#rate.refuse(this.#now()) ?? act() };
  }

  #create(request: DoubleRequest, given: string | undefined): Answer {
    const { token, allows = () => true, pendingPolls = 0 } = this.#options;
    checkHeaders(request, {
      required: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'cache-control': 'no-cache',
      },
    });
    const query = readQuery(given, [
      'allowParallelMode',
      'stopOnFirstFailure',
      'deduplicationKey',
      'groupId',
    ]);
    const isParallel = readBoolean(query, 'allowParallelMode') ?? false;
    const stopsOnFirstFailure = readBoolean(query, 'stopOnFirstFailure') ?? true;
    const key = query.get('deduplicationKey');
    if (key !== undefined && !UUID.test(key)) {
      throw new Refusal(400, 'wrong-parameter', 'deduplicationKey is a UUID');
    }
    const groupId = query.get('groupId');
    if (groupId === '') throw new Refusal(400, 'wrong-parameter', 'groupId is empty');
    const operations = readBatch(request);
    if (!operations.every(allows)) {
      // No fault of the request: what the token may do is decided elsewhere.
      const message = 'the token has not all access scopes required for requests included in the batch';
      return { status: 403, body: this.errorBody(403, message) };
    }
    const text = new TextDecoder().decode(request.body);
    const known = key === undefined ? undefined : this.#recall(key, text);
    if (known !== undefined) return { status: 200, body: { ticket: known } };
    const ticket = this.#options.ticket?.() ?? newTicket(this.#random);
    const run = new BatchRun(this, operations, {
      ...{ ticket, groupId, isParallel, stopsOnFirstFailure, pendingPolls },
    });
    this.#runs.push(run);
    this.#createdAt.set(run, this.#now());
    if (key !== undefined) this.#memories.set(key, { ticket, request: text, at: this.#now() });
    return { status: 200, body: { ticket } };
  }

  /** The ticket that was given for the same key within the hour. */
  #recall(key: string, request: string): string | undefined {
    const memory = this.#memories.get(key);
    if (memory === undefined || this.#now() - memory.at >= HOUR) return undefined;
    if (memory.request !== request) {
      const message = 'another batch has the same deduplicationKey: its requests would be lost';
      this.#log.violations.push({ request: this.#log.requests.length - 1, code: 'reused-key', message });
    }
    return memory.ticket;
  }

  #ask(request: DoubleRequest, given: string | undefined): Route {
    const query = readQuery(given, ['ticket', 'escapedJson', 'status', 'limit', 'offset']);
    if (query.has('status')) return { kind: 'list', act: () => this.#list(request, query) };
    const ticket = query.get('ticket');
    const subject = `status ${ticket}`;
    return { kind: 'status', subject, act: () => this.#status(request, query) };
  }

  #status(request: DoubleRequest, query: ReadonlyMap<string, string>): Answer {
    this.#checkPlain(request);
    if (query.has('limit') || query.has('offset')) {
      throw new Refusal(400, 'undocumented-parameter', 'limit and offset are for lists');
    }
    const isEscaped = readBoolean(query, 'escapedJson') ?? false;
    const run = this.#find(query.get('ticket'));
    const now = this.#now();
    if (run.pendingPolls > 0 && --run.pendingPolls === 0) this.#createdAt.set(run, now);
    const body = tellStatus(run, isEscaped, this.#options.shapes ?? {}, this.#random);
    return { status: 200, body, isFinal: run.status === 'COMPLETED' };
  }

  #list(request: DoubleRequest, query: ReadonlyMap<string, string>): Answer {
    this.#checkPlain(request);
    if (query.has('ticket') || query.has('escapedJson')) {
      throw new Refusal(400, 'undocumented-parameter', 'ticket and escapedJson are for one batch');
    }
    const status = query.get('status');
    if (!STATUSES.includes(status)) throw new Refusal(400, 'wrong-parameter', `"${status}" is no status`);
    const limit = readInteger(query, 'limit', { minimum: 1, maximum: 100, standard: 100 });
    const offset = readInteger(query, 'offset', {
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      standard: 0,
    });
    const found = this.#runs.filter((run) => !run.isDeleted && run.status === status);
    const items = found.slice(offset, offset + limit).map((run) => ({ ticket: run.options.ticket, status }));
    return { status: 200, body: { items } };
  }

  #cancel(request: DoubleRequest, given: string | undefined): Answer {
    this.#checkPlain(request);
    const query = readQuery(given, ['ticketId', 'groupId']);
    const groupId = query.get('groupId');
    const ticket = query.get('ticketId');
    if (!groupId) throw new Refusal(400, 'wrong-parameter', 'groupId is required');
    const stopped = this.#runs
      .filter((run) => !run.isDeleted && run.options.groupId === groupId)
      .filter((run) => ticket === undefined || run.options.ticket === ticket)
      .filter((run) => run.stop(this.#now()));
    return { status: 200, body: { updateCount: stopped.length > 0 ? 1 : 0 } };
  }

  #delete(request: DoubleRequest, given: string | undefined): Answer {
    this.#checkPlain(request);
    const query = readQuery(given, ['ticketId', 'ticket']);
    const ticket = query.get('ticketId') ?? query.get('ticket');
    if (!ticket) throw new Refusal(400, 'wrong-parameter', 'ticketId is required');
    const run = this.#runs.find((one) => !one.isDeleted && one.options.ticket === ticket);
    const isPast = this.#options.deletesOnlyQueued === true && run?.status !== 'QUEUED';
    if (run === undefined || isPast) return { status: 200, body: { deleteCount: 0 } };
    run.stop(this.#now());
    run.isDeleted = true;
    return { status: 200, body: { deleteCount: 1 } };
  }

  /** Requests without a body need the token and nothing else. */
  #checkPlain(request: DoubleRequest): void {
    checkHeaders(request, {
      required: { authorization: `Bearer ${this.#options.token}` },
      optional: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
    });
    checkNoBody(request);
  }

  #find(ticket: string | undefined): BatchRun {
    const run = this.#runs.find((one) => !one.isDeleted && one.options.ticket === ticket);
    if (run === undefined) throw new Refusal(404, 'unknown-ticket', 'Ticket not found');
    return run;
  }
}

/** As long as the documented one, which is no UUID. */
function newTicket(random: () => number): string {
  return [9, 4, 4, 4, 12].map((digits) => randomHex(random, digits)).join('-');
}
