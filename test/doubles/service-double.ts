import { STATUS_CODES } from 'node:http';
import { type Clock, sleep, systemClock } from '../../src/transport/clock.ts';
import { type Answer, bodyOf, type DoubleRequest, headersOf, Refusal, type Route } from './exchange.ts';
import type { ExchangeLog, LoggedRequest } from './exchange-log.ts';
import type { Trouble, TroubleScript } from './trouble.ts';

/** What all doubles take. */
export interface DoubleOptions {
  /** Default the runtime's. */
  readonly clock?: Clock;
  /** From 0 to 1, as `Math.random`. Default a fixed seed. */
  readonly random?: () => number;
  /** Default none. */
  readonly trouble?: TroubleScript;
}

/** What is particular to one service. */
export interface DoubledService {
  /** Where the documents say that it is. */
  readonly origin: string;
  /** Lets everything happen that has happened by now. */
  advance(now: number): void;
  /** Says what a request asks for; throws Refusal. */
  route(request: DoubleRequest): Route;
  /** The body of an error, as the service writes it. */
  errorBody(status: number, message: string): unknown;
}

/** What a client gets: an answer, a part of one, or the end of the connection. */
export type Delivery =
  | { readonly kind: 'whole' | 'cut'; readonly answer: Answer }
  | { readonly kind: 'lost' };

/** What a fetch is told, as far as a double listens. */
export interface DoubleFetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | null;
  readonly signal?: AbortSignal | null;
}

/** A double of a service: answers by its documents, keeps a log, and has the trouble that it is told to have. */
export class ServiceDouble {
  readonly clock: Clock;
  readonly #service: DoubledService;
  readonly #trouble: TroubleScript;
  readonly #log: ExchangeLog;
  /** The subjects on which the client knows the last word. */
  readonly #known = new Set<string>();
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(service: DoubledService, log: ExchangeLog, { clock = systemClock, trouble }: DoubleOptions) {
    this.clock = clock;
    this.#service = service;
    this.#log = log;
    this.#trouble = trouble ?? (() => undefined);
  }

  /** What was asked and done by now. */
  get log(): ExchangeLog {
    this.#service.advance(this.clock.now());
    return this.#log;
  }

  get origin(): string {
    return this.#service.origin;
  }

  /** The client's process is gone: what it was told last it may ask again. */
  forgetClient(): void {
    this.#known.clear();
  }

  /** Answers without a socket, as a fetch does. A request that was sent is acted on although its client gives up. */
  readonly fetch = (url: string, init: DoubleFetchInit = {}): Promise<Response> => {
    const { method = 'GET', headers = {}, body, signal } = init;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const target = url.startsWith(`${this.origin}/`) ? url.slice(this.origin.length) : undefined;
    if (target === undefined) return Promise.reject(lostConnection('ENOTFOUND'));
    const octets = typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
    const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const delivery = this.exchange(
      { method, target, headers: new Map(lowered), body: octets.slice() },
      () => !signal?.aborted,
    );
    return untilAborted(delivery.then(toResponse), signal);
  };

  /**
   * Answers a request, with its trouble.
   *
   * @param isListening whether the client still waits; an answer to nobody is lost
   */
  async exchange(request: DoubleRequest, isListening: () => boolean = () => true): Promise<Delivery> {
    this.#service.advance(this.clock.now());
    const route = this.#route(request);
    const logged = this.#note(request, route);
    const nth = this.#log.ofKind(route.kind).length - 1;
    const { index, at, kind, method, target } = logged;
    const trouble = this.#trouble({ kind, nth, index, at, method, target }) ?? {};
    const sent = await this.#deliver(route, logged, trouble);
    const delivery: Delivery = isListening() ? sent : { kind: 'lost' };
    logged.delivery = delivery.kind;
    if (delivery.kind === 'lost') return delivery;
    logged.status = delivery.answer.status;
    if (delivery.kind === 'whole') this.#learn(route, delivery.answer);
    return delivery;
  }

  #route(request: DoubleRequest): Route {
    try {
      return this.#service.route(request);
    } catch (error) {
      return {
        kind: 'unknown',
        act: () => {
          throw error;
        },
      };
    }
  }

  #note({ method, target, headers, body }: DoubleRequest, { kind, subject }: Route): LoggedRequest {
    const logged: LoggedRequest = {
      index: this.#log.requests.length,
      at: this.clock.now(),
      kind,
      method,
      target,
      headers: Object.fromEntries(headers),
      body: new TextDecoder().decode(body),
      acted: false,
      status: undefined,
      delivery: 'under-way',
      isAfterFinal: subject !== undefined && this.#known.has(subject),
      isEarly: this.clock.now() < this.#notBefore,
    };
    this.#log.requests.push(logged);
    return logged;
  }

  async #deliver(route: Route, logged: LoggedRequest, trouble: Trouble): Promise<Delivery> {
    const { delayBefore = 0, delayAfter = 0, insteadOfActing, afterActing } = trouble;
    if (delayBefore > 0) await sleep(this.clock, delayBefore);
    if (insteadOfActing === 'lose') return { kind: 'lost' };
    if (insteadOfActing !== undefined) return { kind: 'whole', answer: insteadOfActing };
    this.#service.advance(this.clock.now());
    const answer = this.#act(route, logged);
    if (delayAfter > 0) await sleep(this.clock, delayAfter);
    if (afterActing === 'lose') return { kind: 'lost' };
    if (afterActing === 'cut') return bodyOf(answer).length < 2 ? { kind: 'lost' } : { kind: 'cut', answer };
    if (typeof afterActing === 'function') return { kind: 'whole', answer: afterActing(answer) };
    return { kind: 'whole', answer: afterActing ?? answer };
  }

  #act(route: Route, logged: LoggedRequest): Answer {
    try {
      const answer = route.act();
      logged.acted = true;
      return answer;
    } catch (error) {
      const isRefusal = error instanceof Refusal;
      const { message } = error as Error;
      const code = isRefusal ? error.code : 'double-failed';
      // A mistake in the double itself must not look like a connection that was lost.
      const status = isRefusal ? error.status : 500;
      this.#log.violations.push({ request: logged.index, code, message });
      return { status, body: this.#service.errorBody(status, message) };
    }
  }

  /** What the client knows now. */
  #learn({ subject }: Route, { isFinal, headers = {} }: Answer): void {
    if (isFinal && subject !== undefined) this.#known.add(subject);
    const seconds = headers['Retry-After'];
    if (seconds !== undefined && /^\d+$/.test(seconds)) {
      this.#notBefore = this.clock.now() + Number(seconds) * 1000;
    }
  }
}

function toResponse(delivery: Delivery): Response {
  if (delivery.kind === 'lost') throw lostConnection('ECONNRESET');
  const { answer } = delivery;
  const octets = bodyOf(answer);
  const init = {
    status: answer.status,
    statusText: STATUS_CODES[answer.status] ?? '',
    headers: headersOf(answer),
  };
  if (delivery.kind === 'whole') return new Response(octets.length === 0 ? null : octets, init);
  const half = octets.subarray(0, octets.length >> 1);
  let isSent = false;
  const body = new ReadableStream({
    pull(controller) {
      if (isSent) controller.error(lostConnection('UND_ERR_SOCKET'));
      else controller.enqueue(half);
      isSent = true;
    },
  });
  return new Response(body, init);
}

/** What a fetch fails with where the connection ends. */
function lostConnection(code: string): TypeError {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error(`the connection ended: ${code}`), { code }),
  });
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (signal === null || signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
