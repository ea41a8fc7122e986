import { describeCuts, headersOf, streamOf } from './stream-cases.ts';

describeCuts(
  'from a ReadableStream that does not iterate',
  (decoding, chunks) => {
    const stream = streamOf(chunks);
    const body = { getReader: () => stream.getReader() };
    return { status: decoding.status ?? 200, headers: headersOf(decoding), body };
  },
  8,
);
