import { applySchemasAsync } from '../batch/apply-schemas.ts';
import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { Operation } from '../batch/operation.ts';
import { answered, type Subject } from '../batch/outcome.ts';
import { ReceivedAnswer } from '../batch/received-answer.ts';
import type { OperationResult } from '../batch/result.ts';
import { readChunks } from '../bytes/read-chunks.ts';
import { BatchLimitError, BatchResponseError, BatchTransportError } from '../errors.ts';
import { decodeBatchRequest } from '../formats/decode-batch-request.ts';
import type { EncodedBatchRequest } from '../formats/encode-batch-request.ts';
import { OpenMessage } from '../formats/open-message.ts';
import { readWhole } from '../formats/read-whole.ts';
import { resolveUrl } from '../odata/resolve-url.ts';
import { RESPONSE_TOLERANCES } from '../tolerances.ts';
import type { AbortSignalLike } from '../transport/abort-signal.ts';
import { parseFetchable } from '../transport/origin.ts';
import { type Failure, failureOfStatus } from '../transport/send-again.ts';
import { chunksUntilAborted } from './chunks-until-aborted.ts';
import { type Exchange, wholeFailure } from './judge-batch.ts';
import type { SendSettings } from './send-settings.ts';

/** An operation as a request of its own. */
export interface DirectRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** What the batch is told and the operation is not. */
const OF_THE_BATCH = /^(?:content-type|content-length|accept|prefer)$/i;
/** What an operation inside a batch has and a request of its own has not, or has from the fetch. */
const OF_THE_PART = /^(?:host|content-length|content-id|content-transfer-encoding)$/i;

/**
 * The only operation of a batch as a request of its own, with the headers of the batch; undefined where there are several,
 * where it is to go as a batch, or to another origin.
 */
export function toDirectRequest(
  { plan, contentType, headers, body }: EncodedBatchRequest,
  { isDirect, url, encoding }: SendSettings,
): DirectRequest | undefined {
  if (!isDirect || plan.items.flat().length !== 1) return undefined;
  const { version, forbiddenHeaders } = encoding;
  const options = { version, forbiddenHeaders };
  const [operation] = decodeBatchRequest({ contentType, body }, options).flat() as DecodedOperation[];
  if (operation === undefined) return undefined;
  const target = parseFetchable(resolveUrl(operation.url, url));
  if (target === undefined || target.origin !== parseFetchable(url)?.origin) return undefined;

  const fields = new Map<string, [name: string, value: string]>();
  const outer = Object.entries(headers).filter(([name]) => !OF_THE_BATCH.test(name));
  const inner = [...operation.headers].filter(([name]) => !OF_THE_PART.test(name));
  for (const [name, value] of [...outer, ...inner]) fields.set(name.toLowerCase(), [name, value]);
  return {
    url: target.href,
    method: operation.method,
    headers: Object.fromEntries(fields.values()),
    body: operation.body,
  };
}

/** Sends an operation by itself. Throws what the fetch rejects with. */
export async function sendDirect(
  { url, method, headers, body }: DirectRequest,
  subject: Subject<Operation>,
  { fetch, decoding, clock }: SendSettings,
  signal: AbortSignalLike,
): Promise<Exchange> {
  const response = await fetch({ url, method, headers, body, signal });
  const { status, statusText = '' } = response;
  const chunks = response.body && readChunks(chunksUntilAborted(response.body, signal));
  const whole = await readWhole(chunks, decoding.limits);
  if (whole.failure !== undefined) throw lost(whole.failure.cause, signal);

  const message = new OpenMessage(
    { status, headers: [...response.headers], body: whole.bytes },
    decoding,
    RESPONSE_TOLERANCES,
  );
  const readers = {
    parse: decoding.json?.parse ?? JSON.parse,
    readError: decoding.readError,
    locate: message.locate,
  };
  const answer = new ReceivedAnswer({ status, statusText }, message.headers, whole.bytes, readers, 0, '');
  const failure = answer.succeeded ? undefined : failureOfStatus(response, clock.now());
  if (failure !== undefined && !isOwnAnswer(failure, answer)) {
    const error = { status, headers: message.headers, bytes: whole.bytes, error: answer.serviceError() };
    return wholeFailure([subject], failure, new BatchResponseError(`the service answered ${status}`, error));
  }
  const [result] = (await applySchemasAsync([answered(subject, answer)])) as OperationResult[];
  return { results: [result as OperationResult] };
}

/**
 * Whether a refusal is what the service says of the operation, and not of how often somebody asks and how long it takes. A 5xx
 * without an error of the service's in it may come from a gateway that lost the service while it worked.
 */
function isOwnAnswer({ kind }: Failure, answer: ReceivedAnswer): boolean {
  if (kind === 'lost') return answer.ownError() !== undefined;
  return kind === 'refused' || kind === 'too-large' || kind === 'unauthorized';
}

function lost(cause: unknown, signal: AbortSignalLike): unknown {
  if (signal.aborted) return signal.reason;
  if (cause instanceof BatchLimitError) return cause;
  return new BatchTransportError('reading the answer failed before its end', { cause });
}
