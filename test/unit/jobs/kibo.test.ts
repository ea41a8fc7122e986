import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import type { JobTicket } from '../../../src/jobs/job.ts';
import { type KiboOptions, kibo } from '../../../src/jobs/kibo.ts';
import { callService, resumeJob, runJob } from '../../../src/jobs/run-job.ts';
import { documentedExchange } from '../../doubles/documented-exchange.ts';
import { createKiboDouble, type KiboDoubleOptions } from '../../doubles/kibo/kibo-double.ts';
import type { TroubleScript } from '../../doubles/trouble.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { recordedFetch } from './recorded-fetch.ts';

const baseUrl = 'https://t1234-s5678.sandbox.mozu.com/api';
const catalog = kibo({ baseUrl });
const submit = { code: 'batch_job_1', name: 'Example Job' };

function setUp(options: KiboDoubleOptions = {}) {
  const clock = new VirtualClock();
  const double = createKiboDouble({ clock, ...options });
  const tickets: JobTicket[] = [];
  const onTicket = (ticket: JobTicket) => {
    tickets.push(ticket);
  };
  return { clock, double, tickets, run: { fetch: double.fetch, clock, onTicket, random: () => 0.5 }, submit };
}

function products(count: number): Operation[] {
  return Array.from({ length: count }, (_, place) => {
    return { method: 'POST', url: '/commerce/catalog/admin/products/', body: { productCode: `P${place}` } };
  });
}

const lose =
  (kind: string, nth = 0): TroubleScript =>
  (asked) =>
    asked.kind === kind && asked.nth === nth ? { afterActing: 'lose' } : undefined;

describe('the documented exchanges', () => {
  const sentAs = (name: string) => {
    const { request } = documentedExchange('kibo', name);
    const text = request.body === undefined ? '' : JSON.stringify(request.body);
    return { method: request.method, url: request.origin + request.target, headers: request.headers, text };
  };
  const plan = catalog.plan(
    products(1).map((one) => ({ ...one, body: { productCode: 'P1' } })),
    {
      ...submit,
      scheduledDate: null,
      status: 'Ready',
    },
  );
  const part = { from: 0, to: 1, state: 'sending' } as const;
  const textOf = ({ body, ...request }: { body?: Uint8Array | undefined }) => {
    return { ...request, text: body === undefined ? '' : new TextDecoder().decode(body) };
  };

  it('create a job, add a product, and start', () => {
    expect(textOf(plan.encodeSubmission(part))).toEqual(sentAs('create-job'));
    expect(textOf(plan.itemwise?.encodeItem(part, 0) ?? {})).toEqual(sentAs('add-product'));
    expect(textOf(plan.itemwise?.encodeStart(part) ?? {})).toEqual(sentAs('start-job'));
    expect(textOf(plan.encodeStatus(part, undefined))).toEqual(sentAs('get-job'));
    expect(textOf(catalog.action('batch_job_1', 'reset').request)).toEqual(sentAs('reset-job'));
  });

  it('ask for the items of a status and a resource', () => {
    const { request } = catalog.items('batch_job_1', {
      processingStatus: 'Completed',
      resourceType: 'Products',
    });
    const documented = sentAs('get-items');
    expect(request.method).toBe(documented.method);
    expect(request.url.startsWith(`${documented.url}&`)).toBe(true);
    expect(request.body).toBeUndefined();
  });

  it('rename a job', async () => {
    const { sent, fetch } = recordedFetch(
      documentedExchange('kibo', 'get-job').response.body as object,
      documentedExchange('kibo', 'rename-job').response.body as object,
    );
    const renamed = await callService(catalog, catalog.rename('batch_job_1', 'Another name'), { fetch });
    expect(renamed.jobName).toBe('Another name');
    const { json: _, ...last } = sent[1] ?? {};
    expect(last).toEqual(sentAs('rename-job'));
  });

  it('have the fields of the caller, but say themselves what their bodies are', () => {
    const headers: [string, string][] = [
      ['content-type', 'text/plain'],
      ['X-Vol-Site', '1'],
      ['x-vol-site', '2'],
    ];
    const other = kibo({ baseUrl, headers });
    expect(other.action('a', 'cancel').request.headers).toEqual({
      'X-Vol-Site': '1, 2',
      'Content-Type': 'application/json',
    });
    expect(other.items('a').request.headers).toEqual({ 'X-Vol-Site': '1, 2' });
  });

  it('have other words in the schema', () => {
    const other = kibo({ baseUrl, spelling: 'openapi' });
    const schema = other.plan(products(1), submit);
    expect(JSON.parse(textOf(schema.encodeSubmission(part)).text)).toEqual({
      code: 'batch_job_1',
      name: 'Example Job',
      domain: 'Catalog',
    });
    expect(textOf(other.action('a', 'cancel').request).text).toBe('{"action":"Cancel"}');
  });
});

