import { describe, expect, it } from 'vitest';
import { RESPONSE_TOLERANCES } from '../../src/tolerances.ts';
import { boundaryParameter } from '../property/frame.ts';
import { cut, latin1 } from '../property/octets.ts';
import { scan, scanWhole } from '../property/scan.ts';
import { FIXTURE_FOLDERS, type Fixture, loadFixtures } from './fixture.ts';

/** The boundary of a message, and those of the multiparts in it: the scanner must read it by any of them. */
function boundariesOf({ contentType, bytes }: Fixture): string[] {
  const outer = boundaryParameter(contentType ?? '') || 'b';
  const inner = latin1(bytes).matchAll(/boundary="?([^\s";]{1,70})/gi);
  return [...new Set([outer, ...Array.from(inner, ([, boundary = '']) => boundary)])];
}

describe.each(FIXTURE_FOLDERS)('law 3: chunks change nothing in %s', (folder) => {
  it.each(loadFixtures(folder))('$name', (fixture) => {
    const { bytes, kind } = fixture;
    const tolerate = kind === 'response' ? [...RESPONSE_TOLERANCES, ...fixture.tolerate] : fixture.tolerate;
    for (const boundary of boundariesOf(fixture)) {
      const settings = { boundary, tolerate };
      const whole = JSON.stringify(scanWhole(bytes, settings));
      for (let at = 0; at <= bytes.length; at++) {
        const split = JSON.stringify(scan([bytes.subarray(0, at), bytes.subarray(at)], settings));
        if (split !== whole) expect({ boundary, at, read: split }).toEqual({ boundary, at, read: whole });
      }
      const octets = cut(bytes, new Array<number>(bytes.length).fill(1));
      expect(JSON.stringify(scan(octets, settings))).toBe(whole);
    }
  });
});
