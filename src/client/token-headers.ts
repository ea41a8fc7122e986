import { type HeaderPair, headerPairs, isNamed } from '../batch/header-pairs.ts';
import { headerRecord } from '../batch/header-record.ts';
import { Issues } from '../batch/issues.ts';
import type { HeadersInput, URLLike } from '../batch/operation.ts';
import type { ReceivedAnswer } from '../batch/received-answer.ts';
import type { Service } from '../batch/service.ts';
import { BatchResponseError } from '../errors.ts';
import { expectArgument, isObject } from '../expect-argument.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import type { AbortSignalLike, Signal } from '../transport/abort-signal.ts';
import { type Clock, systemClock } from '../transport/clock.ts';
import { type Fetch, globalFetch } from '../transport/fetch.ts';
import { guardFetch } from '../transport/guarded-fetch.ts';
import { parseFetchable } from '../transport/origin.ts';
import { askForToken } from './ask-for-token.ts';
import { type Cookies, cookieField } from './cookies.ts';
import type { HeadersSource } from './credentials.ts';
import { JoinedLoad } from './joined-load.ts';
import { readMoreThanOnce } from './read-more-than-once.ts';

/** What a token is asked for with. */
export interface TokenOptions {
  /** Its service root is where the token is asked for. */
  readonly service?: Service | undefined;
  /** The service root, where the service does not say it. */
  readonly serviceRoot?: string | undefined;
  /** Where the token is asked for, if that is elsewhere or has a query such as `sap-client`; absolute. */
  readonly url?: string | URLLike | undefined;
  /**
   * Who asks: fields of the requests for the token, and of batches beside it. A function is called before each of them, with
   * `refresh: true` where the service did not know who asks for the token (401).
   */
  readonly headers?: HeadersInput | HeadersSource | undefined;
  /** Default the global one. */
  readonly fetch?: Fetch | undefined;
  /** How long one request for the token may take; milliseconds. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** The names of them. */
const TOKEN_OPTIONS: OptionNames = {
  service: 'service',
  serviceRoot: 'string',
  url: true,
  headers: true,
  fetch: 'function',
  timeoutMs: true,
  clock: '.schedule',
} satisfies NamesOf<TokenOptions>;

/** One kind of token: where it is asked for and how it is read. */
export interface TokenKind {
  /** What messages call it. */
  readonly name: string;
  /** Where it is asked for, below the service root. */
  readonly path: string;
  /** The methods that are tried, in order. */
  readonly methods: readonly string[];
  /** The fields that ask for it. */
  readonly asking: readonly HeaderPair[];
  /** The fields that batches get; undefined where an answer has no token. */
  readonly read: (answer: ReceivedAnswer) => readonly HeaderPair[] | undefined;
}

/** The fields of a token, and the cookies of the session that it belongs to. */
interface Session {
  readonly fields: readonly HeaderPair[];
  readonly cookies: Cookies;
}

/**
 * Headers of batches with a token that is asked for once, for all batches that are under way, and anew where they are asked for
 * with `refresh: true`.
 *
 * Throws BatchUsageError `invalid-option`, `invalid-url`, `service-root-required`. The headers reject with BatchTransportError, and with
 * BatchResponseError `token-refused`.
 */
export function tokenHeaders(kind: TokenKind, options: TokenOptions): HeadersSource {
  expectOptions(options, TOKEN_OPTIONS);
  const { fetch = globalFetch, clock = systemClock, timeoutMs = 30_000 } = options;
  expectArgument(typeof timeoutMs === 'number' && timeoutMs >= 1, 'options.timeoutMs', 'a number from 1');
  expectHeaders(options.headers);
  const url = urlOf(options, kind.path);
  const tools = { send: guardFetch(fetch, url), clock, timeoutMs, random: Math.random };
  const own = compileOwnHeaders(options.headers);

  const begin = async (refresh: boolean, signal: AbortSignalLike): Promise<Session | ReceivedAnswer> => {
    const callers = await own({ refresh, signal: signal as Signal });
    const pairs = withCookies(replaced(callers, kind.asking), new Map());
    let refused: ReceivedAnswer | undefined;
    for (const method of kind.methods) {
      const request = { url, method, headers: headerRecord(pairs) };
      const { answer, cookies } = await askForToken(tools, request, signal);
      const fields = kind.read(answer);
      if (fields !== undefined) return { fields, cookies };
      refused = answer;
      if (answer.status === UNAUTHORIZED) break;
    }
    return refused as ReceivedAnswer;
  };
  const sessions = new JoinedLoad<Session>(async (signal) => {
    let begun = await begin(false, signal);
    const canRefresh = typeof options.headers === 'function';
    if (canRefresh && !('cookies' in begun) && begun.status === UNAUTHORIZED)
      begun = await begin(true, signal);
    if ('cookies' in begun) return begun;
    throw refusal(kind, begun);
  });

  return async ({ refresh, signal }) => {
    const { fields, cookies } = await sessions.get(refresh, signal);
    return withCookies(replaced(await own({ refresh: false, signal }), fields), cookies);
  };
}

const UNAUTHORIZED = 401;

function expectHeaders(headers: unknown): void {
  const isRight = headers === undefined || typeof headers === 'function' || isObject(headers);
  expectArgument(isRight, 'options.headers', 'header fields, or a function that gives them');
}

type OwnHeaders = (request: Parameters<HeadersSource>[0]) => Promise<readonly HeaderPair[]>;

/** Throws BatchUsageError for fields that can't be written. */
function compileOwnHeaders(given: TokenOptions['headers']): OwnHeaders {
  const constant = typeof given === 'function' ? undefined : readMoreThanOnce(given);
  return async (request) => {
    const issues = new Issues();
    const headers = typeof given === 'function' ? await given(request) : constant;
    const pairs = headerPairs(headers, 'options.headers', issues);
    issues.throwIfAny();
    return pairs;
  };
}

/** The caller's fields, and others which take the place of those that have their names. */
function replaced(callers: readonly HeaderPair[], fields: readonly HeaderPair[]): readonly HeaderPair[] {
  const isReplaced = ([name]: HeaderPair) => fields.some(([other]) => isNamed(name, other.toLowerCase()));
  return [...callers.filter((pair) => !isReplaced(pair)), ...fields];
}

/** Fields with all their cookies in one field (RFC 6265 section 5.4). */
function withCookies(pairs: readonly HeaderPair[], cookies: Cookies): readonly HeaderPair[] {
  const isCookie = ([name]: HeaderPair) => isNamed(name, 'cookie');
  const field = cookieField(
    pairs.filter(isCookie).map(([, value]) => value),
    cookies,
  );
  const others = pairs.filter((pair) => !isCookie(pair));
  return field === undefined ? others : [...others, ['Cookie', field]];
}

function urlOf({ url, service, serviceRoot }: TokenOptions, path: string): string {
  const issues = new Issues();
  const root = serviceRoot ?? service?.serviceRoot;
  const below = root === undefined ? undefined : `${root.replace(/\/?$/, '/')}${path}`;
  const given = (isObject(url) ? url.href : url) ?? below;
  if (given === undefined) {
    issues.add('options.serviceRoot', 'service-root-required', 'expected the service root, or the url');
  } else if (parseFetchable(given) === undefined) {
    const message = 'expected an absolute http or https URL without user and password';
    issues.add(url === undefined ? 'options.serviceRoot' : 'options.url', 'invalid-url', message);
  }
  issues.throwIfAny();
  return given ?? '';
}

function refusal({ name }: TokenKind, answer: ReceivedAnswer): BatchResponseError {
  const { status, headers, bytes } = answer;
  const said = answer.serviceError();
  const message = `the service answered ${status} without ${name}, which was asked for`;
  return new BatchResponseError(message, { status, headers, bytes, error: said }, { code: 'token-refused' });
}
