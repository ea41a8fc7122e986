import { describeCuts, headersOf, streamOf } from './stream-cases.ts';

describeCuts(
  'from the Request or Response of a fetch',
  (decoding, chunks) => {
    const headers = headersOf(decoding);
    const body = streamOf(chunks);
    if (decoding.plan !== undefined) return new Response(body, { status: decoding.status ?? 200, headers });
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    return Object.assign(new Request('http://host.example/$batch', init), { status: 200 });
  },
  8,
);
