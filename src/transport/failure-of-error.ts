import { CONNECTION_FAILURES, type ConnectionFailure } from './connection-failures.ts';
import type { Failure } from './send-again.ts';

/** How many causes are looked at: some lead in a circle. */
const MAX_DEPTH = 5;

/** How Deno says that it was connecting, and with what that failed; no URL has a space in it. */
const CONNECTING = /^error sending request for url \(\S+\): client error \(Connect\): (.*)/s;

/** What a fetch failed with before anything was sent. */
export type FoundFailure = Pick<ConnectionFailure, 'what' | 'isPermanent'>;

/**
 * What the error of a fetch means: `not-sent` only where it is certain that nothing was sent, else `lost`. A connection that is
 * refused, a name that is not resolved, a certificate that is not trusted, a port that fetch blocks are certain in Node.js, Bun and
 * Deno; browsers do not say what happened.
 */
export function failureOfError(error: unknown): Failure {
  const found = connectionFailureOf(error);
  if (found === undefined) return { kind: 'lost' };
  return found.isPermanent ? { kind: 'not-sent', isPermanent: true } : { kind: 'not-sent' };
}

/** What kept a fetch from sending anything, by its error or a cause of it; undefined where something may have been sent. */
export function connectionFailureOf(error: unknown): FoundFailure | undefined {
  return find(error, undefined, 0);
}

/** The first code in an error and its causes. */
export function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return undefined;
  const { code, cause } = error as Record<string, unknown>;
  return typeof code === 'string' ? code : codeOf(cause, depth + 1);
}

function find(error: unknown, wrapper: unknown, depth: number): FoundFailure | undefined {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return undefined;
  const { code, syscall, message, cause, errors } = error as Record<string, unknown>;
  // A name with several addresses fails with one error for each.
  if (Array.isArray(errors) && errors.length > 0) {
    const found = errors.map((one) => find(one, message, depth + 1));
    return found.every((one) => one !== undefined) ? worstOf(found) : undefined;
  }
  const text = typeof message === 'string' ? message : '';
  const connecting = CONNECTING.exec(text)?.[1];
  const row = CONNECTION_FAILURES.find(
    (known) =>
      isAmong(known.codes, code) &&
      isAmong(known.syscalls, syscall) &&
      known.message?.test(text) !== false &&
      (known.connecting === undefined || connecting?.startsWith(known.connecting)) &&
      (known.wrapper === undefined || known.wrapper === wrapper),
  );
  return row ?? find(cause, message, depth + 1);
}

function isAmong(known: readonly unknown[] | undefined, value: unknown): boolean {
  return known === undefined || known.includes(value);
}

/** What may pass, if any may. */
function worstOf(found: readonly FoundFailure[]): FoundFailure | undefined {
  return found.find(({ isPermanent }) => !isPermanent) ?? found[0];
}
