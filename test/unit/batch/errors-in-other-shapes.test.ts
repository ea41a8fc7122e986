import { describe, expect, it } from 'vitest';
import type { OperationResult } from '../../../src/batch/result.ts';
import type { BatchResponseError } from '../../../src/errors.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import type { DecodeResponseOptions } from '../../../src/formats/read-answer.ts';
import { readXmlError } from '../../../src/xml/read-xml-error.ts';
import { octets } from '../build-octets.ts';
import { errorOf } from '../catch-error.ts';

const XML_HINT = 'the body is XML, which readXmlError of odata-batch-codec/xml reads (options.readError)';

/** What a body is, and the error that is read from it under the status 403 with the reason phrase "No". */
interface Shape {
  readonly title: string;
  readonly type: string | undefined;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly error: { readonly code: string; readonly message: string; readonly details?: unknown };
  readonly options?: DecodeResponseOptions;
  /** Whether the body says nothing, so that an answer that is no batch has no error. */
  readonly saysNothing?: boolean;
}

const json = (value: unknown) => JSON.stringify(value);

const SHAPES: readonly Shape[] = [
  {
    title: 'problem+json with type, title and detail (RFC 9457)',
    type: 'application/problem+json',
    body: json({
      type: 'https://example.com/probs/out-of-credit',
      title: 'You do not have enough credit.',
      status: 403,
      detail: 'Your current balance is 30, but that costs 50.',
      instance: '/account/12345/msgs/abc',
    }),
    error: {
      code: 'https://example.com/probs/out-of-credit',
      message: 'You do not have enough credit. Your current balance is 30, but that costs 50.',
    },
  },
  {
    title: 'problem+json without a type of its own, its title without a full stop',
    type: 'application/problem+json; charset=utf-8',
    body: json({ type: 'about:blank', title: 'Forbidden', status: 403, detail: 'Read only.' }),
    error: { code: '403', message: 'Forbidden: Read only.' },
  },
  {
    title: 'problem+json with nothing but a detail',
    type: 'application/problem+json',
    body: json({ detail: 'Not authenticated' }),
    error: { code: '403', message: 'Not authenticated' },
  },
  {
    title: 'problem+json of ASP.NET Core, with what it says of each property',
    type: 'application/problem+json; charset=utf-8',
    body: json({
      type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
      title: 'One or more validation errors occurred.',
      status: 400,
      errors: { Name: ['The Name field is required.', 'Too short.'], '$.price': ['Not a number.'], odd: 1 },
      traceId: '00-1-2-00',
    }),
    error: {
      code: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
      message: 'One or more validation errors occurred.',
      details: [
        { code: '', message: 'The Name field is required.', target: 'Name' },
        { code: '', message: 'Too short.', target: 'Name' },
        { code: '', message: 'Not a number.', target: '$.price' },
      ],
    },
  },
  {
    title: 'problem+json with a code of its own',
    type: 'application/problem+json',
    body: json({ type: 'https://e/p', title: 'Locked', code: 'LOCKED_BY_ANN' }),
    error: { code: 'LOCKED_BY_ANN', message: 'Locked' },
  },
  {
    title: "OAuth's error and error_description (RFC 6749, section 5.2)",
    type: 'application/json',
    body: json({
      error: 'invalid_client',
      error_description: 'AADSTS7000215: Invalid client secret.\r\nTrace ID: 1\r\nTimestamp: 2',
      error_codes: [7000215],
    }),
    error: {
      code: 'invalid_client',
      message: 'AADSTS7000215: Invalid client secret. Trace ID: 1 Timestamp: 2',
    },
  },
  {
    title: "OAuth's error alone",
    type: 'application/json',
    body: json({ error: 'access_denied' }),
    error: { code: 'access_denied', message: 'No' },
  },
  {
    title: 'a sentence under error',
    type: 'application/json',
    body: json({ error: 'You shall not pass.' }),
    error: { code: '403', message: 'You shall not pass.' },
  },
  {
    title: 'Spring Boot',
    type: 'application/json',
    body: json({ timestamp: '2026-01-01', status: 403, error: 'Forbidden', message: 'No scope', path: '/x' }),
    error: { code: 'Forbidden', message: 'No scope' },
  },
  {
    title: 'ASP.NET Web API',
    type: 'application/json; charset=utf-8',
    body: json({ Message: 'Authorization has been denied for this request.' }),
    error: { code: '403', message: 'Authorization has been denied for this request.' },
  },
  {
    title: 'ASP.NET Web API with the exception',
    type: 'application/json; charset=utf-8',
    body: json({
      Message: 'An error has occurred.',
      ExceptionMessage: 'Object reference not set to an instance of an object.',
      ExceptionType: 'System.NullReferenceException',
      StackTrace: '   at Shop.Controllers.Tea.Get()',
    }),
    error: {
      code: 'System.NullReferenceException',
      message: 'An error has occurred. Object reference not set to an instance of an object.',
    },
  },
  {
    title: 'ASP.NET Web API, with what it says of each property',
    type: 'application/json',
    body: json({
      Message: 'The request is invalid.',
      ModelState: {
        'product.Name': ['Required.', 'Too short.'],
        'product.Price': ['Negative.'],
        odd: 'x',
        odder: [{}],
      },
    }),
    error: {
      code: '403',
      message: 'The request is invalid.',
      details: [
        { code: '', message: 'Required.', target: 'product.Name' },
        { code: '', message: 'Too short.', target: 'product.Name' },
        { code: '', message: 'Negative.', target: 'product.Price' },
      ],
    },
  },
  {
    title: 'ASP.NET Web API with its detail',
    type: 'application/json; charset=utf-8',
    body: json({ Message: 'No HTTP resource was found.', MessageDetail: 'No type matches the controller.' }),
    error: { code: '403', message: 'No HTTP resource was found. No type matches the controller.' },
  },
  {
    title: 'a gateway (Azure API Management)',
    type: 'application/json',
    body: json({ statusCode: 403, message: 'Out of call volume quota.' }),
    error: { code: '403', message: 'Out of call volume quota.' },
  },
  {
    title: 'a code and a message without anything round them',
    type: 'application/json',
    body: json({ errorCode: 'LOCKED', errorMessage: 'Locked by Ann', errors: [] }),
    error: { code: 'LOCKED', message: 'Locked by Ann' },
  },
  {
    title: 'a list of errors',
    type: 'application/json',
    body: json({ errors: [{ code: 'a', detail: 'First' }, { title: 'Second' }, 'odd'] }),
    error: {
      code: 'a',
      message: 'First',
      details: [
        { code: 'a', message: 'First' },
        { code: '', message: 'Second' },
      ],
    },
  },
  {
    title: 'JSON that says nothing of an error',
    type: 'application/json',
    body: json({ value: [], count: 3 }),
    error: { code: '403', message: 'No' },
    saysNothing: true,
  },
  {
    title: 'plain text',
    type: 'text/plain; charset=utf-8',
    body: 'CSRF token validation failed',
    error: { code: '403', message: 'CSRF token validation failed' },
  },
  {
    title: 'plain text in another charset',
    type: 'text/plain; charset=iso-8859-1',
    body: octets('Zugriff verweigert f\u00fcr M\u00fcller'),
    error: { code: '403', message: 'Zugriff verweigert für Müller' },
  },
  {
    title: 'plain text of several lines',
    type: 'text/plain',
    body: '\ufeffBad\r\n\tthings\u2028happen \r\n\r\n',
    error: { code: '403', message: 'Bad things happen' },
  },
  {
    title: 'text without a type',
    type: undefined,
    body: 'upstream connect error or disconnect/reset before headers',
    error: { code: '403', message: 'upstream connect error or disconnect/reset before headers' },
  },
  {
    title: 'a page of HTML (IIS)',
    type: 'text/html',
    body: '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">\r\n<html><head>\r\n<style>title{}</style>\r\n<TITLE lang="en">403 - Forbidden: Access\r\n is denied.</TITLE></head><body>secret</body></html>',
    error: { code: '403', message: '403 - Forbidden: Access is denied.' },
  },
  {
    title: 'a title with character references',
    type: 'text/html; charset=utf-8',
    body: '<title>Tom &amp; Ann&#39;s &lt;shop&gt;&nbsp;&#x1F6B2;&unknown;&#27;[2J</title>',
    error: { code: '403', message: "Tom & Ann's <shop> 🚲&unknown; [2J" },
  },
  {
    title: 'a page of XHTML',
    type: 'application/xhtml+xml',
    body: '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Denied</title></head></html>',
    error: { code: '403', message: 'Denied' },
  },
  {
    title: 'a page of HTML without a title',
    type: 'text/html',
    body: '<h1>Denied</h1>',
    error: { code: '403', message: 'No' },
    saysNothing: true,
  },
  {
    title: "OData's error in XML, which nobody reads",
    type: 'application/xml; charset=utf-8',
    body: '<?xml version="1.0"?><m:error xmlns:m="urn:m"><m:code>E1</m:code><m:message>Bad</m:message></m:error>',
    error: { code: '403', message: XML_HINT },
  },
  {
    title: "OData's error in XML, which readXmlError reads",
    type: 'application/xml; charset=utf-8',
    body: '<?xml version="1.0"?><m:error xmlns:m="urn:m"><m:code>E1</m:code><m:message>Bad</m:message></m:error>',
    error: { code: 'E1', message: 'Bad' },
    options: { readError: readXmlError },
  },
  {
    title: 'XML that is no error, for which readXmlError was asked',
    type: 'application/atom+xml',
    body: '<feed/>',
    error: { code: '403', message: 'No' },
    options: { readError: readXmlError },
    saysNothing: true,
  },
  {
    title: 'octets',
    type: 'application/octet-stream',
    body: octets('\x00\x01\x02'),
    error: { code: '403', message: 'No' },
    saysNothing: true,
  },
  {
    title: 'octets without a type',
    type: undefined,
    body: octets('\xff\xfe\x00'),
    error: { code: '403', message: 'No' },
    saysNothing: true,
  },
  {
    title: 'no body',
    type: 'text/plain',
    body: '',
    error: { code: '403', message: 'No' },
    saysNothing: true,
  },
];

