import { expectArgument } from '../expect-argument.ts';
import { expectOptions, type NamesOf, type OptionNames } from '../expect-options.ts';
import { makeController } from '../transport/abort-signal.ts';
import type { FetchRequest } from './fetch-request.ts';
import { type FetchResponse, makeResponse, type PlainResponse } from './fetch-response.ts';
import type { NodeRequest, NodeResponse } from './node-request.ts';
import { problemBody } from './problem.ts';
import { BodyReadBefore, readNodeRequest } from './read-node-request.ts';
import { sendNodeResponse } from './send-node-response.ts';

/** What `http.createServer`, `https`, the compatibility API of `http2`, Express and Fastify call for a request; never rejects. */
export type NodeListener = (request: NodeRequest, response: NodeResponse) => Promise<void>;

/** How a listener behaves. */
export interface NodeListenerOptions {
  /**
   * Takes what the handler threw, a body that failed, and a body that was read before; the client gets a 500, or a broken
   * connection. Default `console.error`.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The names of them. */
const LISTENER_OPTIONS: OptionNames = { onError: 'function' } satisfies NamesOf<NodeListenerOptions>;

/**
 * Makes a listener for Node's servers of any function that answers a Request with a Response, a batch endpoint among them.
 *
 * The signal of the Request is aborted where its client goes away before the answer is out. Bodies come and go as fast as the
 * other side takes them. A body that fails half-way, or has not the length that its Content-Length says, breaks the connection,
 * so that nobody takes it for whole, nor its end for the next answer. The body of the request has to be unread; octets that a
 * middleware left as `request.body` are taken as well. TRACE, which no Request can be, is answered with 501.
 *
 * @example
 * http.createServer(toNodeListener(answerBatch)).listen(8080);
 */
export function toNodeListener(
  handler: (request: FetchRequest) => FetchResponse | Promise<FetchResponse>,
  options: NodeListenerOptions = {},
): NodeListener {
  expectArgument(typeof handler === 'function', 'handler', 'a function');
  expectOptions(options, LISTENER_OPTIONS);
  const { onError } = options;
  return async (incoming, outgoing) => {
    const controller = makeController();
    outgoing.on('close', () => {
      // HTTP/2 says of an answer that was cut off, too, that it is finished, but not that it was ended.
      if (!outgoing.writableEnded || !outgoing.writableFinished) controller.abort();
    });
    // Writing to who is gone; that it is gone, 'close' says.
    outgoing.on('error', () => {});
    // Nothing says so again.
    if (outgoing.destroyed || incoming.aborted) controller.abort();

    try {
      if (NOT_FETCHED.test(incoming.method ?? '')) {
        answerWithout(outgoing, 501);
        return;
      }
      const response: unknown = await handler(readNodeRequest(incoming, controller.signal));
      const isGone = controller.signal.aborted;
      await sendNodeResponse(response as PlainResponse, outgoing, {
        isGone,
        isHead: incoming.method === 'HEAD',
      });
    } catch (error) {
      if (controller.signal.aborted) return;
      report(error, onError);
      if (outgoing.headersSent) outgoing.destroy();
      else if (error instanceof BodyReadBefore) await answerWith(outgoing, error);
      else answerWithout(outgoing, 500);
    }
  };
}

/** Methods that no Request can have (Fetch standard), so that no handler can answer them; whoever sends them is to blame. */
const NOT_FETCHED = /^(?:CONNECT|TRACE|TRACK)$/i;

/** Says what the author of the server has to change: nothing of it is a secret. */
async function answerWith(outgoing: NodeResponse, { message }: BodyReadBefore): Promise<void> {
  const status = 500;
  const body = JSON.stringify(problemBody({ status, code: 'body-read-before', message }, '4.0'));
  const response = makeResponse(body, { status, headers: { 'Content-Type': 'application/json' } });
  await sendNodeResponse(response as unknown as PlainResponse, outgoing, { isGone: false, isHead: false });
}

/** Answers without a body. */
function answerWithout(outgoing: NodeResponse, status: number): void {
  outgoing.statusCode = status;
  outgoing.setHeader('Content-Length', '0');
  outgoing.end();
}

/** In every runtime, but in no ECMAScript library that the types could name. */
function logError(error: unknown): void {
  (globalThis as { console?: { error(value: unknown): void } }).console?.error(error);
}

function report(error: unknown, onError: NodeListenerOptions['onError']): void {
  try {
    (onError ?? logError)(error);
  } catch {
    // Who is told of errors can't be told of this one.
  }
}
