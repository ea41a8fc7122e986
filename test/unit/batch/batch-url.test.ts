import { describe, expect, it } from 'vitest';
import { isBatchUrl } from '../../../src/batch/batch-url.ts';

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