describe('what Kibo takes in a job', () => {
  const plan = (method: string, url: string, options: Partial<KiboOptions> = {}) => {
    const body = method === 'DELETE' || method === 'GET' ? {} : { body: { productCode: 'P' } };
    const service = kibo({ baseUrl, ...options });
    const at = url.startsWith('/') ? url : `/commerce/catalog/admin/${url}`;
    try {
      service.plan([{ method, url: at, ...body }], submit);
      return [];
    } catch {
      return issuesOf(() => service.plan([{ method, url: at, ...body }], submit));
    }
  };
  const notBatchable = ['inputs[0].url: not-batchable'];

  it.each<[string, string, boolean]>([
    ['POST', 'products', true],
    ['POST', 'products/', true],
    ['POST', 'products?responseFields=productCode', true],
    ['PUT', 'products/P1', true],
    ['DELETE', 'products/P1', true],
    ['POST', 'products/P1/Properties', true],
    ['PUT', 'products/P1/Properties/tenant~color', true],
    ['DELETE', 'products/P1/Properties/tenant~color', true],
    ['POST', 'pricelists/bulkaddentries', true],
    ['POST', 'pricelists/bulkupdateentries', true],
    ['POST', 'pricelists/bulkdeleteentries', true],
    ['POST', 'pricelists', false],
    ['PUT', 'pricelists/spring', false],
    ['DELETE', 'pricelists/spring', false],
    ['POST', 'pricelists/spring/entries', false],
    ['PUT', 'pricelists/spring/entries/P1/USD', false],
  ])('%s %s', (method, url, isInSchema) => {
    expect(plan(method, url)).toEqual([]);
    expect(plan(method, url, { spelling: 'openapi' })).toEqual(isInSchema ? [] : notBatchable);
  });

  it.each<[string, string]>([
    ['PUT', 'products'],
    ['POST', 'products/P1'],
    ['POST', 'categories'],
    ['PUT', 'products/P1/LocationInventory'],
    ['POST', '/commerce/orders'],
  ])('not %s %s', (method, url) => {
    expect(plan(method, url)).toEqual(notBatchable);
  });

  it('not reads, nor what leads elsewhere', () => {
    expect(plan('GET', 'products/P1')).toEqual(['inputs[0].method: not-batchable']);
    expect(plan('POST', 'products?batchJobCode=x')).toEqual(['inputs[0].url: invalid-url']);
    const elsewhere = {
      method: 'DELETE',
      url: 'https://evil.example/api/commerce/catalog/admin/products/P1',
    };
    expect(issuesOf(() => catalog.plan([elsewhere], submit))).toEqual([
      'inputs[0].url: url-outside-service-root',
    ]);
  });

  it('and what the caller allows', () => {
    const allow = ['POST /commerce/catalog/admin/categories', 'PUT /commerce/catalog/admin/categories/*'];
    expect(plan('POST', 'categories', { allow })).toEqual([]);
    expect(plan('PUT', 'categories/7', { allow })).toEqual([]);
    expect(plan('DELETE', 'categories/7', { allow })).toEqual(notBatchable);
  });

  it('with a date whose offset is known', () => {
    const at = (scheduledDate: string) => () => catalog.plan(products(1), { ...submit, scheduledDate });
    expect(issuesOf(at('2026-01-01T02:00:00'))).toEqual(['submit.scheduledDate: invalid-option']);
    expect(issuesOf(at('2026-13-01T02:00:00Z'))).toEqual(['submit.scheduledDate: invalid-option']);
    expect(issuesOf(at('2026-02-30T02:00:00Z'))).toEqual(['submit.scheduledDate: invalid-option']);
    expect(at('2028-02-29T23:00:00-11:00')().scheduledAt).toBe(Date.UTC(2028, 2, 1, 10));
    expect(at('2026-01-01T02:00:00+02:00')().scheduledAt).toBe(Date.UTC(2026, 0, 1));
    expect(issuesOf(() => catalog.plan([], { code: 'a b', name: '' }))).toEqual([
      'submit.code: invalid-option',
      'submit.name: invalid-option',
    ]);
    for (const url of ['ftp://a', 'https://a/?b', undefined as unknown as string]) {
      expect(issuesOf(() => kibo({ baseUrl: url }))).toEqual(['baseUrl: invalid-option']);
    }
    expect(issuesOf(() => catalog.action('a', 'begin' as 'start'))).toEqual(['action: invalid-option']);
  });

  it("with its code behind the caller's own query, and the path as it is", () => {
    const url = '/commerce/catalog/admin/products/?responseFields=a%2Cb';
    const { itemwise } = catalog.plan([{ method: 'POST', url, body: {} }], submit);
    expect(itemwise?.encodeItem({ from: 0, to: 1, state: 'sending' }, 0).url).toBe(
      `${baseUrl}${url}&batchJobCode=batch_job_1`,
    );
  });
});

