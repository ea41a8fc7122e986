import { describe, expect, it } from 'vitest';
import { BatchSyntaxError } from '../../../src/errors.ts';
import type { JobTicket } from '../../../src/jobs/job.ts';
import { quartile } from '../../../src/jobs/quartile.ts';
import { resumeJob, runJob } from '../../../src/jobs/run-job.ts';
import { documentedExchange } from '../../doubles/documented-exchange.ts';
import { createQuartileDouble, type QuartileDoubleOptions } from '../../doubles/quartile/quartile-double.ts';
import { errorOf, issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { recordedFetch } from './recorded-fetch.ts';

interface Row {
  readonly asin: string;
  readonly countryCode: string;
  readonly percACoS: number;
}

const credentials = { subscriptionKey: '<subscription_key>', token: '<access_token>' };
const masterlist = quartile<Row>({ ...credentials, resource: 'masterlist' });

function setUp(options: Partial<QuartileDoubleOptions> = {}) {
  const clock = new VirtualClock();
  const double = createQuartileDouble({ ...credentials, clock, ...options });
  const tickets: JobTicket[] = [];
  const onTicket = (ticket: JobTicket) => {
    tickets.push(ticket);
  };
  return { clock, double, tickets, run: { fetch: double.fetch, clock, onTicket, random: () => 0.5 } };
}

function rows(count: number): Row[] {
  return Array.from({ length: count }, (_, place) => {
    return { asin: `B${place}`, countryCode: 'US', percACoS: 2.7 };
  });
}

describe('the documented exchanges', () => {
  const submit = documentedExchange('quartile', 'submit-masterlist');
  const pending = documentedExchange('quartile', 'status-pending');
  const success = documentedExchange('quartile', 'status-success');
  const asPrinted = documentedExchange('quartile', 'status-success-as-printed');
  const sentAs = ({ request }: typeof submit) => {
    const { Host: _, ...headers } = request.headers;
    const text = request.body === undefined ? '' : JSON.stringify(request.body);
    return { method: request.method, url: request.origin + request.target, headers, text };
  };

  it('are made and read as the page shows them', async () => {
    const clock = new VirtualClock();
    const answers = [submit, pending, success].map(({ response }) =>
      Response.json(response.body, { status: response.status ?? 200 }),
    );
    const { sent, fetch } = recordedFetch(...answers);
    const inputs = submit.request.body as Row[];
    const { state, results, warnings } = await clock.until(runJob(masterlist, inputs, { fetch, clock }).done);
    expect(sent.map(({ json: _, ...request }) => request)).toEqual([submit, pending, success].map(sentAs));
    expect(state).toBe('done');
    expect(warnings).toEqual([]);
    const [data] = (success.response.body as { data: object[] }).data;
    expect(results).toEqual([
      {
        index: 0,
        item: inputs[0],
        part: 0,
        outcome: 'succeeded',
        ok: true,
        value: data,
        native: { status: 'INSERT', raw: data },
      },
    ]);
  });

  it('are refused where the page forgot a comma, with the place of it', () => {
    const plan = masterlist.plan(submit.request.body as Row[], undefined);
    const { text = '', invalidAt } = asPrinted.response;
    const part = { from: 0, to: 1, state: 'submitted' } as const;
    const bytes = new TextEncoder().encode(text);
    const headers = { get: () => null } as never;
    const error = errorOf(() =>
      plan.readStatus(part, undefined, { status: 200, headers, bytes }, { now: 0, isCancelled: false }),
    );
    expect(error).toBeInstanceOf(BatchSyntaxError);
    expect(error).toMatchObject({ code: 'invalid-json', offset: invalidAt?.offset, line: invalidAt?.line });
  });

  it('lead to another path where one is given', () => {
    const plan = quartile<Row>({ ...credentials, resource: 'masterlist', path: '/batch' }).plan(
      rows(1),
      undefined,
    );
    const part = { from: 0, to: 1, state: 'prepared', id: 'b/1' } as const;
    expect(plan.encodeSubmission(part)).toMatchObject({
      method: 'PATCH',
      url: 'https://api.quartile.com/batch',
    });
    expect(plan.encodeStatus(part, undefined).url).toBe('https://api.quartile.com/amazon/v2/batch/b%2F1');
  });
});

it('an account has a key and a token, which an absent variable is not', () => {
  const made = (options: object) =>
    issuesOf(() => quartile<Row>({ ...credentials, resource: 'masterlist', ...options }));
  expect(made({ token: undefined })).toEqual(['token: invalid-option']);
  expect(made({ subscriptionKey: 5 })).toEqual(['subscriptionKey: invalid-option']);
  expect(made({ baseUrl: 'api.quartile.com' })).toEqual(['baseUrl: invalid-option']);
});

describe('rows that Quartile does not take', () => {
  it('are those that are there twice, in another part too', () => {
    const inputs = [...rows(150), { percACoS: 2.7, countryCode: 'US', asin: 'B3' }];
    expect(issuesOf(() => masterlist.plan(inputs, undefined))).toEqual(['inputs[150]: duplicate-item']);
    const keyed = quartile<Row>({ ...credentials, resource: 'masterlist', keyOf: ({ asin }) => asin });
    const twice = [rows(1)[0] as Row, { asin: 'B0', countryCode: 'DE', percACoS: 1 }];
    expect(issuesOf(() => keyed.plan(twice, undefined))).toEqual(['inputs[1]: duplicate-item']);
  });

  it('are no objects', () => {
    const inputs = [null, [1], 'row', new Map(), { a: 1n }] as unknown as Row[];
    expect(issuesOf(() => masterlist.plan(inputs, undefined))).toEqual([
      'inputs[0]: invalid-operation',
      'inputs[1]: invalid-operation',
      'inputs[2]: invalid-operation',
      'inputs[3]: body-not-encodable',
      'inputs[4]: body-not-encodable',
    ]);
  });
});

describe('a job of Quartile', () => {
  it('tells each row of 250 apart, in whatever order they come back', async () => {
    const { clock, double, run } = setUp({
      shapes: { order: 'shuffled' },
      process: ({ asin }) => ({ success: asin !== 'B101', message: `of ${asin}`, process: 'UPDATE' }),
    });
    const { state, results } = await clock.until(runJob(masterlist, rows(250), run).done);
    expect(state).toBe('done');
    expect(results.map(({ index, part }) => [index, part])).toEqual(
      rows(250).map((_, index) => [index, Math.floor(index / 100)]),
    );
    const [, second] = [results[100], results[101]];
    expect(second).toMatchObject({ outcome: 'failed', error: { code: 'UPDATE', message: 'of B101' } });
    expect(results.filter(({ ok }) => ok)).toHaveLength(249);
    expect(double.log.violations).toEqual([]);
    expect(double.log.afterFinal).toEqual([]);
  });

  it('goes by the word, not by the status', async () => {
    const { clock, run } = setUp({ shapes: { httpStatus: () => 200 } });
    const end = await clock.until(runJob(masterlist, rows(1), run).done);
    expect(end).toMatchObject({ state: 'done', results: [{ outcome: 'succeeded' }] });
    expect(end.warnings.map(({ code }) => code)).toEqual(['status-mismatch']);
  });

  it('asks on where PARTIAL comes without a list', async () => {
    const { clock, run } = setUp({
      shapes: { partialPolls: 2 },
      process: (_row, index) => ({ success: index === 0, message: '', process: 'INSERT' }),
    });
    const { state, results } = await clock.until(runJob(masterlist, rows(2), run).done);
    expect(state).toBe('done');
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed']);
  });

  it('fails every row with the detail where FAILED comes without a list', async () => {
    const { clock, run } = setUp({ failsWhole: (batch) => batch === 1 });
    const { state, results } = await clock.until(runJob(masterlist, rows(201), run).done);
    expect(state).toBe('failed');
    expect(results[99]?.outcome).toBe('succeeded');
    expect(results[100]).toMatchObject({
      outcome: 'failed',
      error: { code: 'FAILED', message: 'the batch could not be processed' },
      native: { status: 'FAILED' },
    });
    expect(results[200]?.outcome).toBe('succeeded');
  });

  it('has a list with FAILED, too', async () => {
    const { clock, run } = setUp({ process: () => ({ success: false, message: 'no', process: 'SKIP' }) });
    const { state, results } = await clock.until(runJob(masterlist, rows(2), run).done);
    expect(state).toBe('failed');
    expect(results).toMatchObject([{ error: { code: 'SKIP', message: 'no' } }, { outcome: 'failed' }]);
  });

  it('says unknown of a row that is not told of, or not for certain', async () => {
    const { clock, run } = setUp({
      shapes: {
        omits: (_row, index) => index === 0,
        echo: (row, index) => (index > 1 ? { countryCode: row.countryCode } : row),
      },
    });
    const { results, warnings } = await clock.until(runJob(masterlist, rows(4), run).done);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(warnings.map(({ code }) => code)).toEqual([]);
  });

  it('knows rows again by the key of the caller', async () => {
    const keyed = quartile<Row>({
      ...credentials,
      resource: 'masterlist',
      keyOf: ({ asin }) => asin.toLowerCase(),
    });
    const { clock, run } = setUp({
      shapes: {
        order: 'shuffled',
        echo: (row) => ({ ...row, asin: String(row.asin).toLowerCase(), percACoS: 3 }),
      },
    });
    const { results } = await clock.until(runJob(keyed, rows(5), run).done);
    expect(results.map((result) => result.ok && result.value.asin)).toEqual(['b0', 'b1', 'b2', 'b3', 'b4']);
  });

  it('says why where the key of a row that came back can not be told', async () => {
    const keyed = quartile<Row>({
      ...credentials,
      resource: 'masterlist',
      keyOf: ({ asin }) => asin.toLowerCase(),
    });
    const { clock, double, run } = setUp({
      shapes: { echo: (row, index) => (index === 0 ? {} : row) },
    });
    const { results } = await clock.until(runJob(keyed, rows(2), run).done);
    expect(results).toMatchObject([
      { outcome: 'unknown', cause: { code: 'correlation-failed', cause: { code: 'callback-failed' } } },
      { outcome: 'succeeded' },
    ]);
    expect(double.log.afterFinal).toEqual([]);
  });

  it('asks again for the list where SUCCESS comes without one, and never calls that pending', async () => {
    const clock = new VirtualClock();
    const late = recordedFetch(
      { batchId: 'b' },
      { status: 'SUCCESS' },
      { status: 'SUCCESS', data: [{ ...rows(1)[0], status: { success: true } }] },
    );
    const found = await clock.until(runJob(masterlist, rows(1), { fetch: late.fetch, clock }).done);
    expect(found).toMatchObject({ state: 'done', results: [{ outcome: 'succeeded' }] });
    const { fetch } = recordedFetch({ batchId: 'b' }, { status: 'SUCCESS', data: null });
    const never = await clock.until(runJob(masterlist, rows(1), { fetch, clock }).done);
    expect(never.results).toMatchObject([
      { outcome: 'unknown', cause: { code: 'timed-out', cause: { code: 'unexpected-answer' } } },
    ]);
  });

  it('takes a number for the same however it is written, and more fields than were sent', async () => {
    const { clock, run } = setUp({ shapes: { echo: (row) => ({ ...row, percACoS: '2.70', more: [1] }) } });
    const { results } = await clock.until(runJob(masterlist, rows(1), run).done);
    expect(results[0]?.outcome).toBe('succeeded');
  });

  it('waits for a queue that does not know the batch yet, but not for ever', async () => {
    const slow = setUp({ shapes: { notFoundPolls: 5 } });
    const end = await slow.clock.until(runJob(masterlist, rows(1), slow.run).done);
    expect(end.state).toBe('done');
    const gone = setUp({ shapes: { notFoundPolls: 6 } });
    const expired = await gone.clock.until(runJob(masterlist, rows(1), gone.run).done);
    expect(expired).toMatchObject({ state: 'expired', results: [{ cause: { code: 'job-expired' } }] });
  });

  it('waits for a word that nobody knows, and says so', async () => {
    const { clock, run } = setUp({ shapes: { word: () => 'PAUSED' } });
    const end = await clock.until(runJob(masterlist, rows(1), { ...run, deadline: 60_000 }).done);
    expect(end).toMatchObject({ state: 'unknown', results: [{ outcome: 'unknown' }] });
    expect(end.warnings).toMatchObject([
      {
        code: 'unknown-status',
        message: "Quartile's document does not have the status of the batch",
        status: 'PAUSED',
      },
    ]);
  });

  it('sends nothing again after a lost answer, unless it may', async () => {
    const trouble = ({ kind, nth }: { kind: string; nth: number }) =>
      kind === 'submit' && nth === 0 ? { afterActing: 'lose' as const } : undefined;
    const first = setUp({ trouble });
    const end = await first.clock.until(runJob(masterlist, rows(101), first.run).done);
    expect(end.state).toBe('unknown');
    expect(end.results[0]).toMatchObject({ outcome: 'unknown', cause: { code: 'submission-unknown' } });
    expect(end.results[100]?.outcome).toBe('succeeded');
    expect(first.double.log.ofKind('submit')).toHaveLength(2);

    const second = setUp({ trouble });
    const again = await second.clock.until(
      runJob(masterlist, rows(2), { ...second.run, resubmit: true }).done,
    );
    expect(again.results.every(({ ok }) => ok)).toBe(true);
    expect(second.double.log.ofKind('submit')).toHaveLength(2);
  });

  it('is unknown where the process ended while it was sent', async () => {
    const { clock, double, run, tickets } = setUp();
    runJob(masterlist, rows(2), { ...run, fetch: () => new Promise<never>(() => {}) });
    await clock.advance(0);
    const ticket = tickets.at(-1) as JobTicket;
    expect(ticket.parts[0]?.state).toBe('sending');
    const end = await clock.until(resumeJob(masterlist, ticket, rows(2), run).done);
    expect(end.results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
    expect(double.log.requests).toEqual([]);
    const again = await clock.until(resumeJob(masterlist, ticket, rows(2), { ...run, resubmit: true }).done);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });

  it('sends what was refused when it goes on from its ticket, with another token', async () => {
    const { clock, double, run } = setUp({
      trouble: ({ kind, nth }) =>
        kind === 'submit' && nth === 1 ? { insteadOfActing: { status: 401, body: {} } } : undefined,
    });
    const job = runJob(masterlist, rows(250), run);
    const { state, results } = await clock.until(job.done);
    expect(state).toBe('failed');
    expect(results[100]).toMatchObject({
      outcome: 'not-executed',
      cause: { code: 'job-refused', status: 401 },
    });
    expect(job.ticket.parts.map((part) => part.state)).toEqual(['finished', 'prepared', 'prepared']);
    double.forgetClient();
    const end = await clock.until(resumeJob(masterlist, job.ticket, rows(250), run).done);
    expect(end.results.every(({ ok }) => ok)).toBe(true);
  });

  it('can not be cancelled, but sends no further part', async () => {
    const { clock, double, run } = setUp();
    const job = runJob(masterlist, rows(250), run);
    await clock.until(job.started);
    expect(await rejectionOf(job.cancel())).toMatchObject({ code: 'cancel-not-supported' });
    const { results } = await clock.until(job.done);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...rows(100).map(() => 'succeeded'),
      ...rows(150).map(() => 'cancelled'),
    ]);
    expect(double.log.ofKind('submit')).toHaveLength(1);
    // Nor does whoever goes on from its ticket.
    double.forgetClient();
    const again = await clock.until(resumeJob(masterlist, job.ticket, rows(250), run).done);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(results.map(({ outcome }) => outcome));
    expect(double.log.ofKind('submit')).toHaveLength(1);
  });

  it('keeps no credentials in its ticket, nor in errors', async () => {
    const { clock, run, tickets } = setUp({ token: 'another' });
    const error = await rejectionOf(clock.until(runJob(masterlist, rows(1), run).done));
    expect(error).toMatchObject({ code: 'job-refused' });
    for (const text of [String(error), JSON.stringify(tickets)]) {
      expect(text).not.toContain('<access_token>');
      expect(text).not.toContain('<subscription_key>');
    }
  });
});
