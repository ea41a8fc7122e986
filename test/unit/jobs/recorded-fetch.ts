/** A request as a service would see it. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: unknown;
}

/** What a service answers: a body that becomes JSON, a Response, or a failure of the connection. */
export type Reply = object | Response | Error | ((request: SentRequest) => object | Response | Error);

/** A fetch that answers with what it is given, in order, and keeps what it was asked. */
export function recordedFetch(...replies: Reply[]) {
  const sent: SentRequest[] = [];
  const fetch = async (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: Uint8Array },
  ) => {
    const text = init.body === undefined ? '' : new TextDecoder().decode(init.body);
    const json = text.startsWith('[') || text.startsWith('{') ? JSON.parse(text) : undefined;
    const request = { method: init.method, url, headers: init.headers, text, json };
    sent.push(request);
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    const answer = typeof reply === 'function' ? reply(request) : reply;
    if (answer === undefined) throw new Error('nothing more was to be asked');
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer.clone() : Response.json(answer);
  };
  return { sent, fetch };
}

/** A connection that breaks after the request. */
export function brokenConnection(): Error {
  return Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' });
}
