import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_RETRYABLE,
  type FailureKind,
  failureOfOperation,
  failureOfStatus,
  mayHaveHappened,
  maySendAgain,
} from '../../../src/transport/send-again.ts';

const NOW = Date.UTC(2026, 0, 1);
const KINDS: readonly FailureKind[] = [
  'not-sent',
  'throttled',
  'unauthorized',
  'too-large',
  'refused',
  'timed-out',
  'lost',
];

function answer(status: number, fields: Record<string, string> = {}) {
  return { status, headers: new Headers(fields) };
}

describe('the status of a whole request', () => {
  it.each([
    [200, undefined],
    [202, undefined],
    [204, undefined],
    [400, 'refused'],
    [401, 'unauthorized'],
    [403, 'refused'],
    [404, 'refused'],
    [408, 'timed-out'],
    [413, 'too-large'],
    [429, 'throttled'],
    [500, 'lost'],
    [502, 'lost'],
    [503, 'lost'],
    [504, 'timed-out'],
    [524, 'timed-out'],
    [599, 'lost'],
  ])('%i is %s', (status, kind) => {
    expect(failureOfStatus(answer(status), NOW)?.kind).toBe(kind);
  });

  it('503 says that nothing happened only where it says when to come again', () => {
    expect(failureOfStatus(answer(503, { 'Retry-After': '5' }), NOW)).toEqual({
      kind: 'throttled',
      retryAfterMs: 5000,
    });
    expect(failureOfStatus(answer(503, { 'Retry-After': 'later' }), NOW)?.kind).toBe('lost');
    const date = { 'Retry-After': 'Thu, 01 Jan 2026 00:01:00 GMT' };
    expect(failureOfStatus(answer(503, date), NOW)?.retryAfterMs).toBe(60_000);
  });

  it('keeps Retry-After of what may have happened', () => {
    expect(failureOfStatus(answer(504, { 'Retry-After': '9' }), NOW)?.retryAfterMs).toBe(9000);
    expect(failureOfStatus(answer(429), NOW)).toEqual({ kind: 'throttled', retryAfterMs: undefined });
  });
});

describe('the status of one operation', () => {
  it.each([
    [429, 'throttled'],
    [408, 'lost'],
    [500, 'lost'],
    [504, 'lost'],
    [406, undefined],
    [401, undefined],
    [413, undefined],
    [404, undefined],
    [200, undefined],
  ])('%i is %s by default', (status, kind) => {
    expect(failureOfOperation(answer(status), DEFAULT_RETRYABLE, NOW)?.kind).toBe(kind);
  });

  it('is what the service says it is', () => {
    const statuses = [406, 500] as const;
    const kind = (status: number) => failureOfOperation(answer(status), statuses, NOW)?.kind;
    expect([406, 499, 500, 502, 503].map(kind)).toEqual(['lost', undefined, 'lost', undefined, undefined]);
    expect(failureOfOperation(answer(599), ['5xx'], NOW)?.kind).toBe('lost');
    expect(failureOfOperation(answer(429), ['5xx'], NOW)?.kind).toBe('throttled');
    expect(failureOfOperation(answer(503, { 'Retry-After': '1' }), [], NOW)?.kind).toBe('throttled');
  });
});

describe('what may be sent again', () => {
  it('never what may have happened and does more when it happens twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.nat(20),
        fc.nat(20),
        fc.boolean(),
        (kind, attempts, maxAttempts, isRepeatable) => {
          const failure = { kind };
          const again = maySendAgain({ failure, attempts, maxAttempts, isRepeatable });
          if (again) {
            expect(attempts).toBeLessThan(maxAttempts);
            expect(kind).not.toBe('refused');
            expect(isRepeatable || !mayHaveHappened(failure)).toBe(true);
          }
          const isHopeless = attempts >= maxAttempts || kind === 'refused';
          expect(again).toBe(!isHopeless && (isRepeatable || !['timed-out', 'lost'].includes(kind)));
        },
      ),
    );
  });
});
