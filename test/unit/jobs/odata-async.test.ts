import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import type { JobTicket } from '../../../src/jobs/job.ts';
import { odataAsync } from '../../../src/jobs/odata-async.ts';
import { resumeJob, runJob } from '../../../src/jobs/run-job.ts';
import { createODataDouble, type ODataDoubleOptions } from '../../doubles/odata/odata-double.ts';
import { errorOf, issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { recordedFetch } from './recorded-fetch.ts';

const url = 'https://odata.example/service/$batch';
const service = odataAsync({
  url,
  headers: { Authorization: 'Bearer secret', Prefer: 'odata.maxpagesize=5' },
});

function setUp(options: ODataDoubleOptions = {}) {
  const clock = new VirtualClock();
  const double = createODataDouble({ clock, ...options });
  const tickets: JobTicket[] = [];
  const onTicket = (ticket: JobTicket) => {
    tickets.push(ticket);
  };
  return { clock, double, tickets, run: { fetch: double.fetch, clock, onTicket, random: () => 0.5 } };
}

function creates(count: number): Operation[] {
  return Array.from({ length: count }, (_, place) => {
    return { method: 'POST', url: `Reports${place}`, body: { place } };
  });
}

const respond: ODataDoubleOptions['respond'] = (_method, path, body) =>
  path === 'Reports1'
    ? { status: 409, body: { error: { code: 'E1', message: 'there is one' } } }
    : { status: 201, body: JSON.parse(body) };

describe.each(['multipart', 'json'] as const)('an asynchronous batch in %s', (format) => {
  const writing = odataAsync({ url, format });

  it.each(['application/http', 'async-result'] as const)(
    'is answered by its monitor, as %s (A-01 to A-03)',
    async (form) => {
      const { clock, double, run } = setUp({ form, respond });
      const job = runJob(writing, creates(3), { ...run, submit: { continueOnError: true } });
      const ticket = await clock.until(job.started);
      expect(ticket.parts[0]).toMatchObject({
        state: 'submitted',
        id: 'https://odata.example/service/monitors/0',
      });
      const { state, results } = await clock.until(job.done);
      expect(state).toBe('done');
      expect(results).toMatchObject([
        { index: 0, id: '1', outcome: 'succeeded', status: 201, value: { place: 0 } },
        { index: 1, outcome: 'failed', status: 409, error: { code: 'E1', message: 'there is one' } },
        { index: 2, outcome: 'succeeded', native: { status: '201 Created' } },
      ]);
      expect(double.log.violations).toEqual([]);
      expect(double.log.afterFinal).toEqual([]);
    },
  );

  it('stops at the first failure where it was told to', async () => {
    const { clock, run } = setUp({ respond });
    const job = runJob(writing, creates(3), { ...run, submit: { continueOnError: false } });
    const { results } = await clock.until(job.done);
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'not-executed']);
  });
});

