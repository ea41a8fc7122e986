import { createBatchHandler } from '../../../src/server/create-batch-handler.ts';
import { type Answer, type DoubleRequest, Refusal, type Route } from '../exchange.ts';
import { ExchangeLog } from '../exchange-log.ts';
import { type LoopbackServer, serveDouble } from '../serve-double.ts';
import { type DoubledService, type DoubleOptions, ServiceDouble } from '../service-double.ts';

export interface ODataDoubleOptions extends DoubleOptions {
  /** What becomes of an operation, by its path below the root and its body. Default 200 with `{}`. */
  readonly respond?: (method: string, path: string, body: string) => { status: number; body?: unknown };
  /** Milliseconds until a batch, and each of its parts, is answered. Default 5000. */
  readonly duration?: number;
  /** Seconds of the Retry-After that comes with each 202. Default none. */
  readonly retryAfter?: number;
  /**
   * How the finished answer is given: in a message of its own (default), or as it is, with its status in AsyncResult.
   */
  readonly form?: 'application/http' | 'async-result';
  /** How many answers each part of the answer has, but for the last one (Protocol 11.7.7.6, example 105). Default all at once. */
  readonly parts?: readonly number[];
  /** Whether a monitor is gone once it has answered. Default false. */
  readonly forgets?: boolean;
  /** Where monitors are. Default at the service, as absolute URLs. */
  readonly monitorUrl?: (path: string) => string;
  /** What the whole batch is answered with, in the end, instead of what became of it. */
  readonly refusal?: { readonly status: number; readonly body: unknown };
  /** Whether monitors can be deleted. Default true. */
  readonly canCancel?: boolean;
}

const ROOT = '/service/';

/** An OData service that answers batches later: `https://odata.example/service/$batch`. */
export function createODataDouble(options: ODataDoubleOptions = {}): ServiceDouble {
  const log = new ExchangeLog();
  const now = () => double.clock.now();
  const double: ServiceDouble = new ServiceDouble(new ODataService(options, log, now), log, options);
  return double;
}

/** The same on 127.0.0.1. */
export async function startODataDouble(
  options: ODataDoubleOptions = {},
): Promise<LoopbackServer & { readonly double: ServiceDouble }> {
  const double = createODataDouble(options);
  return { double, ...(await serveDouble(double)) };
}

interface WholeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

interface Monitor {
  readonly readyAt: number;
  /** Undefined until it is known. */
  answer(): WholeAnswer | undefined;
  isGone: boolean;
}

class ODataService implements DoubledService {
  readonly origin = 'https://odata.example';
  readonly #options: ODataDoubleOptions;
  readonly #log: ExchangeLog;
  readonly #now: () => number;
  readonly #monitors: Monitor[] = [];
  #batches = 0;

  constructor(options: ODataDoubleOptions, log: ExchangeLog, now: () => number) {
    this.#options = options;
    this.#log = log;
    this.#now = now;
  }

  /** What is asked for is done at once, and told later. */
  advance(): void {}

  errorBody(status: number, message: string): unknown {
    return { error: { code: String(status), message } };
  }

  route(request: DoubleRequest): Route {
    const { method, target } = request;
    if (method === 'POST' && target === `${ROOT}$batch`) {
      return { kind: 'create', act: () => this.#create(request) };
    }
    const place = /^\/service\/monitors\/(\d+)$/.exec(target)?.[1];
    const monitor = place === undefined ? undefined : this.#monitors[Number(place)];
    if (monitor === undefined) throw new Refusal(404, 'unknown-endpoint', 'there is nothing');
    if (method === 'DELETE') return { kind: 'cancel', subject: target, act: () => this.#cancel(monitor) };
    return { kind: 'status', subject: target, act: () => this.#status(request, monitor) };
  }

  #create(request: DoubleRequest): Answer {
    const { duration = 5000 } = this.#options;
    const prefer = request.headers.get('prefer') ?? '';
    if (!/(?:^|, )respond-async(?:,|$)/.test(prefer)) {
      throw new Refusal(400, 'not-asynchronous', 'the batch was to be sent with respond-async');
    }
    const batch = this.#batches++;
    const run = this.#run(request, batch);
    return this.#accept(this.#watch(run, this.#now() + duration, 0));
  }

  /** What the batch endpoint answers, some moments later. */
  #run(request: DoubleRequest, batch: number): { whole: WholeAnswer | undefined } {
    const { respond = () => ({ status: 200, body: {} }) } = this.#options;
    const handler = createBatchHandler({
      serviceRoot: `${this.origin}${ROOT}`,
      fetch: async (operation) => {
        const body = await operation.text();
        const path = operation.url.slice(`${this.origin}${ROOT}`.length);
        const answer = respond(operation.method, path, body);
        const what = `${operation.method} ${path}${body === '' ? '' : ` ${body}`}`;
        const item = this.#log.executions.filter(({ job }) => job === String(batch)).length;
        const outcome = String(answer.status);
        this.#log.executions.push({ at: this.#now(), job: String(batch), item, what, attempt: 1, outcome });
        return answer.body === undefined
          ? new Response(null, { status: answer.status })
          : Response.json(answer.body, { status: answer.status });
      },
    });
    const run: { whole: WholeAnswer | undefined } = { whole: undefined };
    const sent = new Request(`${this.origin}${request.target}`, {
      method: 'POST',
      headers: [...request.headers].filter(
        ([name]) => !['host', 'content-length', 'connection'].includes(name),
      ),
      body: request.body.slice(),
    });
    handler(sent).then(async (response) => {
      const contentType = response.headers.get('Content-Type') ?? '';
      run.whole = { status: response.status, contentType, text: await response.text() };
    });
    return run;
  }

  /** A monitor of what is left of an answer; returns its place. */
  #watch(run: { readonly whole: WholeAnswer | undefined }, readyAt: number, part: number): number {
    const { duration = 5000 } = this.#options;
    let told: WholeAnswer | undefined;
    const answer = () => {
      if (told !== undefined || run.whole === undefined) return told;
      const rest = () => this.#watch(run, this.#now() + duration, part + 1);
      told = this.#cut(run.whole, part, rest);
      return told;
    };
    return this.#monitors.push({ readyAt, answer, isGone: false }) - 1;
  }

