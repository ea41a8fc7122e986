import {
  type Batch,
  type EncodeBatchRequestOptions,
  encodeBatchRequest,
  type OperationResult,
  readBatchResponse,
} from '../../src/index.ts';
import type { BatchHandler } from '../../src/server.ts';

export const ROOT = 'https://shop.example/odata/';
const BATCH_URL = `${ROOT}$batch`;

export interface SendOptions extends EncodeBatchRequestOptions {
  readonly signal?: AbortSignal;
}

/** What came of a batch, as its client sees it. */
export interface Sent {
  readonly response: Response;
  readonly text: string;
  readonly results: OperationResult[];
}

/** Sends a batch to a handler and reads its answer to the end. */
export async function send(handler: BatchHandler, batch: Batch, options: SendOptions = {}): Promise<Sent> {
  const { signal, ...encoding } = options;
  const request = encodeBatchRequest(batch, encoding);
  const response = await handler(new Request(BATCH_URL, { ...request, ...(signal && { signal }) }));
  const text = Buffer.from(await response.clone().arrayBuffer()).toString('latin1');
  const results = (await readBatchResponse(response, { request })).flat();
  return { response, text, results };
}

/** A batch as bytes that somebody wrote by hand, lines ended by CRLF. */
export function rawRequest(
  body: string | Uint8Array<ArrayBuffer> | null,
  init: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly signal?: AbortSignal;
  } = {},
): Request {
  const headers = { 'Content-Type': 'multipart/mixed; boundary=b', ...init.headers };
  return new Request(BATCH_URL, { method: 'POST', ...init, headers, ...(body !== null && { body }) });
}

/** One part of a batch with the boundary `b`. */
export function rawBatch(...requests: readonly string[]): string {
  const parts = requests.map(
    (request, index) =>
      `--b\r\nContent-Type: application/http\r\nContent-ID: ${index + 1}\r\n\r\n${request}\r\n`,
  );
  return `${parts.join('')}--b--\r\n`;
}

/** `200`, or the outcome of what has no status. */
export function statuses(results: readonly OperationResult[]): (number | string)[] {
  return results.map((result) => ('status' in result ? result.status : result.outcome));
}

/** The code of the OData error that a Response holds. */
export async function problemOf(
  response: Response,
): Promise<{ code: string; message: string; innererror?: Record<string, unknown> }> {
  return ((await response.json()) as { error: { code: string; message: string } }).error;
}
