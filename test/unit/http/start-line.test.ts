import { describe, expect, it } from 'vitest';
import { parseRequestLine, parseStatusLine } from '../../../src/http/start-line.ts';
import type { Tolerance } from '../../../src/tolerances.ts';
import { buildReading } from '../build-reading.ts';
import { errorOf } from '../catch-error.ts';

const request = (line: string, ...tolerate: Tolerance[]) =>
  parseRequestLine(line, 40, 'parts[2]', buildReading(tolerate));
const status = (line: string, ...tolerate: Tolerance[]) =>
  parseStatusLine(line, 40, 'parts[2]', buildReading(tolerate));

describe('parseRequestLine', () => {
  it.each([
    { line: 'GET People HTTP/1.1', method: 'GET', target: 'People' },
    {
      line: "PATCH /svc/People('a%20b')?$filter=x%20eq%20'a:b' HTTP/1.1",
      method: 'PATCH',
      target: "/svc/People('a%20b')?$filter=x%20eq%20'a:b'",
    },
    { line: 'POST $1/Orders HTTP/1.1', method: 'POST', target: '$1/Orders' },
    { line: 'GET https://h:8443/x HTTP/1.1', method: 'GET', target: 'https://h:8443/x' },
    { line: "M-SEARCH!#$%&'*+.^_`|~ * HTTP/1.1", method: "M-SEARCH!#$%&'*+.^_`|~", target: '*' },
    { line: 'lookup People HTTP/1.1', method: 'lookup', target: 'People' },
  ])('reads $line (H-10, H-11)', ({ line, method, target }) => {
    expect(request(line)).toEqual({ method, target });
  });

  it.each([
    ['', 'invalid-request-line'],
    ['GET', 'invalid-request-line'],
    [' GET People HTTP/1.1', 'invalid-request-line'],
    ['GET ', 'invalid-request-line'],
    ['G(T People HTTP/1.1', 'invalid-method'],
    ['GET\tPeople HTTP/1.1', 'invalid-method'],
    ['get People HTTP/1.1', 'lower-case-method'],
    ['Get People HTTP/1.1', 'lower-case-method'],
    ['GET People', 'missing-http-version'],
    ['GET HTTP/1.1', 'missing-http-version'],
    ['GET People http/1.1', 'missing-http-version'],
    ['GET People HTTP/1.1 ', 'missing-http-version'],
    ['GET a b HTTP/1.1', 'space-in-target'],
    ['GET  People HTTP/1.1', 'space-in-target'],
    ['GET Peo\tple HTTP/1.1', 'invalid-target'],
    ['GET Peo\x00ple HTTP/1.1', 'invalid-target'],
    ['GET Peo\rple HTTP/1.1', 'invalid-target'],
    ['GET Caf\xe9 HTTP/1.1', 'invalid-target'],
    ['GET People HTTP/1.0', 'unsupported-http-version'],
    ['GET People HTTP/2', 'unsupported-http-version'],
  ])('refuses %j as %s (H-10, H-11, H-12, H-13, H-14, H-15)', (line, code) => {
    expect(errorOf(() => request(line))).toMatchObject({ code, offset: 40, path: 'parts[2]' });
  });

  it.each<[Tolerance, string, string, string]>([
    ['missing-http-version', "GET People('x')", 'GET', "People('x')"],
    ['space-in-target', "GET People?$filter=Name eq 'x' HTTP/1.1", 'GET', "People?$filter=Name eq 'x'"],
    ['other-http-version', 'GET People HTTP/1.0', 'GET', 'People'],
    ['other-http-version', 'GET People HTTP/2', 'GET', 'People'],
    ['lower-case-method', 'patch People HTTP/1.1', 'PATCH', 'People'],
  ])('with %s reads %s (H-11, H-12, H-13, H-15)', (tolerance, line, method, target) => {
    expect(request(line, tolerance)).toEqual({ method, target });
  });
});

describe('parseStatusLine', () => {
  it.each([
    ['HTTP/1.1 200 OK', 200, 'OK'],
    ['HTTP/1.1 204 No Content', 204, 'No Content'],
    ['HTTP/1.1 200 ', 200, ''],
    ['HTTP/1.1 200', 200, ''],
    ['HTTP/1.1  200 Ok  ', 200, 'Ok'],
    ['HTTP/1.1 400 Bad (no) "reason" caf\xe9', 400, 'Bad (no) "reason" caf\xe9'],
    // Not an error of the message: that part failed (H-20).
    ['HTTP/1.1 999 Odd', 999, 'Odd'],
    ['HTTP/1.1 20 Odd', 20, 'Odd'],
    ['HTTP/1.1 0 Odd', 0, 'Odd'],
  ])('reads %j (H-17, H-18, H-20)', (line, code, reason) => {
    expect(status(line)).toEqual({ status: code, statusText: reason });
  });

  it.each([
    ['', 'invalid-status-line'],
    ['HTTP/1.1', 'invalid-status-line'],
    ['HTTP/1.1 Unknown Status Code', 'invalid-status-line'],
    ['HTTP/1.1 2x0 OK', 'invalid-status-line'],
    ['HTTP/1.1 -200 OK', 'invalid-status-line'],
    ['HTTP/1.1 200OK', 'invalid-status-line'],
    [' HTTP/1.1 200 OK', 'invalid-status-line'],
    ['GET People HTTP/1.1', 'invalid-status-line'],
    ['HTTP/1.0 200 OK', 'unsupported-http-version'],
    ['HTTP/2 200', 'unsupported-http-version'],
  ])('refuses %j as %s (H-15, H-17, H-19)', (line, code) => {
    expect(errorOf(() => status(line))).toMatchObject({ code, offset: 40, path: 'parts[2]' });
  });

  it.each(['HTTP/1.0 200 OK', 'HTTP/2 200 OK'])('with other-http-version reads %s (H-15)', (line) => {
    expect(status(line, 'other-http-version')).toEqual({ status: 200, statusText: 'OK' });
  });
});