const OPERATION = [{ method: 'GET', url: 'A', id: '1' }] as const;
const bytesOf = (body: Shape['body']) => (typeof body === 'string' ? new TextEncoder().encode(body) : body);

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The result of the only operation, whose answer is part of a multipart batch. */
function inMultipart({ type, body, options }: Shape): OperationResult {
  const head = `--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 403 No\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`;
  const encoder = new TextEncoder();
  const chunks = [encoder.encode(head), bytesOf(body), encoder.encode('\r\n--b--\r\n')];
  const request = encodeBatchRequest(OPERATION);
  const answer = { contentType: 'multipart/mixed; boundary=b', body: joined(chunks) };
  const [result] = decodeBatchResponse(answer, { ...options, request });
  return result;
}

/** The result of the only operation, whose answer is an object of a JSON batch. */
function inJson({ type, body, options }: Shape): OperationResult {
  const isJson = type !== undefined && /json/.test(type);
  const written = isJson && typeof body === 'string' ? JSON.parse(body) : body;
  const response = {
    id: '1',
    status: 403,
    headers: type === undefined ? {} : { 'content-type': type },
    ...(body !== '' && { body: written }),
  };
  const request = encodeBatchRequest(OPERATION, { format: 'json' });
  const answer = { contentType: 'application/json', body: JSON.stringify({ responses: [response] }) };
  const [result] = decodeBatchResponse(answer, { ...options, request });
  return result;
}