  /** One part of an answer: its own answers, and where the rest is. */
  #cut(whole: WholeAnswer, part: number, rest: () => number): WholeAnswer {
    const { parts = [], refusal } = this.#options;
    if (refusal !== undefined) {
      return { status: refusal.status, contentType: 'application/json', text: JSON.stringify(refusal.body) };
    }
    const boundary = /boundary=(.*)$/.exec(whole.contentType)?.[1];
    if (boundary === undefined || parts.length === 0) return whole;
    const pieces = whole.text.split(`--${boundary}`).slice(1, -1);
    const from = parts.slice(0, part).reduce((sum, count) => sum + count, 0);
    const count = parts[part];
    const isLast = count === undefined || from + count >= pieces.length;
    const own = isLast ? pieces.slice(from) : pieces.slice(from, from + count);
    const more = isLast ? [] : [this.#pointer(rest())];
    return {
      ...whole,
      text: `${[...own, ...more].map((piece) => `--${boundary}${piece}`).join('')}--${boundary}--\r\n`,
    };
  }

  #pointer(monitor: number): string {
    const head = '\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n';
    const fields = Object.entries(this.#whereabouts(monitor)).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${head}HTTP/1.1 202 Accepted\r\n${fields.join('')}\r\n\r\n`;
  }

  #whereabouts(monitor: number): Record<string, string> {
    const { retryAfter, monitorUrl = (path) => `${this.origin}${path}` } = this.#options;
    const Location = monitorUrl(`${ROOT}monitors/${monitor}`);
    return { Location, ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }) };
  }

  #accept(monitor: number): Answer {
    const headers = { ...this.#whereabouts(monitor), 'Preference-Applied': 'respond-async' };
    return { status: 202, headers };
  }

  #status(request: DoubleRequest, monitor: Monitor): Answer {
    const { form = 'application/http', forgets = false, retryAfter } = this.#options;
    if (request.headers.get('accept') !== 'application/http') {
      throw new Refusal(406, 'wrong-accept', 'a client of 4.0 asks for application/http');
    }
    if (monitor.isGone) return { status: 404, body: this.errorBody(404, 'there is no such monitor') };
    const answer = this.#now() < monitor.readyAt ? undefined : monitor.answer();
    if (answer === undefined) {
      return {
        status: 202,
        ...(retryAfter !== undefined && { headers: { 'Retry-After': String(retryAfter) } }),
      };
    }
    monitor.isGone = forgets;
    const { status, contentType, text } = answer;
    if (form === 'async-result') {
      return {
        status: 200,
        headers: { 'Content-Type': contentType, AsyncResult: String(status) },
        text,
        isFinal: true,
      };
    }
    const message = `HTTP/1.1 ${status} Whatever\r\nContent-Type: ${contentType}\r\n\r\n${text}`;
    return { status: 200, headers: { 'Content-Type': 'application/http' }, text: message, isFinal: true };
  }

  #cancel(monitor: Monitor): Answer {
    if (this.#options.canCancel === false) {
      return { status: 405, body: this.errorBody(405, 'nothing can be cancelled') };
    }
    monitor.isGone = true;
    return { status: 204, isFinal: true };
  }
}
