import { describe, expect, it } from 'vitest';
import type { BatchTransportError } from '../../../src/errors.ts';
import { CONNECTION_FAILURES } from '../../../src/transport/connection-failures.ts';
import { connectionFailureOf, failureOfError } from '../../../src/transport/failure-of-error.ts';
import { guardFetch } from '../../../src/transport/guarded-fetch.ts';
import { rejectionOf } from '../catch-error.ts';
import { MAYBE_SENT, NOT_SENT, type RecordedError } from './recorded-failures.ts';

const failed = (cause: object) => Object.assign(new TypeError('fetch failed'), { cause });

/** As the runtime threw it. */
function revive({ message, cause, ...rest }: RecordedError): TypeError {
  return Object.assign(new TypeError(message), rest, cause && { cause: revive(cause) });
}

describe('the error of a fetch', () => {
  it.each(NOT_SENT)('of $runtime, $when: nothing was sent', ({ error, what, isPermanent }) => {
    expect(failureOfError(revive(error))).toEqual({
      kind: 'not-sent',
      ...(isPermanent && { isPermanent: true }),
    });
    expect(connectionFailureOf(revive(error))?.what).toBe(what);
  });

  it.each(MAYBE_SENT)('of $runtime, $when: it may have been sent', ({ error }) => {
    expect(failureOfError(revive(error))).toEqual({ kind: 'lost' });
  });

  it('has a recorded case for each row of the table', () => {
    const seen = new Set(NOT_SENT.map(({ error }) => connectionFailureOf(revive(error))));
    const names = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row));
    const missing = CONNECTION_FAILURES.filter((row) => !seen.has(row));
    // Of EAI_AGAIN and others there is none: a network would have to fail.
    expect(names(missing)).toEqual(
      names([{ what: 'its name could not be resolved', syscalls: ['getaddrinfo'] }]),
    );
  });

  it.each([
    [failed({ code: 'ETIMEDOUT', syscall: 'connect' })],
    [failed({ code: 'EAI_FAIL', syscall: 'getaddrinfo' })],
    [failed({ code: 'EAI_AGAIN' })],
    [Object.assign(new Error('request failed'), { code: 'ECONNREFUSED' })],
  ])('says that nothing was sent, whoever wrapped it: %o', (error) => {
    expect(failureOfError(error)).toEqual({ kind: 'not-sent' });
  });

  it.each([
    [failed({ code: 'EHOSTUNREACH', syscall: 'read' })],
    [failed({ code: 'ETIMEDOUT' })],
    [failed({ errors: [{ code: 'ECONNREFUSED' }, { code: 'ECONNRESET' }] })],
    [failed({ errors: [] })],
    [new TypeError('bad port')],
    [failed({ message: 'POST https://h/client error (Connect): dns error' })],
    ['a text'],
    [undefined],
    [null],
  ])('else leaves it open: %s', (error) => {
    expect(failureOfError(error)).toEqual({ kind: 'lost' });
  });

  it('of a name with several addresses is permanent only where each of them is', () => {
    const refused = { code: 'ECONNREFUSED', syscall: 'connect' };
    const untrusted = { code: 'CERT_HAS_EXPIRED' };
    expect(failureOfError(failed({ errors: [untrusted, refused] }))).toEqual({ kind: 'not-sent' });
    expect(failureOfError(failed({ errors: [untrusted, untrusted] })).isPermanent).toBe(true);
  });

  it('ends where causes go round', () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    expect(failureOfError(error).kind).toBe('lost');
  });
});

describe('what a guarded fetch rejects with', () => {
  const messageOf = async (
    error: RecordedError,
    url = 'https://shop.example:8443/v1/$batch?token=top-secret',
  ) => {
    const fetch = () => Promise.reject(revive(error));
    const request = { url, method: 'POST', headers: {}, signal: new AbortController().signal };
    const { message, code, isPermanent } = (await rejectionOf(
      guardFetch(fetch, url)(request),
    )) as BatchTransportError;
    return { message, code, isPermanent };
  };

  it.each(NOT_SENT)(
    'says where, what and by which code: $runtime, $when',
    async ({ error, what, isPermanent }) => {
      const code = error.code ?? error.cause?.code ?? error.cause?.cause?.code;
      expect(await messageOf(error)).toEqual({
        message: `nothing was sent to https://shop.example:8443: ${what}${code === undefined ? '' : ` (${code})`}`,
        code: 'not-sent',
        isPermanent,
      });
    },
  );

  it.each(MAYBE_SENT)('says that the connection broke: $runtime, $when', async ({ error }) => {
    const code = error.code ?? error.cause?.code;
    expect(await messageOf(error)).toEqual({
      message: `the connection to https://shop.example:8443 broke before the answer${code === undefined ? '' : ` (${code})`}`,
      code: 'response-lost',
      isPermanent: false,
    });
  });

  it('hides a code that holds a secret', async () => {
    const { message } = await messageOf({ message: 'fetch failed', code: 'ERR_top-secret' });
    expect(message).toBe(
      'the connection to https://shop.example:8443 broke before the answer (ERR_[hidden])',
    );
  });
});