describe('the error of a failed operation', () => {
  it.each(SHAPES)('is read from $title, in multipart', (shape) => {
    const result = inMultipart(shape);
    const { error } = shape;
    expect(result).toMatchObject({ outcome: 'failed', status: 403 });
    const reason = error.message === XML_HINT ? { ...error, message: `No (${XML_HINT})` } : error;
    expect(result.outcome === 'failed' && result.error).toEqual(reason);
  });

  it.each(SHAPES.filter(({ type, body }) => type !== undefined && typeof body === 'string'))(
    'is read from $title, in JSON',
    (shape) => {
      const result = inJson(shape);
      const message = shape.error.message === 'No' ? 'Forbidden' : shape.error.message;
      const reason = message === XML_HINT ? `Forbidden (${XML_HINT})` : message;
      expect(result.outcome === 'failed' && result.error).toEqual({ ...shape.error, message: reason });
    },
  );
});

describe('the error of an answer that is no batch', () => {
  it.each(SHAPES)('is read from $title', ({ type, body, options, error, saysNothing }) => {
    const request = encodeBatchRequest(OPERATION);
    const answer = { status: 403, contentType: type ?? null, body: bytesOf(body) };
    const refusal = errorOf(() => decodeBatchResponse(answer, { ...options, request })) as BatchResponseError;
    expect(refusal).toMatchObject({ code: 'not-a-batch', status: 403 });
    // An answer as a whole has no reason phrase.
    const expected = { ...error, message: error.message === 'No' ? '' : error.message };
    expect(refusal.error).toEqual(saysNothing ? undefined : expected);
  });

  it.each([
    ['JSON', 'application/json', json({ title: 'Tea', message: 'hot' })],
    ['text', 'text/plain', 'tea'],
    ['HTML', 'text/html', '<title>Sign in</title>'],
  ])('is not looked for in %s under a status that is no failure', (_, contentType, body) => {
    const request = encodeBatchRequest(OPERATION);
    const refusal = errorOf(() => decodeBatchResponse({ status: 200, contentType, body }, { request }));
    expect((refusal as BatchResponseError).error).toBeUndefined();
  });
});

