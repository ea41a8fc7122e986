import { describe, expect, it } from 'vitest';
import type { BatchWarning } from '../../../src/index.ts';
import {
  ChangeSetFailure,
  createBatchHandler,
  type ErrorContext,
  type FetchResponse,
  type IgnoredHeader,
  toNodeListener,
} from '../../../src/server.ts';
import { ROOT, send } from '../send-to-handler.ts';
import { expectPrintable, SECRET } from './printed.ts';

const operation = {
  method: 'POST',
  url: `Products?sig=${SECRET}`,
  headers: { 'X-Api-Key': SECRET },
  body: { a: SECRET },
};

/** Sends a change set and an operation to a service that fails in a way; gives all that its author is told. */
async function told(answer: () => unknown) {
  const reports: { error: unknown; context: ErrorContext }[] = [];
  const failures: unknown[] = [];
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    fetch: () => answer() as FetchResponse,
    transaction: (run) =>
      run().catch((error) => {
        failures.push(error);
        throw error;
      }),
    onError: (error, context) => void reports.push({ error, context }),
  });
  await send(handler, [[operation], { ...operation }], {
    continueOnError: true,
    headers: { 'X-Key': SECRET },
  });
  return { reports, failures };
}

const headers = { 'Set-Cookie': SECRET };

describe('createBatchHandler', () => {
  it('tells of an answer that can not be written without a word of it, and has request and operation', async () => {
    const { reports } = await told(() => ({
      ...{ status: 999, headers: new Headers(headers), body: null, bodyUsed: false },
    }));
    expect(reports).toHaveLength(2);
    for (const { error, context } of reports) {
      expect(context.request.headers.get('X-Key')).toBe(SECRET);
      expect(context.operation?.headers.get('X-Api-Key')).toBe(SECRET);
      const { request, operation: named } = context;
      expect([request.url, named?.url]).toEqual([`${ROOT}$batch`, operation.url]);
      expectPrintable(error, 'error');
      expectPrintable(context, 'context');
    }
  });

  it('tells of a service that threw with a context that shows nothing', async () => {
    const { reports } = await told(() => {
      throw new Error('mine');
    });
    expect(reports).toHaveLength(2);
    for (const { error, context } of reports) {
      expect(error).toEqual(new Error('mine'));
      expectPrintable(context, 'context');
    }
  });

  it('rejects in the transaction with a ChangeSetFailure that shows nothing, and has the operation', async () => {
    const { failures } = await told(() => Response.json({ a: SECRET }, { status: 409, headers }));
    const [failure] = failures;
    expect(failure).toBeInstanceOf(ChangeSetFailure);
    expect(failure).toMatchObject({ status: 409, operation: { method: 'POST', url: operation.url } });
    expectPrintable(failure, 'ChangeSetFailure');
  });

  it('tells of deviations without header value, query and body', async () => {
    const warnings: (BatchWarning | IgnoredHeader)[] = [];
    const handler = createBatchHandler({
      serviceRoot: ROOT,
      fetch: () => new Response(),
      tolerate: ['folded-header'],
      onWarning: (warning) => void warnings.push(warning),
    });
    const body =
      `--b\r\nContent-Type: application/http\r\n\r\nGET a?sig=${SECRET} HTTP/1.1\r\n` +
      `X-Key: a\r\n ${SECRET}\r\n\r\n\r\n--b--`;
    const contentType = 'multipart/mixed; boundary=b';
    await handler(
      new Request(`${ROOT}$batch`, { method: 'POST', headers: { 'Content-Type': contentType }, body }),
    );
    expect(warnings.map(({ code }) => code)).toEqual(['folded-header']);
    for (const warning of warnings) expectPrintable(warning, warning.code);
  });
});

describe('toNodeListener', () => {
  it('tells of what is no Response without a word of the request', async () => {
    const errors: unknown[] = [];
    const listener = toNodeListener(() => ({ status: 200, body: SECRET }) as never, {
      onError: (error) => void errors.push(error),
    });
    const incoming = {
      ...{ method: 'GET', url: `/?${SECRET}`, rawHeaders: ['Cookie', SECRET], headers: { cookie: SECRET } },
      ...{ on() {}, socket: {}, complete: true, readable: false },
    };
    const outgoing = { on() {}, setHeader() {}, end() {}, writableEnded: false };
    await listener(incoming as never, outgoing as never);
    expect(errors).toHaveLength(1);
    for (const error of errors) expectPrintable(error, 'toNodeListener');
  });
});
