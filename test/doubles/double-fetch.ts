import type { Fetch } from '../../src/transport/fetch.ts';
import type { Reply, WireRequest } from './failing-service.ts';

/** A fetch that goes to a service in the same process. */
export function doubleFetch(handle: (request: WireRequest) => Promise<Reply>): Fetch {
  return async (url, { method, headers, body, signal }) => {
    const text = body === undefined ? '' : Buffer.from(body).toString('latin1');
    const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const request = { method, url, headers: Object.fromEntries(fields), body: text, length: text.length };
    const reply = await new Promise<Reply>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      handle(request).then(resolve, reject);
    });
    if (reply.kind === 'reset') {
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
    }
    const { answer, cutAt } = reply;
    const { status, headers: given = {}, body: sent = '' } = answer;
    const hasBody = status !== 204 && status !== 304;
    return new Response(hasBody ? bodyOf(sent, cutAt) : null, { status, headers: given });
  };
}

function bodyOf(text: string, cutAt: number | undefined): string | ReadableStream<Uint8Array> {
  if (cutAt === undefined) return text;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text.slice(0, cutAt)));
    },
    pull(controller) {
      controller.error(Object.assign(new TypeError('terminated'), { cause: { code: 'UND_ERR_SOCKET' } }));
    },
  });
}