describe.each(['docs', 'openapi'] as const)('a job of Kibo, in the words of the %s', (spelling) => {
  const service = kibo({ baseUrl, spelling });

  it('is created, filled, started, and read when it is over', async () => {
    const { clock, double, run, tickets } = setUp({
      spelling,
      process: ({ key }) => (key === 'P1' ? 'ValidationFailed' : key === 'P2' ? 'Failed' : 'Completed'),
      shapes: { order: 'shuffled', maxPageSize: 2, countsOnlyWhenAsked: true },
    });
    const { state, results, warnings } = await clock.until(
      runJob(service, products(7), { ...run, submit }).done,
    );
    expect(state).toBe('done');
    expect(warnings).toEqual([]);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'failed',
      'failed',
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
    expect(results[1]).toMatchObject({
      status: 404,
      error: { code: 'ITEM_NOT_FOUND', message: 'P1 could not be found' },
      native: { status: 'ValidationFailed', raw: { retryCount: 2 } },
    });
    expect(double.log.violations).toEqual([]);
    expect(double.log.afterFinal).toEqual([]);
    expect(double.log.requests.map(({ kind }) => kind).slice(0, 9)).toEqual([
      'create',
      ...products(7).map(() => 'operation'),
      'start',
    ]);
    expect(tickets.map(({ parts: [part] }) => `${part?.state} ${part?.accepted}`)).toEqual([
      'sending 0',
      'sending 0',
      ...products(7).map((_, place) => `sending ${place + 1}`),
      'submitted 7',
      'started 7',
      'finished 7',
    ]);
  });

  it('is cancelled', async () => {
    const { clock, double, run } = setUp({ spelling, itemTime: 1000 });
    const job = runJob(service, products(20), { ...run, submit });
    await clock.until(job.started);
    await clock.advance(5500);
    await clock.until(job.cancel());
    const { state, results } = await clock.until(job.done);
    expect(state).toBe('cancelled');
    const done = double.log.executions.length;
    expect(results.map(({ outcome }) => outcome)).toEqual(
      products(20).map((_, place) => (place < done ? 'succeeded' : 'cancelled')),
    );
  });
});

