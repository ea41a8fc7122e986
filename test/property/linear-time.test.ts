import { describe, expect, it } from 'vitest';
import { compilePortableSearch } from '../../src/bytes/byte-search.ts';
import { decodeBatchRequest, decodeBatchResponse, encodeBatchRequest } from '../../src/index.ts';
import { ADVERSARIAL_JSON } from './adversarial-json.ts';
import { ADVERSARIAL_SHAPES, BOUNDARY, CONTENT_TYPE, WIDE_LIMITS } from './adversarial-shapes.ts';
import { confirmGrowth, type WorkOf } from './growth.ts';
import { cut, utf8 } from './octets.ts';
import { scan } from './scan.ts';

/** Between linear and quadratic: small sizes are not exact. `npm run test:slow` measures large ones. */
const LIMIT = 1.5;
const exponent = async (workOf: WorkOf, sizes: readonly number[]) =>
  (await confirmGrowth(workOf, { sizes, limit: LIMIT, fewestRounds: 1, sampleMs: 2 })).exponent;

describe('law 7: decoding takes linear time', () => {
  const shapes = ADVERSARIAL_SHAPES.map((shape) => ({
    ...shape,
    sizes: shape.unit === 'parts' ? [50, 500] : [1_000, 10_000],
  }));

  it.each(shapes)('$kind: $name', async ({ kind, message, batch, sizes, code }) => {
    const errors = new Set<unknown>();
    const workOf = (size: number) => {
      const { plan } = encodeBatchRequest(batch(size));
      const whole = { contentType: CONTENT_TYPE, body: utf8(message(size)) };
      const options = { limits: WIDE_LIMITS, onWarning: () => {} };
      return () => {
        try {
          if (kind === 'request') decodeBatchRequest(whole, options);
          else decodeBatchResponse(whole, { ...options, request: plan });
        } catch (error) {
          errors.add((error as { code?: unknown }).code);
        }
      };
    };
    expect(await exponent(workOf, sizes)).toBeLessThan(LIMIT);
    expect([...errors]).toEqual(code === undefined ? [] : [code]);
  });

  const jsonShapes = ADVERSARIAL_JSON.map((shape) => ({
    ...shape,
    sizes: shape.unit === 'parts' ? [50, 500] : [2_000, 20_000],
  }));

  it.each(jsonShapes)('JSON: $kind, $name', async ({ kind, message, batch, sizes, code }) => {
    const errors = new Set<unknown>();
    const workOf = (size: number) => {
      const { plan } = encodeBatchRequest(batch(size), { format: 'json' });
      const whole = { contentType: 'application/json', body: utf8(message(size)) };
      const options = { limits: WIDE_LIMITS, onWarning: () => {} };
      return () => {
        try {
          if (kind === 'request') decodeBatchRequest(whole, options);
          else decodeBatchResponse(whole, { ...options, request: plan });
        } catch (error) {
          errors.add((error as { code?: unknown }).code);
        }
      };
    };
    expect(await exponent(workOf, sizes)).toBeLessThan(LIMIT);
    expect([...errors]).toEqual(code === undefined ? [] : [code]);
  });

  it('JSON: encoding what depends on much', async () => {
    const workOf = (size: number) => {
      const ids = Array.from({ length: size }, (_, index) => `o${index}`);
      const batch = ids.map((id) => ({ method: 'GET', url: 'A', id }));
      const last = { method: 'GET', url: 'A', dependsOn: ids };
      return () => encodeBatchRequest([...batch, last], { format: 'json' });
    };
    expect(await exponent(workOf, [100, 1_000])).toBeLessThan(LIMIT);
  });

  it.each(shapes)('octet by octet: $kind, $name', async ({ message, sizes }) => {
    const workOf = (size: number) => {
      const bytes = utf8(message(size / 5));
      const chunks = cut(bytes, new Array<number>(bytes.length).fill(1));
      return () => {
        scan(chunks, { boundary: BOUNDARY, limits: WIDE_LIMITS });
      };
    };
    expect(await exponent(workOf, sizes)).toBeLessThan(LIMIT);
  });

  it.each([
    ['a title that never ends', 'text/html', '<title>', 'x'],
    ['titles that never begin', 'text/html', '', '<title '],
    ['titles that never end', 'text/html', '<title>', '</titl'],
    ['references that never end', 'text/html', '<title>', '&#'],
    ['white space', 'text/plain', '', ' '],
    ['control characters', 'text/plain', '', '\x1b\x00'],
    ['sentences', 'application/problem+json', '{"title":"', 'a. '],
  ])('the message of an error: %s', async (_, type, start, unit) => {
    const { plan } = encodeBatchRequest([{ method: 'GET', url: 'A' }]);
    const workOf = (size: number) => {
      const head = `Content-Type: application/http\r\n\r\nHTTP/1.1 403 No\r\nContent-Type: ${type}\r\n\r\n`;
      const end = type.endsWith('json') ? '"}' : '';
      const body = utf8(`--${BOUNDARY}\r\n${head}${start}${unit.repeat(size)}${end}\r\n--${BOUNDARY}--\r\n`);
      return () => decodeBatchResponse({ contentType: CONTENT_TYPE, body }, { request: plan });
    };
    expect(await exponent(workOf, [800, 8_000])).toBeLessThan(LIMIT);
  });

  it('the portable search, where most of the needle matches everywhere', async () => {
    const search = compilePortableSearch(utf8('\n--batch'));
    const workOf = (size: number) => {
      const haystack = utf8('--batch'.repeat(size));
      return () => {
        expect(search(haystack, 0)).toBe(-1);
      };
    };
    expect(await exponent(workOf, [1_000, 10_000])).toBeLessThan(LIMIT);
  });
});
