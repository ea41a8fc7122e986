import { describe, it } from 'vitest';
import { decodeWhole, expectSame, expectToldStands } from '../property/stream-outcome.ts';
import { describeCuts, inOneChunk, iterated, STREAM_CASES } from './stream-cases.ts';

describe('law 3: streamed in one chunk', () => {
  it.each(STREAM_CASES)('$title is what it is whole', async ({ decodings }) => {
    for (const decoding of decodings) {
      const streamed = await inOneChunk(decoding);
      expectSame(streamed, await decodeWhole(decoding));
      expectToldStands(streamed);
    }
  });
});

describeCuts('from an async iterable', iterated, 1);
