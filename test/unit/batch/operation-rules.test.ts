import { describe, expect, it } from 'vitest';
import { isBatchUrl, mayStandInChangeSet } from '../../../src/batch/operation-rules.ts';

describe('mayStandInChangeSet', () => {
  it.each([
    ['POST', true],
    ['PUT', true],
    ['PATCH', true],
    ['DELETE', true],
    ['MERGE', true],
    ['GET', false],
    ['HEAD', false],
    ['OPTIONS', false],
  ])('%s: %s (B-12, B-13)', (method, expected) => {
    expect(mayStandInChangeSet(method)).toBe(expected);
  });
});

describe('isBatchUrl', () => {
  it.each(['$batch', '/svc/$batch', 'https://h/svc/$batch', '$batch?$format=json', '/svc/$batch?!special'])(
    '%s is a batch (B-01, B-02, H-06)',
    (url) => {
      expect(isBatchUrl(url)).toBe(true);
    },
  );

  it.each(['$BATCH', 'batch', '$batches', 'P?$filter=$batch', 'x$batch', '/svc/$batch/x'])(
    '%s is none: the segment is case-sensitive (B-01)',
    (url) => {
      expect(isBatchUrl(url)).toBe(false);
    },
  );
});
