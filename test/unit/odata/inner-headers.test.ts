import { describe, expect, it } from 'vitest';
import { isForbiddenInside } from '../../../src/odata/inner-headers.ts';

describe('isForbiddenInside', () => {
  it.each([
    'Authorization',
    'WWW-Authenticate',
    'Proxy-Authorization',
    'Expect',
    'From',
    'Max-Forwards',
    'Range',
    'TE',
    'te',
    'AUTHORIZATION',
  ])('%s may not stand inside a batch (H-49)', (name) => {
    expect(isForbiddenInside(name)).toBe(true);
  });

  it('nor may Transfer-Encoding, which no reader of a part understands (H-50)', () => {
    expect(isForbiddenInside('Transfer-Encoding')).toBe(true);
  });

  it.each([
    'Accept',
    'Host',
    'If-Match',
    'Prefer',
    'Content-Type',
    'Content-Range',
    'X-Authorization',
    '__proto__',
    'constructor',
  ])('%s may', (name) => {
    expect(isForbiddenInside(name)).toBe(false);
  });
});
