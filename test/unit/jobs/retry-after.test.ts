import { describe, expect, it } from 'vitest';
import type { BatchResponseError } from '../../../src/errors.ts';
import { ecwid } from '../../../src/jobs/ecwid.ts';
import type { RunOptions } from '../../../src/jobs/job.ts';
import { kibo } from '../../../src/jobs/kibo.ts';
import { runJob } from '../../../src/jobs/run-job.ts';
import { createBudget } from '../../../src/transport/budget.ts';
import type { Fetch } from '../../../src/transport/fetch.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const store = ecwid({ storeId: 1003, token: 'secret_token' });
const catalog = kibo({ baseUrl: 'https://t1-s2.sandbox.mozu.com/api', headers: {} });
const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const ENDLESS = [
  ['400 digits', '9'.repeat(400)],
  ['an epoch of next year', String(NOW / 1000 + 366 * 86_400)],
  ['an hour and a second', '3601'],
] as const;
const price = { method: 'PUT', url: '/commerce/catalog/admin/products/P1', body: {} };
const reads = [{ method: 'GET', url: '/orders/1' }];

/** Answers one request after another, the last one for ever; a number is a status, with a Retry-After. */
function answering(...answers: (object | readonly [status: number, retryAfter: string])[]) {
  const asked: { readonly at: number; readonly method: string }[] = [];
  const clock = new VirtualClock(NOW);
  const fetch: Fetch = async (_, { method }) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push({ at: clock.now() - NOW, method });
    if (!Array.isArray(answer)) return Response.json(answer);
    const [status, retryAfter] = answer as [number, string];
    return new Response('{}', { status, headers: { 'Retry-After': retryAfter } });
  };
  return { clock, asked, run: { clock, fetch, random: () => 0.5 } };
}

const done = { status: 'COMPLETED', responses: [] };

describe('a service of jobs that asks to wait for longer than anybody does', () => {
  it.each(ENDLESS)('is not given the job again, and its answer is the reason: %s', async (_, value) => {
    for (const status of [429, 503]) {
      const { clock, asked, run } = answering([status, value]);
      const error = (await rejectionOf(clock.until(runJob(store, reads, run).done))) as BatchResponseError;
      expect([asked.length, clock.now() - NOW]).toEqual([1, 0]);
      expect(error).toMatchObject({ code: 'job-refused', status });
      expect(error.results).toMatchObject([{ outcome: 'not-executed', cause: { status } }]);
    }
  });

  it('is not given a job again that it may have taken', async () => {
    const { clock, asked, run } = answering([504, '9'.repeat(400)]);
    const { results } = await clock.until(runJob(store, reads, run).done);
    expect([asked.length, clock.now() - NOW]).toEqual([1, 0]);
    expect(results).toMatchObject([
      { outcome: 'unknown', cause: { code: 'submission-unknown', cause: { status: 504 } } },
    ]);
  });

  it.each(ENDLESS)('is not asked again how far it is: %s', async (_, value) => {
    const { clock, asked, run } = answering({ ticket: 't' }, [429, value]);
    const { state, results } = await clock.until(runJob(store, reads, run).done);
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(state).toBe('unknown');
    expect(results).toMatchObject([{ outcome: 'unknown', cause: { code: 'job-refused', status: 429 } }]);
  });

  it('is not given items one by one again', async () => {
    const { clock, asked, run } = answering([429, '9'.repeat(400)]);
    const job = runJob(catalog, [price], { ...run, submit: { code: 'c', name: 'n' } });
    const error = (await rejectionOf(clock.until(job.done))) as BatchResponseError;
    expect(asked).toHaveLength(1);
    expect(error.results).toMatchObject([{ outcome: 'not-executed', cause: { status: 429 } }]);
  });

  it('does not hold up others who share the budget', async () => {
    const { clock, run } = answering([429, '9'.repeat(400)]);
    const budget = createBudget({}, { clock });
    await rejectionOf(clock.until(runJob(store, reads, { ...run, budget }).done));
    expect(budget.waitingFor()).toBeUndefined();
  });
});

describe('a service of jobs that asks to wait', () => {
  it('is asked for a job that it works on after the ceiling at the latest', async () => {
    const fetchOf = (value: string) => {
      let calls = 0;
      const fetch: Fetch = async () => {
        const answer = [{ ticket: 't' }, { status: 'IN_PROGRESS', responses: [] }, done][calls++] ?? done;
        const headers = { 'Content-Type': 'application/json', 'Retry-After': value };
        return new Response(JSON.stringify(answer), { headers });
      };
      return fetch;
    };
    const waited = async (value: string, options: RunOptions) => {
      const clock = new VirtualClock(NOW);
      const fetch = fetchOf(value);
      await clock.until(
        runJob(store, reads, { clock, fetch, random: () => 0.5, deadline: 10 * HOUR, ...options }).done,
      );
      return clock.now() - NOW;
    };
    expect(await waited('9'.repeat(400), { maxRetryAfterMs: 60_000 })).toBeLessThan(4 * 60_000);
    expect(await waited('9'.repeat(400), {})).toBeLessThan(3 * HOUR);
    expect(await waited('600', {})).toBeGreaterThanOrEqual(600_000);
  });

  it('is waited for as long as the caller says', async () => {
    const { clock, asked, run } = answering([429, '7200'], { ticket: 't' }, done);
    const options = { ...run, maxRetryAfterMs: 2 * HOUR, deadline: 10 * HOUR };
    const { state } = await clock.until(runJob(store, reads, options).done);
    expect(state).toBe('done');
    expect(asked[1]?.at).toBe(2 * HOUR);
  });

  it.each([-1, Number.NaN])('is not waited for %s milliseconds', (maxRetryAfterMs) => {
    const issues = issuesOf(() => runJob(store, reads, { maxRetryAfterMs }));
    expect(issues).toEqual(['options.maxRetryAfterMs: invalid-option']);
  });
});

describe('a service of jobs to which nothing can be sent, now or later', () => {
  const untrusted = () => {
    const cause = Object.assign(new Error('self-signed certificate'), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    return Object.assign(new TypeError('fetch failed'), { cause });
  };
  const reason = {
    code: 'not-sent',
    isPermanent: true,
    message: expect.stringContaining('its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)'),
  };

  it('is tried once', async () => {
    for (const start of [
      (options: RunOptions) => runJob(store, reads, options).done,
      (options: RunOptions) =>
        runJob(catalog, [price], {
          ...options,
          submit: { code: 'c', name: 'n' },
        }).done,
    ]) {
      const clock = new VirtualClock(NOW);
      let calls = 0;
      const fetch: Fetch = async () => {
        calls++;
        throw untrusted();
      };
      const error = (await rejectionOf(clock.until(start({ clock, fetch })))) as BatchResponseError;
      expect([calls, clock.now() - NOW]).toEqual([1, 0]);
      expect(error).toMatchObject(reason);
      expect(error.results).toMatchObject([{ outcome: 'not-executed', cause: reason }]);
    }
  });

  it('ends the waiting for a job', async () => {
    const clock = new VirtualClock(NOW);
    let calls = 0;
    const fetch: Fetch = async () => {
      if (calls++ === 0) return Response.json({ ticket: 't' });
      throw untrusted();
    };
    const { state, results } = await clock.until(runJob(store, reads, { clock, fetch }).done);
    expect([calls, state]).toEqual([2, 'unknown']);
    expect(results).toMatchObject([{ outcome: 'unknown', cause: reason }]);
  });
});