describe('a scheduled job of Kibo', () => {
  const scheduledDate = '2026-01-01T22:00:00Z';

  it('is started, then waits for its date, and is asked no more than once before', async () => {
    const { clock, double, run } = setUp();
    const job = runJob(catalog, products(2), { ...run, submit: { ...submit, scheduledDate } });
    await clock.advance(3_600_000);
    expect(job.state).toBe('scheduled');
    expect(double.log.ofKind('start')).toHaveLength(1);
    expect(double.log.ofKind('status')).toHaveLength(1);
    const { state, warnings } = await clock.until(job.done);
    expect(state).toBe('done');
    expect(warnings).toEqual([]);
    expect(clock.now()).toBeGreaterThan(Date.parse(scheduledDate));
    expect(double.log.ofKind('status').length).toBeLessThan(4);
  });

  it('waits for its date where the first question was not answered, too', async () => {
    const { clock, double, run } = setUp({
      trouble: ({ kind, nth }) => (kind === 'status' && nth < 3 ? { insteadOfActing: 'lose' } : undefined),
    });
    const job = runJob(catalog, products(2), { ...run, submit: { ...submit, scheduledDate } });
    const { state } = await clock.until(job.done);
    expect(state).toBe('done');
    expect(double.log.ofKind('status').length).toBeLessThan(7);
  });

  it('is warned of where Kibo begins at once', async () => {
    const { clock, run } = setUp({ ignoresSchedule: true });
    const { state, warnings } = await clock.until(
      runJob(catalog, products(2), { ...run, submit: { ...submit, scheduledDate } }).done,
    );
    expect(state).toBe('done');
    expect(warnings.map(({ code }) => code)).toEqual(['schedule-not-honoured']);
    expect(clock.now()).toBeLessThan(Date.parse(scheduledDate));
  });

  it('has its deadline counted from the date, also a month ahead', async () => {
    const { clock, run } = setUp({ itemTime: 60_000 });
    const later = '2026-03-01T00:00:00+00:00';
    const job = runJob(catalog, products(9), {
      ...run,
      submit: { ...submit, scheduledDate: later },
      deadline: 90_000,
    });
    const { state, results } = await clock.until(job.done);
    expect(clock.now()).toBe(Date.parse(later) + 90_000);
    expect(state).toBe('queued');
    expect(results.every(({ outcome }) => outcome === 'pending')).toBe(true);
  });

  it('is read by another process next morning', async () => {
    const { clock, double, run, tickets } = setUp();
    const controller = new AbortController();
    const signal = controller.signal;
    const job = runJob(catalog, products(2), { ...run, submit: { ...submit, scheduledDate }, signal });
    await clock.until(job.started);
    controller.abort();
    const ticket = JSON.parse(JSON.stringify(tickets.at(-1)));
    expect(ticket.parts[0].state).toBe('started');
    await clock.advance(86_400_000);
    const { results } = await clock.until(resumeJob(catalog, ticket, products(2), run).done);
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(double.log.ofKind('create')).toHaveLength(1);
    expect(double.log.ofKind('start')).toHaveLength(1);
  });
});

