import { describe, expect, it } from 'vitest';
import { decodeBatchRequest, decodeBatchResponse, isBatchError } from '../../src/index.ts';
import { boundaryParameter } from './frame.ts';
import { REGRESSIONS } from './law.ts';
import { cut, fromLatin1 } from './octets.ts';
import { scan, scanWhole } from './scan.ts';

describe('messages that once broke a law', () => {
  it.each(REGRESSIONS.messages)('law 3: $why', ({ contentType, latin1 }) => {
    const bytes = fromLatin1(latin1);
    const settings = { boundary: boundaryParameter(contentType) || 'b' };
    const whole = scanWhole(bytes, settings);
    for (let at = 0; at <= bytes.length; at++) {
      expect({ at, ...scan([bytes.subarray(0, at), bytes.subarray(at)], settings) }).toEqual({
        at,
        ...whole,
      });
    }
    expect(scan(cut(bytes, new Array<number>(bytes.length).fill(1)), settings)).toEqual(whole);
  });

  it.each(REGRESSIONS.messages)('law 7: $why', ({ contentType, latin1 }) => {
    for (const decode of [decodeBatchRequest, decodeBatchResponse]) {
      try {
        decode({ contentType, body: fromLatin1(latin1) });
      } catch (error) {
        expect(isBatchError(error)).toBe(true);
      }
    }
  });
});