describe('a message that a service wrote in its own way', () => {
  const failure = (type: string, body: string) => {
    const result = inMultipart({ title: '', type, body, error: { code: '', message: '' } });
    return result.outcome === 'failed' ? result.error : expect.unreachable();
  };

  it.each([
    ['text', 'text/plain', (text: string) => text],
    ['a title', 'text/html', (text: string) => `<title>${text}</title>`],
    ['a problem', 'application/problem+json', (text: string) => json({ detail: text })],
    ['OAuth', 'application/json', (text: string) => json({ error: 'e', error_description: text })],
    ['Web API', 'application/json', (text: string) => json({ Message: text, ExceptionMessage: text })],
    ['a detail', 'application/json', (text: string) => json({ message: 'm', errors: { a: [text] } })],
  ])('has no more than 1 000 characters, cut between two of them: %s', (_, type, write) => {
    for (const text of ['a'.repeat(100_000), '🚲'.repeat(50_000), `a${'🚲'.repeat(50_000)}`]) {
      const { message, details } = failure(type, write(text));
      const cut = details?.[0]?.message ?? message;
      expect(cut.length).toBeGreaterThan(997);
      expect(cut.length).toBeLessThanOrEqual(1000);
      expect(cut).toMatch(/^a?(?:a|🚲)+…$/u);
    }
    expect(JSON.stringify(failure(type, write('b'.repeat(400))))).toContain('b'.repeat(400));
  });

  it.each([
    ['text', 'text/plain', (text: string) => text],
    ['a title', 'text/html', (text: string) => `<title>${text}</title>`],
    ['a problem', 'application/problem+json', (text: string) => json({ title: text })],
    ['OAuth', 'application/json', (text: string) => json({ error: text, error_description: text })],
  ])('holds no control characters and turns no text round: %s', (_, type, write) => {
    const { code, message } = failure(
      type,
      write('a\x1b[31mb\x00\x07\x7f\u0085c\u202ed\u2066e\u2029f\ufeff'),
    );
    expect(message).toBe('a [31mb cde f');
    expect(code).not.toMatch(/\p{Cc}|\u202e/u);
  });

  it('keeps its code short too', () => {
    expect(failure('application/json', json({ error: 'x'.repeat(5000), message: 'm' })).code).toHaveLength(
      200,
    );
  });
});
