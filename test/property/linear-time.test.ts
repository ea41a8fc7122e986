import { describe, expect, it } from 'vitest';
import { compilePortableSearch } from '../../src/bytes/byte-search.ts';
import {
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  isBatchError,
} from '../../src/index.ts';
import { cut, utf8 } from './octets.ts';
import { scan } from './scan.ts';

const contentType = 'multipart/mixed; boundary=b';
const part = (message: string) => `--b\r\nContent-Type: application/http\r\n\r\n${message}\r\n`;

/** Messages made to take long, of about `size` octets; each is decoded, whatever becomes of it. */
const SHAPES: Record<string, (size: number) => string> = {
  'many parts': (size) => `${part('HTTP/1.1 204 No Content\r\n\r\n').repeat(size / 70)}--b--`,
  'lines like delimiters behind LF': (size) =>
    `${part(`HTTP/1.1 200 OK\r\n\r\n${'\n--b'.repeat(size / 4)}\n`)}--b--`,
  'lines like delimiters with more': (size) =>
    `${part(`HTTP/1.1 200 OK\r\n\r\n${'\r\n--bx'.repeat(size / 6)}`)}--b--`,
  'fields with a space before the colon': (size) =>
    `${part(`HTTP/1.1 200 OK\r\n${'X : y\r\n'.repeat(200)}`).repeat(size / 1500)}--b--`,
  'folded fields': (size) =>
    `${part(`HTTP/1.1 200 OK\r\nX: y\r\n${' z\r\n'.repeat(200)}`).repeat(size / 900)}--b--`,
  'one field folded again and again': (size) =>
    `${part(`HTTP/1.1 200 OK\r\nX: y\r\n${' z\r\n'.repeat(Math.min(size, 60_000) / 4)}`)}--b--`,
  'text behind a status without a body': (size) =>
    `${part('HTTP/1.1 204 No Content\r\n\r\nx').repeat(size / 70)}--b--`,
  'carriage returns': (size) => `${part(`HTTP/1.1 200 OK\r\n\r\n${'\r'.repeat(size)}`)}--b--`,
  'white space in a reason phrase': (size) => `${part(`HTTP/1.1 200 ${' '.repeat(size)}x`)}--b--`,
  'a header line without end': (size) => `--b\r\nX: ${'y'.repeat(size)}`,
  'header lines without end': (size) => `--b\r\n${'X: y\r\n'.repeat(size / 6)}`,
  'preamble only': (size) => '\r\n--'.repeat(size / 4),
  'text around no parts': (size) => `${'--a\r\n'.repeat(size / 10)}--b--\r\n${'\r\n--a'.repeat(size / 10)}`,
  'one line': (size) => 'x'.repeat(size),
};

function seconds(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < 3; tried++) {
    const start = performance.now();
    run();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

/** How the time of `run` grows when its input does, by 8: 1 is linear, 2 is quadratic. */
function exponent(run: (size: number) => () => void, size = 32_000): number {
  const small = seconds(run(size));
  const large = seconds(run(size * 8));
  // What is over in no time can't be measured, and what is quadratic is not over in no time.
  return large < 0.05 ? 1 : Math.log(large / Math.max(small, 0.0005)) / Math.log(8);
}

const LIMIT = 1.6;

// Again where it fails: another process may have had the processor.
describe('law 7: decoding takes linear time', { retry: 2 }, () => {
  it('as this test can tell', () => {
    const work = (count: number) => () => {
      let sum = 0;
      for (let at = 0; at < count; at++) sum += Math.sqrt(at);
      expect(sum).toBeGreaterThan(0);
    };
    expect(exponent((size) => work(size * 100))).toBeLessThan(LIMIT);
    expect(exponent((size) => work((size / 40) ** 2))).toBeGreaterThan(LIMIT);
  });

  it.each(Object.entries(SHAPES))('%s', (_, shape) => {
    const { plan } = encodeBatchRequest([{ method: 'GET', url: 'A' }]);
    const options = { limits: { maxParts: 1e6 }, onWarning: () => {} };
    const run = (size: number) => {
      const message = { contentType, body: utf8(shape(size)) };
      return () => {
        for (const decode of [
          () => decodeBatchRequest(message, options),
          () => decodeBatchResponse(message, { ...options, request: plan }),
        ]) {
          try {
            decode();
          } catch (error) {
            if (!isBatchError(error)) throw error;
          }
        }
      };
    };
    expect(exponent(run, 8_000)).toBeLessThan(LIMIT);
  });

  it.each(Object.entries(SHAPES))('octet by octet: %s', (_, shape) => {
    const run = (size: number) => {
      const chunks = cut(utf8(shape(size)), new Array<number>(size * 2).fill(1));
      return () => {
        scan(chunks, { boundary: 'b' });
      };
    };
    expect(exponent(run, 4_000)).toBeLessThan(LIMIT);
  });

  it('the portable search, where most of the needle matches everywhere', () => {
    const search = compilePortableSearch(utf8('\n--batch'));
    const run = (size: number) => {
      const haystack = utf8('--batch'.repeat(size));
      return () => {
        expect(search(haystack, 0)).toBe(-1);
      };
    };
    expect(exponent(run)).toBeLessThan(LIMIT);
  });
});
