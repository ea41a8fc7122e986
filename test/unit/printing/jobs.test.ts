import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { BatchError, BatchResponseError, Operation } from '../../../src/index.ts';
import {
  callService,
  ecwid,
  type JobProgress,
  type JobService,
  type JobTicket,
  kibo,
  odataAsync,
  quartile,
  resumeJob,
  runJob,
} from '../../../src/jobs.ts';
import { errorOf, rejectionOf } from '../catch-error.ts';
import { type Reply, recordedFetch } from '../jobs/recorded-fetch.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { expectInspectable, expectPrintable, SECRET } from './printed.ts';

const put: Operation = {
  method: 'PUT',
  url: `/commerce/catalog/admin/products/P1?sig=${SECRET}`,
  body: { a: SECRET },
};
const row = { asin: SECRET };
const errorBody = { errorCode: SECRET, errorMessage: SECRET, message: SECRET, detail: SECRET };
const errorHeaders = { 'WWW-Authenticate': SECRET, 'Set-Cookie': SECRET };
const refusal = (status: number) => Response.json(errorBody, { status, headers: errorHeaders });
const monitor = `https://odata.example/monitors/0?token=${SECRET}`;
const accepted = new Response(null, { status: 202, headers: { Location: monitor, 'Set-Cookie': SECRET } });
const page = new Response(`<p>${SECRET}</p>`, { headers: { 'Content-Type': 'text/html' } });

interface Row {
  readonly service: JobService<never, unknown, never>;
  readonly input: unknown;
  readonly submit?: unknown;
  /** What the service says to a submission. */
  readonly taken: readonly Reply[];
  /** Answers to the question for the state that are not as documented. */
  readonly odd: readonly Reply[];
}

const SERVICES: Readonly<Record<string, Row>> = {
  ecwid: {
    service: ecwid({ storeId: 1003, token: SECRET }) as never,
    input: { method: 'PUT', url: `/products/1?sig=${SECRET}`, body: { a: SECRET } },
    submit: { groupId: SECRET },
    taken: [{ ticket: SECRET }],
    odd: [{ status: SECRET }, { status: 3, a: SECRET }, page],
  },
  kibo: {
    service: kibo({ baseUrl: 'https://kibo.example/api', headers: { Authorization: SECRET } }) as never,
    input: put,
    submit: { code: SECRET, name: SECRET },
    taken: [{ code: SECRET, status: 'Ready' }, {}, {}],
    odd: [{ status: SECRET }, { status: 3, a: SECRET }, page],
  },
  quartile: {
    service: quartile({ subscriptionKey: SECRET, token: SECRET, resource: 'masterlist' }) as never,
    input: row,
    taken: [{ batchId: SECRET }],
    odd: [{ status: SECRET }, { status: 3, a: SECRET }, page],
  },
  odataAsync: {
    service: odataAsync({
      url: `https://odata.example/$batch?sig=${SECRET}`,
      headers: { Authorization: SECRET },
    }) as never,
    input: {
      method: 'POST',
      url: `Reports?sig=${SECRET}`,
      headers: { 'X-Key': SECRET },
      body: { a: SECRET },
    },
    taken: [accepted],
    odd: [page, refusal(500)],
  },
};

/** Runs a job against answers; gives all that it told. */
async function told({ service, input, submit }: Row, replies: readonly Reply[], deadline = 60_000) {
  const clock = new VirtualClock();
  const tickets: JobTicket[] = [];
  const progress: JobProgress[] = [];
  const { fetch } = recordedFetch(...replies);
  const job = runJob(service, [input as never], {
    ...{ fetch, clock, deadline, submit: submit as never },
    onTicket: (ticket) => void tickets.push(ticket),
    onProgress: (one) => void progress.push(one),
  });
  const [end] = await clock.until(Promise.allSettled([job.done]));
  return { end, tickets: [...tickets, job.ticket], progress };
}

