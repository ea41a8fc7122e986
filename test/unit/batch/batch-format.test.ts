import { expect, test } from 'vitest';
import { type BatchFormat, stopsAtFailure } from '../../../src/batch/batch-format.ts';

test.each<[BatchFormat, boolean | undefined, boolean]>([
  ['multipart', undefined, true],
  ['multipart', false, true],
  ['multipart', true, false],
  ['json', undefined, false],
  ['json', false, true],
  ['json', true, false],
])('%s with continueOnError %s stops at a failure: %s (J-17, X7)', (format, continueOnError, stops) => {
  expect(stopsAtFailure(format, continueOnError)).toBe(stops);
});