describe('a submission to Kibo that fails midway', () => {
  const refuses: TroubleScript = ({ kind, nth }) =>
    kind === 'operation' && nth === 1
      ? { insteadOfActing: { status: 400, body: { errorCode: 'BAD', message: 'no' } } }
      : undefined;

  it('sends no start, and leaves job and ticket', async () => {
    const { clock, double, run } = setUp({ trouble: refuses });
    const job = runJob(catalog, products(3), { ...run, submit });
    const { state, results } = await clock.until(job.done);
    expect(state).toBe('failed');
    expect(results).toMatchObject([
      { outcome: 'not-executed', cause: { code: 'submission-incomplete' } },
      { outcome: 'failed', status: 400, error: { code: 'BAD', message: 'no' } },
      { outcome: 'not-executed' },
    ]);
    expect(double.log.requests.map(({ kind }) => kind)).toEqual(['create', 'operation', 'operation']);
    expect(job.ticket.parts[0]).toMatchObject({ state: 'sending', id: 'batch_job_1', accepted: 1 });
  });

  it('cancels the job where it is told to', async () => {
    const service = kibo({ baseUrl, onSubmitFailure: 'cancel' });
    const { clock, double, run } = setUp({ trouble: refuses });
    const { state, results } = await clock.until(runJob(service, products(3), { ...run, submit }).done);
    expect(state).toBe('cancelled');
    expect(results.map(({ outcome }) => outcome)).toEqual(['not-executed', 'failed', 'not-executed']);
    expect(double.log.requests.map(({ kind }) => kind)).toEqual([
      'create',
      'operation',
      'operation',
      'cancel',
    ]);
  });

  it('looks at the items after a lost answer, and sends what is missing once', async () => {
    const { clock, double, run } = setUp({
      trouble: ({ kind, nth }) => {
        if (kind !== 'operation') return undefined;
        return nth === 0 ? { afterActing: 'lose' } : nth === 1 ? { insteadOfActing: 'lose' } : undefined;
      },
    });
    const { results } = await clock.until(runJob(catalog, products(3), { ...run, submit }).done);
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(double.log.executions.map(({ what }) => what)).toEqual(
      products(3).map(({ body }) => `POST /api/commerce/catalog/admin/products/ ${JSON.stringify(body)}`),
    );
  });

  it('is not started where an item is in the job twice', async () => {
    const { clock, double, run } = setUp({
      // Late: it arrives after the items were looked at and the item was sent again.
      trouble: ({ kind, nth }) => (kind === 'operation' && nth === 0 ? { delayBefore: 100_500 } : undefined),
    });
    const { state, results } = await clock.until(
      runJob(catalog, products(400), { ...run, submit, fetch: slowed(double.fetch, clock) }).done,
    );
    expect(state).toBe('failed');
    expect(results.every(({ outcome }) => outcome === 'not-executed')).toBe(true);
    expect(double.log.ofKind('start')).toEqual([]);
    expect(double.log.executions).toEqual([]);
  });

  it.each(['create', 'start'])(
    'finds out whether it happened where the answer to %s is lost',
    async (kind) => {
      const { clock, double, run } = setUp({ trouble: lose(kind) });
      const { state, results } = await clock.until(runJob(catalog, products(2), { ...run, submit }).done);
      expect(state).toBe('done');
      expect(results.every(({ ok }) => ok)).toBe(true);
      expect(double.log.executions).toHaveLength(2);
      expect(double.log.violations).toEqual([]);
    },
  );

  it.each(['create', 'operation', 'start'])('waits as long as %s asks for after a failure', async (kind) => {
    const { clock, double, run } = setUp({
      trouble: (asked) =>
        asked.kind === kind && asked.nth === 0
          ? { insteadOfActing: { status: 500, body: {}, headers: { 'Retry-After': '40' } } }
          : undefined,
    });
    const begun = clock.now();
    await clock.until(runJob(catalog, products(2), { ...run, submit }).done);
    expect(double.log.ofKind(kind)[1]?.at).toBe(begun + 40_000);
  });

  it('does not touch a job that was there before', async () => {
    const { clock, double, run } = setUp();
    await clock.until(runJob(catalog, products(1), { ...run, submit }).done);
    const again = runJob(catalog, products(1), { ...run, submit });
    await expect(clock.until(again.done)).rejects.toMatchObject({ code: 'job-refused', status: 409 });
    expect(double.log.executions).toHaveLength(1);
  });

  it('does not take a job that was there before for its own, resumed from its ticket', async () => {
    const { clock, double, run, tickets } = setUp({ itemTime: 60_000 });
    await clock.until(runJob(catalog, products(1), { ...run, submit, deadline: 1 }).done);
    const inputs: Operation[] = [{ method: 'DELETE', url: '/commerce/catalog/admin/products/P9' }];
    const refused = runJob(catalog, inputs, { ...run, submit });
    await expect(clock.until(refused.done)).rejects.toMatchObject({ status: 409 });
    const resumed = resumeJob(catalog, tickets.at(-1) as JobTicket, inputs, run);
    await expect(clock.until(resumed.done)).rejects.toMatchObject({ status: 409 });
    expect(double.log.ofKind('operation')).toHaveLength(1);
  });

  it('puts nothing into a job that has items of others', async () => {
    const foreign = { processingStatus: 'Waiting', httpMethod: 'DELETE', itemKey: 'X1' };
    const { sent, fetch } = recordedFetch((request) =>
      request.url.includes('/items?')
        ? { items: [foreign], totalCount: 1 }
        : { code: 'batch_job_1', status: 'Ready' },
    );
    const clock = new VirtualClock();
    // The process ended before its first request, with a code that somebody else has.
    const lost = runJob(catalog, products(1), { clock, submit, fetch: () => new Promise<never>(() => {}) });
    await clock.advance(0);
    const end = await clock.until(resumeJob(catalog, lost.ticket, products(1), { fetch, clock }).done);
    expect(end).toMatchObject({
      state: 'failed',
      results: [{ outcome: 'not-executed', cause: { code: 'submission-incomplete' } }],
    });
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('is not filled where what answers is no Kibo', async () => {
    const { sent, fetch } = recordedFetch(() => new Response('<html>Sign in</html>'));
    const clock = new VirtualClock();
    const end = await clock.until(runJob(catalog, products(2), { fetch, clock, submit }).done);
    expect(end.results).toMatchObject([{ outcome: 'not-executed' }, { outcome: 'not-executed' }]);
    expect(sent.every(({ url }) => url.startsWith(`${baseUrl}/platform/`))).toBe(true);
  });

  it('is cancelled while it is filled', async () => {
    const { clock, double, run } = setUp();
    const job = runJob(catalog, products(50), { ...run, submit, fetch: slowed(double.fetch, clock) });
    await clock.advance(10_000);
    await clock.until(job.cancel());
    const { state, results } = await clock.until(job.done);
    expect(state).toBe('cancelled');
    expect(results.every(({ outcome }) => outcome === 'cancelled')).toBe(true);
    expect(double.log.ofKind('cancel')).toHaveLength(1);
    expect(double.log.ofKind('start')).toEqual([]);
  });
});

describe('items that are not over', () => {
  it('are pending where the job is over before them', async () => {
    const { clock, run } = setUp({
      shapes: { item: ({ index }) => ({ processingStatus: ['Waiting', 'Running', 'Paused'][index] }) },
    });
    const { results, warnings } = await clock.until(runJob(catalog, products(3), { ...run, submit }).done);
    expect(results.map(({ outcome }) => outcome)).toEqual(['pending', 'pending', 'unknown']);
    expect(warnings.map(({ code, index }) => [code, index])).toEqual([
      ['unfinished-item', 0],
      ['unfinished-item', 1],
    ]);
  });
});

describe('an item of which Kibo says nothing', () => {
  it('is unknown, with a warning of its own', async () => {
    const clock = new VirtualClock();
    let asked = 0;
    const { fetch } = recordedFetch((request) => {
      if (!request.url.includes('/items?'))
        return { code: submit.code, status: asked++ > 3 ? 'Completed' : 'Ready' };
      return { items: [{ processingStatus: 'Completed', itemKey: 'P0' }], totalCount: 1 };
    });
    const { results, warnings } = await clock.until(
      runJob(catalog, products(2), { fetch, clock, submit }).done,
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'unknown']);
    expect(warnings).toMatchObject([{ code: 'result-missing', index: 1 }]);
  });
});

describe('a job without what Kibo has to be told', () => {
  it('is refused with the names of it', async () => {
    const run = runJob as (...given: readonly unknown[]) => { readonly done: Promise<unknown> };
    expect(await rejectionOf(run(catalog, products(1)).done)).toMatchObject({
      name: 'BatchUsageError',
      code: 'invalid-option',
      message: expect.stringContaining('code, name, scheduledDate, status, domain'),
    });
  });
});

describe('several updates of the same thing', () => {
  const updates = [1, 2].map((price) => {
    return { method: 'PUT', url: '/commerce/catalog/admin/products/P1', body: { price } };
  });

  it('are sent one after another even where several go at once', async () => {
    const { clock, double, run } = setUp();
    const inputs = [...updates, ...products(3)];
    const { results } = await clock.until(runJob(catalog, inputs, { ...run, submit, concurrency: 4 }).done);
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(double.log.executions.slice(0, 2).map(({ what }) => what)).toEqual(
      updates.map(({ url, body }) => `PUT /api${url} ${JSON.stringify(body)}`),
    );
  });

  it('are unknown where they ended differently', async () => {
    const { clock, run } = setUp({
      process: ({ body }) => ((body as { price: number }).price === 1 ? 'Failed' : 'Completed'),
    });
    const { results } = await clock.until(runJob(catalog, updates, { ...run, submit }).done);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
  });
});

describe('calls of their own', () => {
  it('do not read for ever what gives the same page for ever', async () => {
    const { sent, fetch } = recordedFetch({ items: [{ processingStatus: 'Completed', itemKey: 'P1' }] });
    await expect(callService(catalog, catalog.items('a'), { fetch })).rejects.toMatchObject({
      code: 'unexpected-answer',
    });
    expect(sent).toHaveLength(2);
  });

  it('take an answer without items for none, and null for an empty list', async () => {
    for (const body of [{}, { totalCount: 3 }, { Items: [] }, { items: 'none' }]) {
      const { fetch } = recordedFetch(body);
      await expect(callService(catalog, catalog.items('a'), { fetch })).rejects.toMatchObject({
        code: 'unexpected-answer',
      });
    }
    const { fetch } = recordedFetch({ items: null });
    expect(await callService(catalog, catalog.items('a'), { fetch })).toEqual([]);
  });

  it('list items by status and resource, and reset what is over', async () => {
    const { clock, double, run } = setUp({
      process: ({ key }) => (key === 'P1' ? 'Failed' : 'Completed'),
      shapes: { maxPageSize: 2 },
    });
    await clock.until(runJob(catalog, products(5), { ...run, submit }).done);
    double.forgetClient();
    const call = <T>(made: Parameters<typeof callService<T>>[1]) =>
      clock.until(callService(catalog, made, { fetch: run.fetch, clock }));
    const { code } = submit;
    const failed = await call(catalog.items(code, { processingStatus: 'Failed', resourceType: 'Products' }));
    expect(failed.map(({ itemKey }) => itemKey)).toEqual(['P1']);
    expect(await call(catalog.items(code, { processingStatus: 'Completed' }))).toHaveLength(4);
    expect(await call(catalog.rename(code, 'Later'))).toMatchObject({ jobName: 'Later' });
    expect(await call(catalog.action(code, 'reset'))).toMatchObject({ code, status: 'Ready' });
    expect(await call(catalog.items(code))).toEqual([]);
    await expect(call(catalog.action(code, 'reset'))).rejects.toMatchObject({ code: 'job-refused' });
    expect(await call(catalog.action(code, 'start'))).toMatchObject({ status: 'Completed' });
  });
});

/** Every request takes a second. */
function slowed(fetch: ReturnType<typeof createKiboDouble>['fetch'], clock: VirtualClock): typeof fetch {
  return async (url, init) => {
    await new Promise<void>((resolve) => clock.schedule(resolve, 1000));
    return fetch(url, init);
  };
}
