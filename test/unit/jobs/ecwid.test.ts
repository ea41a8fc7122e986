import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/batch/operation.ts';
import { utf8Encoder } from '../../../src/bytes/text.ts';
import { BatchResponseError } from '../../../src/errors.ts';
import { ecwid } from '../../../src/jobs/ecwid.ts';
import type { JobTicket } from '../../../src/jobs/job.ts';
import { callService, resumeJob, runJob } from '../../../src/jobs/run-job.ts';
import { documentedExchange } from '../../doubles/documented-exchange.ts';
import { createEcwidDouble, type EcwidDoubleOptions } from '../../doubles/ecwid/ecwid-double.ts';
import { issuesOf, rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { brokenConnection, recordedFetch } from './recorded-fetch.ts';

const store = ecwid({ storeId: 1003, token: 'secret_token' });
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

function fail(): never {
  throw new Error('no screen');
}

function setUp(options: Partial<EcwidDoubleOptions> = {}) {
  const clock = new VirtualClock();
  const double = createEcwidDouble({ storeId: 1003, token: 'secret_token', clock, ...options });
  const tickets: JobTicket[] = [];
  const onTicket = (ticket: JobTicket) => {
    tickets.push(ticket);
  };
  return { clock, double, tickets, run: { fetch: double.fetch, clock, onTicket, random: () => 0.5 } };
}

function reads(count: number): Operation[] {
  return Array.from({ length: count }, (_, place) => ({ method: 'GET', url: `/orders/${place}` }));
}

describe('a documented batch', () => {
  it('is sent as the document shows it', async () => {
    const { request, response } = documentedExchange('ecwid', 'create-batch');
    const given = request.body as { id: string; path: string; method: string; body: unknown }[];
    const inputs = given.map(({ id, path, method, body }) => ({ id, method, url: path, body }));
    const { sent, fetch } = recordedFetch(response.body as object, { status: 'COMPLETED', responses: [] });
    const job = runJob(store, inputs, {
      submit: { allowParallelMode: true },
      fetch,
      clock: new VirtualClock(),
    });
    await job.done;

    const [create, status] = sent;
    const url = new URL(create?.url ?? '');
    expect(create?.method).toBe('POST');
    expect(url.origin + url.pathname).toBe('https://app.ecwid.com/api/v3/1003/batch');
    expect(`${url.pathname}${url.search.split('&')[0]}`).toBe(request.target);
    expect(url.searchParams.get('deduplicationKey')).toMatch(UUID);
    expect(url.searchParams.get('groupId')).toBe(url.searchParams.get('deduplicationKey'));
    const { Host: _, ...headers } = request.headers;
    expect(create?.headers).toEqual(headers);
    expect(create?.text).toBe(JSON.stringify(request.body));
    expect(status).toMatchObject({
      method: 'GET',
      url: 'https://app.ecwid.com/api/v3/1003/batch?ticket=11kl140a2-966f-1a9f-b4e6-fc451bc78570&escapedJson=true',
      headers: { Authorization: 'Bearer secret_token' },
      text: '',
    });
    expect(job.ticket.parts[0]).toMatchObject({
      id: '11kl140a2-966f-1a9f-b4e6-fc451bc78570',
      state: 'finished',
    });
  });

  it('keeps paths as they are, commas too, and takes the store off a full URL', async () => {
    const { sent, fetch } = recordedFetch({ ticket: 't' }, { status: 'COMPLETED' });
    const urls = [
      '/orders?offset=100&paymentStatus=PAID,AWAITING_PAYMENT',
      'https://app.ecwid.com/api/v3/1003/products?keyword=a%2Cb+c',
      'profile',
    ];
    const inputs = urls.map((url) => ({ method: 'GET', url }));
    await runJob(store, inputs, { fetch, clock: new VirtualClock() }).done;
    expect(sent[0]?.json).toEqual([
      { id: '000001', path: '/orders?offset=100&paymentStatus=PAID,AWAITING_PAYMENT', method: 'GET' },
      { id: '000002', path: '/products?keyword=a%2Cb+c', method: 'GET' },
      { id: '000003', path: '/profile', method: 'GET' },
    ]);
  });

  it('takes a string as a string, and any other body as JSON', async () => {
    const { sent, fetch } = recordedFetch({ ticket: 't' }, { status: 'COMPLETED' });
    const bodies = ['', 'a "text"', { sku: 'é' }, [1], null, 0];
    const inputs = bodies.map((body) => ({ method: 'POST', url: '/products', body }));
    await runJob(store, inputs, { fetch, clock: new VirtualClock() }).done;
    expect(((sent[0]?.json as { body: unknown }[] | undefined) ?? []).map(({ body }) => body)).toEqual(
      bodies,
    );
  });
});

describe('a store', () => {
  it('is a number, and the token a text', () => {
    const made = (storeId: number | string, token: string) => issuesOf(() => ecwid({ storeId, token }));
    expect(made('1003/../1004', 'secret_token')).toEqual(['storeId: invalid-option']);
    expect(made(1003, 'a\nb')).toEqual(['token: invalid-option']);
  });

  it('gives the ids that it is given, and numbers the others', () => {
    const ids = (given: (string | undefined)[]) =>
      store
        .plan(
          given.map((id) => ({ method: 'GET', url: '/profile', id })),
          {},
        )
        .items.map(({ id }) => id);
    expect(ids([undefined, '000002', undefined, 'x'])).toEqual(['000001', '000002', '000003', 'x']);
    expect(ids(['000002', undefined])).toEqual(['000002', '000003']);
    expect(issuesOf(() => ids(['a', 'a']))).toEqual(['inputs[1].id: duplicate-content-id']);
  });
});

describe('what Ecwid does not take', () => {
  const plan = (operation: object, submit = {}) =>
    issuesOf(() => store.plan([operation as Operation], submit));

  it.each<[object, string]>([
    [{ method: 'PATCH', url: '/products/1' }, 'inputs[0].method: not-batchable'],
    [{ method: 'get', url: '/products/1' }, 'inputs[0].method: lower-case-method'],
    [
      { method: 'GET', url: 'https://app.ecwid.com/api/v3/1004/orders' },
      'inputs[0].url: url-outside-service-root',
    ],
    [
      { method: 'GET', url: 'http://app.ecwid.com/api/v3/1003/orders' },
      'inputs[0].url: url-outside-service-root',
    ],
    [{ method: 'GET', url: '//evil.example/orders' }, 'inputs[0].url: url-outside-service-root'],
    [{ method: 'GET', url: '/../1004/orders' }, 'inputs[0].url: invalid-url'],
    [{ method: 'GET', url: '/a/%2e%2E/orders' }, 'inputs[0].url: invalid-url'],
    [{ method: 'GET', url: '/orders?token=secret_x' }, 'inputs[0].url: invalid-url'],
    [{ method: 'POST', url: '/batch' }, 'inputs[0].url: nested-batch'],
    [{ method: 'GET', url: '/orders', body: { a: 1 } }, 'inputs[0].body: body-not-allowed'],
    [{ method: 'POST', url: '/orders', body: new Map() }, 'inputs[0].body: body-not-encodable'],
    [{ method: 'GET', url: '/orders', id: 7 }, 'inputs[0].id: invalid-content-id'],
    [{ method: 'GET', url: '/orders', headers: { Accept: 'a' } }, 'inputs[0].headers: not-expressible'],
    [{ method: 'GET', url: '/orders', boby: 1 }, 'inputs[0].boby: unknown-property'],
  ])('%j is refused', (operation, issue) => {
    expect(plan(operation)).toEqual([issue]);
  });

  it.each([null, 7, 'x', []])('is told %j', (submit) => {
    expect(plan({ method: 'GET', url: '/orders' }, submit as object)).toEqual(['submit: invalid-option']);
  });

  it('is an option that it does not have', () => {
    expect(plan({ method: 'GET', url: '/orders' }, { allowParalelMode: true })).toEqual([
      'submit.allowParalelMode: unknown-option',
    ]);
  });

  it('is dependencies where nothing holds the order', () => {
    const operation = { method: 'GET', url: '/orders', dependsOn: ['1'] };
    expect(store.plan([operation], {}).items).toHaveLength(1);
    expect(plan(operation, { allowParallelMode: true })).toEqual(['inputs[0].dependsOn: not-expressible']);
    expect(plan(operation, { stopOnFirstFailure: false })).toEqual(['inputs[0].dependsOn: not-expressible']);
  });
});

describe('a job of Ecwid', () => {
  it('gives one result for each operation, in their order', async () => {
    const { clock, double, run } = setUp({
      respond: ({ path }) =>
        path === '/orders/1'
          ? { status: 400, body: { errorMessage: 'no such order', errorCode: 'WRONG' } }
          : { status: 200, body: { path } },
      shapes: { order: 'shuffled' },
    });
    const job = runJob(store, reads(3), { ...run, submit: { stopOnFirstFailure: false } });
    const { state, results } = await clock.until(job.done);
    expect(state).toBe('done');
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'succeeded']);
    expect(results[0]).toMatchObject({
      index: 0,
      id: '000001',
      part: 0,
      status: 200,
      value: { path: '/orders/0' },
    });
    expect(results[1]).toMatchObject({
      status: 400,
      error: { code: 'WRONG', message: 'no such order' },
      native: { status: 'FAILED' },
    });
    expect(double.log.violations).toEqual([]);
    expect(double.log.afterFinal).toEqual([]);
  });

  it('stops at the first failure, and sends no later part', async () => {
    const { clock, double, run } = setUp({
      respond: ({ path }) => ({ status: path === '/orders/498' ? 409 : 200, body: {} }),
    });
    const { results } = await clock.until(runJob(store, reads(501), run).done);
    expect(results.slice(497).map(({ outcome, part }) => [outcome, part])).toEqual([
      ['succeeded', 0],
      ['failed', 0],
      ['not-executed', 0],
      ['not-executed', 1],
    ]);
    expect(results[499]?.native.status).toBe('NOT_EXECUTED');
    expect(double.log.ofKind('create')).toHaveLength(1);
  });

  it('sends parts one after another, each under a key of its own', async () => {
    const { clock, double, run, tickets } = setUp({ duration: 1 });
    const { results } = await clock.until(runJob(store, reads(1001), run).done);
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(double.log.executions.map(({ what }) => what)).toEqual(reads(1001).map(({ url }) => `GET ${url}`));
    const keys = tickets.at(-1)?.parts.map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
    expect(tickets.at(-1)?.parts.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 500, 'finished'],
      [500, 1000, 'finished'],
      [1000, 1001, 'finished'],
    ]);
  });

  it('takes a key of the caller for one part only', async () => {
    const key = '0f8fad5b-d9cb-469f-a165-70867728950e';
    expect(issuesOf(() => store.plan(reads(501), { deduplicationKey: key }))).toEqual([
      'submit.deduplicationKey: invalid-option',
    ]);
    const { clock, run } = setUp();
    const job = runJob(store, reads(500), { ...run, submit: { deduplicationKey: key, groupId: 'mine' } });
    await clock.until(job.done);
    expect(job.ticket).toMatchObject({
      submit: { deduplicationKey: key, groupId: 'mine' },
      parts: [{ key }],
    });
  });

  it('sends again under the same key where the answer was lost', async () => {
    const { clock, double, run } = setUp({
      trouble: ({ kind, nth }) => (kind === 'create' && nth === 0 ? { afterActing: 'lose' } : undefined),
    });
    const { results } = await clock.until(runJob(store, reads(2), run).done);
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(double.log.ofKind('create')).toHaveLength(2);
    expect(double.log.executions).toHaveLength(2);
  });

  it.each([
    [54 * 60_000, ['succeeded', 'succeeded']],
    [55 * 60_000, ['unknown', 'unknown']],
  ])('is sent again by another process after %i ms: %j', async (later, outcomes) => {
    const { clock, double, run, tickets } = setUp();
    const fetch = () => new Promise<never>(() => {});
    runJob(store, reads(2), { ...run, fetch });
    await clock.advance(0);
    expect(tickets.at(-1)?.parts[0]).toMatchObject({ state: 'sending', sentAt: clock.now() });
    const ticket = JSON.parse(JSON.stringify(tickets.at(-1)));
    await clock.advance(later);
    const job = resumeJob(store, ticket, reads(2), run);
    const { results } = await clock.until(job.done);
    expect(results.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(double.log.executions).toHaveLength(outcomes[0] === 'succeeded' ? 2 : 0);
  });

  it('says that a token needs all scopes', async () => {
    const { clock, run } = setUp({ allows: () => false });
    const job = runJob(store, reads(2), run);
    const error = await rejectionOf(clock.until(job.done));
    expect(error).toBeInstanceOf(BatchResponseError);
    expect(error).toMatchObject({ code: 'job-refused', status: 403 });
    expect((error as Error).message).toMatch(
      /403 \(the token needs all scopes of the requests inside the batch\)/,
    );
    expect((error as Error).message).not.toContain('secret_token');
    expect((error as BatchResponseError).results).toMatchObject([
      { index: 0, outcome: 'not-executed' },
      { index: 1, outcome: 'not-executed' },
    ]);
    expect(await rejectionOf(job.started)).toBe(error);
  });

  it('is cancelled by its group: what was not begun is cancelled', async () => {
    const { clock, double, run } = setUp({ duration: 1000 });
    const job = runJob(store, reads(600), run);
    await clock.advance(10_500);
    const cancelled = job.cancel();
    await clock.until(cancelled);
    const { state, results } = await clock.until(job.done);
    expect(state).toBe('cancelled');
    const count = (wanted: string) => results.filter(({ outcome }) => outcome === wanted).length;
    expect(count('succeeded')).toBe(double.log.executions.length);
    expect(count('cancelled')).toBe(600 - double.log.executions.length);
    expect(double.log.ofKind('cancel')).toHaveLength(1);
    expect(double.log.ofKind('create')).toHaveLength(1);
    expect(double.log.violations).toEqual([]);
  });

  it('tells what is known at its deadline, and goes on from its ticket', async () => {
    const { clock, double, run, tickets } = setUp({ duration: 1000 });
    const job = runJob(store, reads(100), { ...run, deadline: 10_000 });
    const begun = clock.now();
    const { state, results } = await clock.until(job.done);
    expect(clock.now() - begun).toBe(10_000);
    expect(state).toBe('running');
    expect(results[0]?.outcome).toBe('succeeded');
    expect(results[99]?.outcome).toBe('pending');
    double.forgetClient();
    const end = await clock.until(resumeJob(store, tickets.at(-1) as JobTicket, reads(100), run).done);
    expect(end.results.every(({ ok }) => ok)).toBe(true);
    expect(double.log.executions).toHaveLength(100);
    expect(clock.timers).toBe(0);
  });

  it('ends at once when it is aborted', async () => {
    const { clock, run } = setUp({ duration: 1000 });
    const controller = new AbortController();
    const job = runJob(store, reads(10), { ...run, signal: controller.signal });
    await clock.advance(2000);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await rejectionOf(job.done)).toBe(reason);
    expect(clock.timers).toBe(0);
    expect(job.ticket.parts[0]?.state).toBe('submitted');
  });

  it('reads the shapes of the old page', async () => {
    const { clock, run } = setUp({
      respond: ({ path }) => ({ status: path === '/orders/1' ? 404 : 200, body: {} }),
      shapes: { whileQueued: 'null', statusField: 'httpCode', omitsNotExecuted: true },
      pendingPolls: 2,
    });
    const { results, warnings } = await clock.until(runJob(store, reads(3), run).done);
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'not-executed']);
    expect(warnings).toEqual([
      { code: 'result-missing', message: 'Ecwid told nothing of the request', index: 2 },
    ]);
  });

  it('asks again for what can not be read, and says at the end what came', async () => {
    const clock = new VirtualClock();
    const { sent, fetch } = recordedFetch({ ticket: 't' }, { status: 3 });
    const { state, results } = await clock.until(
      runJob(store, reads(1), { fetch, clock, deadline: 60_000 }).done,
    );
    expect(sent.length).toBeGreaterThan(3);
    expect(state).toBe('unknown');
    const [result] = results;
    if (result?.outcome !== 'unknown') throw new Error('expected it to be unknown');
    expect(result.cause.code).toBe('timed-out');
    expect((result.cause.cause as Error).message).toBe(
      'status is not as documented: expected string; the service answered 200',
    );
  });

  it('keeps numbers exact, and text that is no JSON', async () => {
    const clock = new VirtualClock();
    const responses = [
      { id: '000001', status: 'COMPLETED', httpStatusCode: 200, escapedHttpBody: '{"a":1.50}' },
      { id: '000002', status: 'COMPLETED', httpStatusCode: 201, escapedHttpBody: '<p>' },
      { id: '000003', status: 'COMPLETED', httpStatusCode: 200, escapedHttpBody: '' },
    ];
    const { fetch } = recordedFetch({ ticket: 't' }, { status: 'COMPLETED', responses });
    const { results, warnings } = await clock.until(runJob(store, reads(3), { fetch, clock }).done);
    expect(results).toMatchObject([{ value: { a: 1.5 } }, { ok: true, status: 201 }, { ok: true }]);
    expect(results[1]?.native.raw).toEqual(responses[1]);
    expect(warnings).toMatchObject([{ code: 'body-not-json', index: 1 }]);
  });

  it('takes what is completed with an answer for done, though its status is not told', async () => {
    const clock = new VirtualClock();
    const responses = [
      { id: '000001', status: 'COMPLETED', httpBody: { a: 1 } },
      { id: '000002', status: 'COMPLETED', escapedHttpBody: '{"a":2}' },
      { id: '000003', status: 'COMPLETED', httpBody: null, escapedHttpBody: '' },
    ];
    const { fetch } = recordedFetch({ ticket: 't' }, { status: 'COMPLETED', responses });
    const { results } = await clock.until(runJob(store, reads(3), { fetch, clock }).done);
    expect(results).toMatchObject([{ value: { a: 1 } }, { value: { a: 2 } }, { outcome: 'cancelled' }]);
    expect(results[0]).not.toHaveProperty('status');
  });

  it('waits for a word that nobody knows, and says so', async () => {
    const clock = new VirtualClock();
    const { fetch } = recordedFetch({ ticket: 't' }, { status: 'PAUSED' }, { status: 'COMPLETED' });
    const { state, warnings } = await clock.until(runJob(store, reads(1), { fetch, clock }).done);
    expect(state).toBe('done');
    expect(warnings[0]).toMatchObject({
      code: 'unknown-status',
      message: "Ecwid's documents do not have the status of the batch",
      status: 'PAUSED',
    });
  });

  it('quotes nothing of an answer, which has it as a property', async () => {
    const clock = new VirtualClock();
    const { fetch } = recordedFetch(
      Response.json({ errorMessage: 'bad ticket: secret_token' }, { status: 403 }),
    );
    const error = await rejectionOf(runJob(store, reads(1), { fetch, clock }).done);
    expect(error).toMatchObject({
      message: 'the service answered 403 (the token needs all scopes of the requests inside the batch)',
      error: { message: 'bad ticket: secret_token' },
    });
    const odd = recordedFetch({ ticket: ['Bearer secret_token'] });
    const { results } = await clock.until(runJob(store, reads(1), { fetch: odd.fetch, clock }).done);
    const [result] = results;
    if (result?.outcome !== 'unknown') throw new Error('expected it to be unknown');
    expect(result.cause.cause).toMatchObject({
      message: 'ticket is not as documented: expected string; the service answered 200',
      bytes: utf8Encoder.encode('{"ticket":["Bearer secret_token"]}'),
    });
  });

  it('waits for what Ecwid tries again, and is not over before', async () => {
    const { clock, double, run } = setUp({
      respond: (_operation, attempt) => ({ status: attempt === 5 ? 200 : 503, body: {} }),
    });
    const job = runJob(store, reads(1), { ...run, submit: { stopOnFirstFailure: false } });
    const { results } = await clock.until(job.done);
    expect(results[0]?.outcome).toBe('succeeded');
    expect(double.log.executions).toHaveLength(5);
    // Two hours for five hundred requests of fifteen seconds each, and the hour for everything else.
    expect(store.plan(reads(500), { stopOnFirstFailure: false }).deadlineMs).toBe(3_600_000 + 7_500_000);
    expect(store.plan(reads(500), { stopOnFirstFailure: false, allowParallelMode: true }).deadlineMs).toBe(
      3_600_000 + 75_000,
    );
  });

  it('sends nothing without inputs', async () => {
    const { sent, fetch } = recordedFetch();
    expect(await runJob(store, [], { fetch }).done).toEqual({ state: 'done', results: [], warnings: [] });
    expect(sent).toEqual([]);
  });

  it('refuses a ticket of others', async () => {
    const { clock, run, tickets } = setUp();
    await clock.until(runJob(store, reads(2), run).done);
    const ticket = tickets.at(-1) as JobTicket;
    const codes = async (changed: unknown, inputs: Operation[]) =>
      ((await rejectionOf(resumeJob(store, changed as JobTicket, inputs, run).done)) as { code: string })
        .code;
    expect(await codes(ticket, reads(3))).toBe('ticket-mismatch');
    expect(await codes(ticket, reads(2).reverse())).toBe('ticket-mismatch');
    expect(await codes({ ...ticket, service: 'kibo' }, reads(2))).toBe('ticket-mismatch');
    expect(await codes({ ...ticket, format: 2 }, reads(2))).toBe('invalid-ticket');
    expect(await codes({ ...ticket, parts: [] }, reads(2))).toBe('invalid-ticket');
    expect(JSON.stringify(ticket)).not.toContain('secret_token');
  });

  it('does not go on where the ticket can not be kept', async () => {
    const { clock, double, run } = setUp();
    const onTicket = () => {
      throw new Error('disk full');
    };
    const error = await rejectionOf(clock.until(runJob(store, reads(1), { ...run, onTicket }).done));
    expect(error).toMatchObject({ code: 'callback-failed', cause: { message: 'disk full' } });
    expect(double.log.requests).toEqual([]);
  });

  it.each([
    ['throws', fail],
    ['rejects', async () => fail()],
  ])('ends where onProgress %s', async (_, onProgress) => {
    const { clock, run } = setUp();
    const error = await rejectionOf(clock.until(runJob(store, reads(1), { ...run, onProgress }).done));
    expect(error).toMatchObject({ code: 'callback-failed', cause: { message: 'no screen' } });
  });

  it('is not sent again before the service wants it, after a failure that may have taken it', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const later = Response.json({}, { status: 504, headers: { 'Retry-After': '40' } });
    const { fetch } = recordedFetch(later, { ticket: 't' }, { status: 'COMPLETED' });
    const timed: typeof fetch = (url, init) => {
      times.push(clock.now() - Date.UTC(2026, 0, 1));
      return fetch(url, init);
    };
    await clock.until(runJob(store, reads(1), { fetch: timed, clock }).done);
    expect(times.slice(0, 2)).toEqual([0, 40_000]);
  });

  it('leaves no request unanswered where connections break', async () => {
    const clock = new VirtualClock();
    const { sent, fetch } = recordedFetch(brokenConnection());
    const { state, results } = await clock.until(runJob(store, reads(2), { fetch, clock }).done);
    expect(state).toBe('unknown');
    expect(results).toMatchObject([{ cause: { code: 'submission-unknown' } }, { outcome: 'unknown' }]);
    expect(new Set(sent.map(({ url }) => url)).size).toBe(1);
  });
});

describe('calls of their own', () => {
  it('list, cancel and delete batches', async () => {
    const { clock, double, run } = setUp({ duration: 60_000 });
    const job = runJob(store, reads(2), { ...run, submit: { groupId: 'g/1' }, deadline: 1000 });
    await clock.until(job.done);
    const call = <T>(made: Parameters<typeof callService<T>>[1]) =>
      clock.until(callService(store, made, { fetch: run.fetch, clock }));
    const ticket = job.ticket.parts[0]?.id ?? '';
    expect(await call(store.list({ status: 'QUEUED', limit: 10, offset: 0 }))).toEqual([
      { ticket, status: 'QUEUED' },
    ]);
    expect(await call(store.cancelGroup('g/1'))).toBe(1);
    expect(await call(store.cancelGroup('none'))).toBe(0);
    expect(await call(store.delete(ticket))).toBe(1);
    expect(double.log.violations).toEqual([]);
    const gone = await clock.until(resumeJob(store, job.ticket, reads(2), run).done);
    expect(gone).toMatchObject({ state: 'expired', results: [{ cause: { code: 'job-expired' } }, {}] });
  });
});
