import * as z from 'zod/mini';
import { encodableBody } from '../batch/body.ts';
import { guardCallbacks, Issues, placeName, usageError } from '../batch/issues.ts';
import { utf8Encoder } from '../bytes/text.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { checkedBaseUrl } from './base-url.ts';
import type { JobItem, JobPlan, JobService } from './job-service.ts';
import { type QuartileResult, type QuartileRows, readQuartileStatus } from './quartile-status.ts';
import { readJson } from './read-json.ts';
import { checkSubmitFields } from './submit-fields.ts';

/** A resource that is processed in batches. */
export interface QuartileOptions<Row> {
  readonly subscriptionKey: string;
  /** The access token. */
  readonly token: string;
  /** `masterlist`, or another one that has batch processing. */
  readonly resource: 'masterlist' | (string & {});
  /** The path of the PATCH, whole, where it is not `/amazon/v2/process/{resource}`: Quartile's page also speaks of `/batch`. */
  readonly path?: string | undefined;
  /**
   * What makes a row another one, of what was sent as well as of what comes back; without it all fields that come back. Give
   * it where the service writes fields differently from how they were sent.
   */
  readonly keyOf?: ((row: Row) => string) | undefined;
  /** Default `https://api.quartile.com`. */
  readonly baseUrl?: string | undefined;
}

/** Quartile is told nothing but the rows. */
export type QuartileSubmit = Record<never, never>;

const OPTIONS: OptionNames = {
  subscriptionKey: true,
  token: true,
  resource: true,
  path: true,
  keyOf: true,
  baseUrl: true,
} satisfies NamesOf<QuartileOptions<never>>;
const MAX_ROWS = 100;
const HOUR_MS = 3_600_000;
/** The queue may not know a batch at once. */
const NOT_FOUND_RETRIES = 5;

const SUBMITTED = z.object({ batchId: z.string().check(z.minLength(1)) });

/**
 * Batch processing of Quartile: rows of one resource, at most a hundred in a part, all of them different.
 *
 * Quartile can't cancel, and does not know a batch again: where the answer to a submission is lost its rows are `unknown`,
 * unless `resubmit` is set. Throws BatchUsageError `invalid-option`.
 *
 * @example
 * const masterlist = quartile<{ asin: string; countryCode: string; percACoS: number }>({
 *   subscriptionKey, token, resource: 'masterlist',
 * });
 * const { results } = await runJob(masterlist, rows).done;
 */
export function quartile<Row extends object>(
  options: QuartileOptions<Row>,
): JobService<Row, QuartileResult<Row>, QuartileSubmit> {
  expectOptions(options, OPTIONS);
  const { subscriptionKey, token, resource, keyOf } = options;
  checkOptions(options as QuartileOptions<never>);
  const origin = checkedBaseUrl(options.baseUrl ?? 'https://api.quartile.com');
  const url = origin + (options.path ?? `/amazon/v2/process/${resource}`);
  const headers = {
    'Content-Type': 'application/json',
    'Subscription-Key': subscriptionKey,
    Authorization: `Bearer ${token}`,
  };
  return {
    name: 'quartile',
    url,
    limits: {},
    plan(inputs, submit = {}): JobPlan<QuartileResult<Row>> {
      const issues = new Issues();
      checkSubmitFields(submit, [], issues);
      const { items, rows } = readRows(inputs, keyOf, issues);
      issues.throwIfAny();
      return {
        items,
        submit: undefined,
        partSize: MAX_ROWS,
        deadlineMs: HOUR_MS,
        stopsAtFailure: false,
        notFoundRetries: NOT_FOUND_RETRIES,
        encodeSubmission({ from, to }) {
          const json = items.slice(from, to).map(({ wire }) => wire);
          return { method: 'PATCH', url, headers, body: utf8Encoder.encode(`[${json.join(',')}]`) };
        },
        readSubmission: (_part, answer) => ({ id: readJson(answer, SUBMITTED).batchId }),
        encodeStatus: ({ id = '' }) => {
          return { method: 'GET', url: `${origin}/amazon/v2/batch/${encodeURIComponent(id)}`, headers };
        },
        readStatus: (part, _memory, answer) => readQuartileStatus(part, answer, rows),
      };
    },
  };
}

function checkOptions({ subscriptionKey, token, resource, path, keyOf }: QuartileOptions<never>): void {
  // An absent variable of the environment is no secret.
  const isVisible = (secret: unknown) => typeof secret === 'string' && /^[\x21-\x7e]+$/.test(secret);
  if (!isVisible(subscriptionKey)) throw invalid('subscriptionKey', 'expected a subscription key');
  if (!isVisible(token)) throw invalid('token', 'expected an access token');
  if (typeof resource !== 'string' || !/^[\w-]+$/.test(resource))
    throw invalid('resource', 'expected the name of a resource');
  if (path !== undefined && !(typeof path === 'string' && /^\/[\x21-\x7e]*$/.test(path))) {
    throw invalid('path', 'expected a path: /…');
  }
  if (keyOf !== undefined && typeof keyOf !== 'function') throw invalid('keyOf', 'expected a function');
}

function invalid(name: string, message: string): Error {
  return usageError(name, 'invalid-option', message);
}

function readRows<Row extends object>(
  inputs: readonly Row[],
  keyOf: ((row: Row) => string) | undefined,
  issues: Issues,
): { items: readonly JobItem[]; rows: QuartileRows<Row> } {
  const seen = new Map<string, number>();
  const sent: Readonly<Record<string, unknown>>[] = [];
  const keys: string[] = [];
  const items = inputs.map((row, index): JobItem => {
    const path = placeName('inputs', [index]);
    const wire = rowJson(row, path, issues);
    const parsed = wire === '' ? {} : (JSON.parse(wire) as Record<string, unknown>);
    sent.push(parsed);
    const names = [canonical(parsed)];
    if (keyOf !== undefined) {
      const key = guardCallbacks(() => keyOf(row));
      keys.push(key);
      names.push(`key ${key}`);
    }
    for (const name of names) {
      const first = seen.get(name);
      if (first === undefined) seen.set(name, index);
      else if (first !== index && wire !== '') {
        issues.add(
          path,
          'duplicate-item',
          `the same row as inputs[${first}]: all rows of a job are different`,
        );
        break;
      }
    }
    return { wire };
  });
  return { items, rows: { sent, keyOf, keys } };
}

function rowJson(row: unknown, path: string, issues: Issues): string {
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) {
    const encoded = encodableBody(row, JSON.stringify, path, issues);
    if (encoded === undefined) return '';
    if (typeof encoded.content === 'string' && encoded.content.startsWith('{')) return encoded.content;
  }
  issues.add(path, 'invalid-operation', 'expected a row: an object');
  return '';
}

/** The same text for the same row, in whatever order its fields stand. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1));
    // Without a prototype, so that `__proto__` is a name like any other.
    return Object.assign(Object.create(null), Object.fromEntries(entries));
  });
}