describe.each(Object.entries(SERVICES))('a job of %s', (name, row) => {
  it('that is refused rejects with an error that shows nothing of the answer, and has all of it', async () => {
    const { end, tickets, progress } = await told(row, [refusal(403)]);
    if (end.status !== 'rejected') throw new Error('expected it to reject');
    const error: BatchResponseError = end.reason;
    expect(error).toMatchObject({
      code: 'job-refused',
      status: 403,
      error: { code: SECRET, message: SECRET },
      results: [{ outcome: 'not-executed', item: row.input }],
    });
    expect(error.headers.get('WWW-Authenticate')).toBe(SECRET);
    expect(Buffer.from(error.bytes).toString()).toBe(JSON.stringify(errorBody));
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'job-refused', status: 403 });
    expectPrintable(error, name);
    for (const one of progress) expectPrintable(one, 'progress');
    for (const ticket of tickets) expectInspectable(ticket, 'ticket');
  });

  it.each(row.odd.map((reply, place) => [place, reply] as const))(
    'that is answered strangely tells nothing of the answer in causes, warnings and tickets: %i',
    async (_place, reply) => {
      const { end, tickets, progress } = await told(row, [...row.taken, reply]);
      if (end.status !== 'fulfilled') throw end.reason;
      const { results, warnings } = end.value;
      const causes = results.map((result) => (result as { cause?: BatchError }).cause);
      expect([...causes.filter((cause) => cause !== undefined), ...warnings]).not.toEqual([]);
      for (const one of [...causes, ...warnings, ...progress]) expectPrintable(one ?? {}, name);
      for (const ticket of tickets) expectInspectable(ticket, 'ticket');
    },
  );

  it('gives tickets that go on from their JSON or a clone, with all that was in them', async () => {
    const { tickets } = await told(row, [...row.taken, {}], 1000);
    const ticket = tickets.at(-1) as JobTicket;
    expect(ticket.parts[0]?.id).toContain(SECRET);
    for (const kept of [JSON.parse(JSON.stringify(ticket)), structuredClone(ticket)]) {
      const clock = new VirtualClock();
      const { fetch, sent } = recordedFetch({});
      const job = resumeJob(row.service, kept, [row.input as never], { fetch, clock, deadline: 1000 });
      await clock.until(job.done);
      expect(sent[0]?.url).toContain(SECRET);
      expectInspectable(job.ticket, 'ticket of a resumed job');
    }
    for (const one of [ticket.parts, ticket.parts[0]]) expectInspectable(one, 'part');
    expect(inspect(ticket)).toMatch(/format: 1.*digest: .*from: 0.*state: '/s);
  });

  it('of other inputs is refused without a word of them', async () => {
    const { tickets } = await told(row, [...row.taken, {}], 1000);
    const { service, input } = row;
    const ticket = tickets.at(-1) as JobTicket;
    for (const [other, inputs] of [
      [{ ...ticket, inputs: { ...ticket.inputs, digest: SECRET } }, [input]],
      [ticket, [input, input]],
      [{ ...ticket, parts: [{ id: SECRET }] }, [input]],
    ] as const) {
      const error = await rejectionOf(resumeJob(service, other as never, inputs as never).done);
      expectPrintable(error, 'resumeJob');
    }
  });

  it('of inputs that can not be sent is refused without a word of them', async () => {
    const body = new Map([[SECRET, SECRET]]);
    const wrong: Record<string, unknown> = { ...(row.input as object), url: `a b?${SECRET}`, body };
    // A row may have any field, but no service takes a circle.
    wrong.self = wrong;
    const { fetch, sent } = recordedFetch();
    expectPrintable(await rejectionOf(runJob(row.service, [wrong as never], { fetch } as never).done), name);
    expect(sent).toEqual([]);
  });
});

describe('a call', () => {
  it('shows nothing of what it is refused with', async () => {
    const service = ecwid({ storeId: 1003, token: SECRET });
    const { fetch } = recordedFetch(refusal(404));
    const error = await rejectionOf(callService(service as never, service.delete(SECRET), { fetch }));
    expect(error).toMatchObject({ code: 'job-refused', status: 404 });
    expectPrintable(error, 'callService');
  });
});

it('options that can not be meant are refused without a word of them', () => {
  for (const make of [
    () => ecwid({ storeId: 1003, token: `${SECRET}\n` }),
    () => kibo({ baseUrl: `https://kibo.example?${SECRET}`, headers: { Cookie: `${SECRET}\n` } }),
    () => quartile({ subscriptionKey: `${SECRET}\n`, token: SECRET, resource: SECRET as never }),
    () => odataAsync({ url: `odata?${SECRET}`, headers: { Cookie: `${SECRET}\n` } }),
  ]) {
    expectPrintable(errorOf(make), 'options');
  }
});