describe('an asynchronous batch', () => {
  it('is sent with respond-async, and asked for with the credentials', async () => {
    const { clock, double, run } = setUp({ retryAfter: 20 });
    const begun = clock.now();
    await clock.until(runJob(service, creates(1), { ...run, submit: { wait: 3 } }).done);
    const [create, status] = double.log.requests;
    expect(create?.headers.prefer).toBe('odata.maxpagesize=5, respond-async, wait=3');
    expect(status?.headers).toEqual({ authorization: 'Bearer secret', accept: 'application/http' });
    expect(clock.now() - begun).toBeGreaterThanOrEqual(20_000);
    expect(double.log.early).toEqual([]);
  });

  it.each([{ forgets: false }, { forgets: true }])(
    'is answered part by part (A-04), %j',
    async ({ forgets }) => {
      const { clock, double, run } = setUp({
        parts: [1, 2],
        forgets,
        respond: (_m, path) => ({ status: 200, body: { path } }),
      });
      const seen: number[] = [];
      const onProgress = ({ settled }: { settled: number }) => seen.push(settled);
      const { results } = await clock.until(runJob(service, creates(5), { ...run, onProgress }).done);
      expect(results.map((result) => result.ok && result.value)).toEqual(
        creates(5).map(({ url: path }) => ({ path })),
      );
      expect(seen).toContain(1);
      expect(seen).toContain(3);
      expect(double.log.executions).toHaveLength(5);
      expect(double.log.afterFinal).toEqual([]);
    },
  );

  it.each([
    [false, ['succeeded', 'succeeded', 'succeeded']],
    [true, ['unknown', 'succeeded', 'succeeded']],
  ])('goes on in another process between two parts; monitors forget: %j', async (forgets, outcomes) => {
    const { clock, double, run, tickets } = setUp({ parts: [1], forgets });
    const controller = new AbortController();
    const job = runJob(service, creates(3), { ...run, signal: controller.signal });
    while (tickets.at(-1)?.parts[0]?.next === undefined) await clock.advance(1000);
    controller.abort();
    await rejectionOf(job.done);
    double.forgetClient();
    const end = await clock.until(resumeJob(service, tickets.at(-1) as JobTicket, creates(3), run).done);
    expect(end.results.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(double.log.executions).toHaveLength(3);
  });

  it('may be answered at once', async () => {
    const text = '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n--b--\r\n';
    const response = new Response(text, { headers: { 'Content-Type': 'multipart/mixed; boundary=b' } });
    const { sent, fetch } = recordedFetch(response);
    const { state, results } = await runJob(service, creates(1), { fetch }).done;
    expect(state).toBe('done');
    expect(results).toMatchObject([{ outcome: 'succeeded', status: 204, value: undefined }]);
    expect(sent).toHaveLength(1);
  });

  it('that was answered at once leaves another process nothing to ask', async () => {
    const text = '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n--b--\r\n';
    const response = new Response(text, { headers: { 'Content-Type': 'multipart/mixed; boundary=b' } });
    const { sent, fetch } = recordedFetch(response);
    const job = runJob(service, creates(1), { fetch });
    await job.done;
    const { state, results } = await resumeJob(service, job.ticket, creates(1), { fetch }).done;
    expect(state).toBe('expired');
    expect(results).toMatchObject([{ outcome: 'unknown', cause: { code: 'job-expired' } }]);
    expect(sent).toHaveLength(1);
  });

  it.each(['multipart', 'json'] as const)('has as many answers as operations, in %s', async (format) => {
    const inputs = Array.from({ length: 10_001 }, () => ({ method: 'DELETE', url: 'A' }));
    const part = '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n';
    const responses = inputs.map((_, place) => ({ id: String(place + 1), status: 204 }));
    const answers = {
      multipart: new Response(`${part.repeat(inputs.length)}--b--`, {
        headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
      }),
      json: Response.json({ responses }),
    };
    const { fetch } = recordedFetch(answers[format]);
    const { results } = await runJob(odataAsync({ url, format }), inputs, { fetch, deadline: 60_000 }).done;
    expect(results.every(({ ok }) => ok)).toBe(true);
  });

  it('asks its monitor with fields of one name in one', async () => {
    const { clock, double, run } = setUp();
    const headers: [string, string][] = [
      ['X-Trace', 'a'],
      ['x-trace', 'b'],
    ];
    await clock.until(runJob(odataAsync({ url, headers }), creates(1), run).done);
    expect(double.log.requests.map((request) => request.headers['x-trace'])).toEqual(
      double.log.requests.map(() => 'a, b'),
    );
  });

  it('does not follow a monitor to another origin', async () => {
    const { clock, double, run } = setUp({ monitorUrl: (path) => `https://evil.example${path}` });
    const end = await clock.until(runJob(service, creates(2), run).done);
    expect(end.results).toMatchObject([
      { outcome: 'unknown', cause: { code: 'foreign-url' } },
      { outcome: 'unknown' },
    ]);
    expect(double.log.requests).toHaveLength(1);
  });

  it('follows a monitor whose URL is relative', async () => {
    const { clock, run } = setUp({ monitorUrl: (path) => path });
    const end = await clock.until(runJob(service, creates(2), run).done);
    expect(end.results.every(({ ok }) => ok)).toBe(true);
  });

  it('is cancelled by deleting its monitor', async () => {
    const { clock, double, run } = setUp({ parts: [1] });
    const job = runJob(service, creates(3), run);
    await clock.advance(8000);
    await clock.until(job.cancel());
    const { state, results } = await clock.until(job.done);
    expect(state).toBe('cancelled');
    expect(results).toMatchObject([
      { outcome: 'succeeded' },
      { outcome: 'unknown', cause: { code: 'job-cancelled' } },
      { outcome: 'unknown' },
    ]);
    expect(double.log.ofKind('cancel')).toHaveLength(1);
    expect(double.log.afterFinal).toEqual([]);
  });

  it('goes on where nothing can be cancelled', async () => {
    const { clock, run } = setUp({ canCancel: false });
    const job = runJob(service, creates(2), run);
    await clock.until(job.started);
    expect(await rejectionOf(clock.until(job.cancel()))).toMatchObject({ code: 'job-refused', status: 405 });
    expect((await clock.until(job.done)).results.every(({ ok }) => ok)).toBe(true);
  });

  it.each([
    [400, 'not-executed'],
    [500, 'unknown'],
  ])('that is refused with %i in the end is %s', async (status, outcome) => {
    const { clock, double, run } = setUp({
      refusal: { status, body: { error: { code: 'X', message: 'no' } } },
    });
    const end = await clock.until(runJob(service, creates(2), run).done);
    expect(end).toMatchObject({ state: 'failed', results: [{ outcome, cause: { status } }, { outcome }] });
    expect(double.log.afterFinal).toEqual([]);
  });

  it('takes operations alone', () => {
    const plan = (input: unknown, submit = {}) => issuesOf(() => service.plan([input as Operation], submit));
    expect(plan([{ method: 'GET', url: 'A' }])).toEqual(['inputs[0]: not-expressible']);
    expect(plan({ method: 'GET', url: 'A', schema: {} })).toEqual(['inputs[0].schema: not-expressible']);
    expect(plan({ method: 'GET', url: 'A' }, { wait: -1 })).toEqual(['submit.wait: invalid-option']);
    expect(plan({ method: 'GET', url: 'A' }, { continueOnEror: true })).toEqual([
      'submit.continueOnEror: unknown-option',
    ]);
    expect(plan({ method: 'GET', url: 'A' }, null as never)).toEqual(['submit: invalid-option']);
    expect(plan({ method: 'get', url: 'A' })).toEqual(['batch[0].method: lower-case-method']);
    expect(errorOf(() => odataAsync({ url: '/$batch' }))).toMatchObject({ code: 'invalid-url' });
  });

  it('sends nothing without operations', async () => {
    const { sent, fetch } = recordedFetch();
    expect((await runJob(service, [], { fetch }).done).results).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('keeps no credentials in its ticket', async () => {
    const { clock, run, tickets } = setUp();
    await clock.until(runJob(service, creates(1), run).done);
    expect(JSON.stringify(tickets)).not.toContain('secret');
  });
});
