import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { sendBatch } from '../../../src/client/send-batch.ts';
import type { SendOptions } from '../../../src/client/send-options.ts';
import type { SentResult } from '../../../src/client/sent-result.ts';
import { createBudget } from '../../../src/transport/budget.ts';
import type { TextAnswer } from '../../doubles/batch-text.ts';
import { allDone, plainReply, type Script, scriptedService } from '../../doubles/scripted-service.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const serviceRoot = 'https://shop.example/v1/';
const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
/** Nobody waits for so long. */
const ENDLESS = [
  ['the microseconds since 1970', '1672531200000000'],
  ['400 digits', '9'.repeat(400)],
  ['20 digits', '9'.repeat(20)],
  ['the end of the calendar', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ['an epoch of next year', String(NOW / 1000 + 366 * 86_400)],
  ['an hour and a second', '3601'],
] as const;

function puts(count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'PUT',
    url: `Products(${index})`,
    body: 'x',
  }));
}

async function send(count: number, script: Script, options: SendOptions = {}) {
  const clock = new VirtualClock(NOW);
  const service = scriptedService(script);
  const call = sendBatch(puts(count), { serviceRoot, fetch: service.fetch, clock, ...options });
  const results = (await clock.until(call)) as SentResult[];
  return { results, ms: clock.now() - NOW, ...service };
}

function once(first: readonly TextAnswer[] | ReturnType<typeof plainReply>): Script {
  return (operations, request, call) => (call === 0 ? first : allDone(operations, request, call));
}

describe('a service that asks to wait for longer than anybody does', () => {
  it.each(ENDLESS)('is not asked again, and its answer to the batch is the reason: %s', async (_, value) => {
    for (const status of [429, 503]) {
      const script = once(plainReply(status, { 'Retry-After': value }));
      const { results, ms, requests } = await send(3, script);
      expect(ms).toBe(0);
      expect(requests).toHaveLength(1);
      expect(results.map(({ outcome }) => outcome)).toEqual(Array(3).fill('not-executed'));
      expect(results[0]).toMatchObject({ reason: { code: 'not-a-batch', status }, attempts: 1 });
    }
  });

  it.each(ENDLESS)('is not asked again, and its answer to an operation stands: %s', async (_, value) => {
    const later = { status: 429, headers: { 'Retry-After': value } };
    const { results, ms, requests } = await send(2, once([later, { status: 204 }]));
    expect([ms, requests.length]).toEqual([0, 1]);
    expect(results).toMatchObject([
      { outcome: 'failed', status: 429, attempts: 1 },
      { outcome: 'succeeded', attempts: 1 },
    ]);
  });

  it.each([
    [504, 'unknown', 'cause'],
    [500, 'unknown', 'cause'],
  ] as const)('after %i leaves what may have happened %s', async (status, outcome, reason) => {
    const script = once(plainReply(status, { 'Retry-After': '9'.repeat(400) }));
    const { results, ms, requests } = await send(1, script);
    expect([ms, requests.length]).toEqual([0, 1]);
    expect(results).toMatchObject([{ outcome, [reason]: { status } }]);
  });

  it('is sent nothing more: all that was not sent has its answer as the reason', async () => {
    const script: Script = (operations, request, call) =>
      call === 1 ? plainReply(429, { 'Retry-After': '86400' }) : allDone(operations, request, call);
    const { results, requests } = await send(40, script, {
      concurrency: 1,
      batchLimits: { maxOperations: 10 },
    });
    expect(requests).toHaveLength(2);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...Array(10).fill('succeeded'),
      ...Array(30).fill('not-executed'),
    ]);
    expect(results[39]).toMatchObject({ reason: { status: 429 }, attempts: 0 });
  });

  it('does not hold up others who share the budget', async () => {
    for (const first of [
      plainReply(429, { 'Retry-After': '9'.repeat(400) }),
      [{ status: 429, headers: { 'Retry-After': '9'.repeat(400) } }],
    ]) {
      const clock = new VirtualClock(NOW);
      const budget = createBudget({}, { clock });
      const { fetch } = scriptedService(once(first));
      const options = { serviceRoot, fetch, clock, budget };
      await clock.until(sendBatch(puts(1), options));
      expect(budget.waitingFor()).toBeUndefined();
      const other = (await clock.until(sendBatch(puts(1), options))) as SentResult[];
      expect(other[0]?.outcome).toBe('succeeded');
    }
  });

  it('ends a run that is to end at the first failure', async () => {
    const first: Script = () => [{ status: 429, headers: { 'Retry-After': '86400' } }];
    const { results, requests } = await send(2, first, { continueOnError: false });
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'not-executed']);
    expect(requests).toHaveLength(1);
  });
});

describe('a service that asks to wait', () => {
  it.each([
    ['30', 30_000],
    ['0.249', 249],
    ['3600', HOUR],
    [String(NOW / 1000 + 30), 30_000],
    [String(NOW + 30_000), 30_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ])('is asked again when it says: %s', async (value, ms) => {
    const sent = await send(1, once(plainReply(429, { 'Retry-After': value })));
    expect(sent.results[0]).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    expect(sent.ms).toBe(ms);
    const single = await send(1, once([{ status: 429, headers: { 'Retry-After': value } }]));
    expect(single.results[0]).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    expect(single.ms).toBe(ms);
  });

  it.each(['-30', 'soon', ''])(
    'in words that nobody knows is asked again after a while: %j',
    async (value) => {
      const sent = await send(1, once(plainReply(429, { 'Retry-After': value })));
      expect(sent.results[0]).toMatchObject({ outcome: 'succeeded', attempts: 2 });
      expect(sent.ms).toBeLessThanOrEqual(500);
    },
  );

  it('is waited for as long as the caller says', async () => {
    const day = once(plainReply(429, { 'Retry-After': '86400' }));
    const patient = await send(1, day, { maxRetryAfterMs: 86_400_000 });
    expect([patient.results[0]?.outcome, patient.ms]).toEqual(['succeeded', 86_400_000]);
    const second = once(plainReply(429, { 'Retry-After': '1' }));
    const hasty = await send(1, second, { maxRetryAfterMs: 999 });
    expect([hasty.results[0]?.outcome, hasty.ms]).toEqual(['not-executed', 0]);
    const never = await send(1, second, { maxRetryAfterMs: 0 });
    expect(never.results[0]?.outcome).toBe('not-executed');
  });

  it('is not waited for where it is no number that there is, although the caller waits for ever', async () => {
    const tooLong = { 'Retry-After': '9'.repeat(400) };
    const forEver = { maxRetryAfterMs: Number.POSITIVE_INFINITY };
    const whole = await send(1, () => plainReply(429, tooLong), forEver);
    expect(whole.results).toMatchObject([{ outcome: 'not-executed', reason: { status: 429 } }]);
    const { results, ms } = await send(1, () => [{ status: 429, headers: tooLong }], forEver);
    expect(results).toMatchObject([{ outcome: 'failed', status: 429 }]);
    expect(ms).toBe(0);
  });

  it.each([-1, Number.NaN, '60'])('is not waited for %s milliseconds', async (maxRetryAfterMs) => {
    const call = sendBatch(puts(1), { serviceRoot, maxRetryAfterMs: maxRetryAfterMs as number });
    const error = await rejectionOf(call);
    expect(
      issuesOf(() => {
        throw error;
      }),
    ).toEqual(['options.maxRetryAfterMs: invalid-option']);
  });
});
