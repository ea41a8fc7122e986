import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { Issues } from '../batch/issues.ts';
import type { Batch, Operation } from '../batch/operation.ts';

/** What a batch becomes in the other format, before it is encoded. */
export interface Conversion {
  readonly batch: Batch;
  readonly continueOnError: boolean | undefined;
}

/** What a conversion goes by. */
export interface ConversionRules {
  /** Whether the order of the operations must be kept. */
  readonly keepsOrder: boolean;
  readonly serviceRoot: string | undefined;
  /** The host of the batch itself, where it is known without the service root. */
  readonly host: string | null;
  readonly issues: Issues;
}

/** A copy of an operation that can be given other properties. */
export function copyOf({
  method,
  url,
  headers,
  id,
  body,
  dependsOn,
  if: condition,
}: DecodedOperation): Operation {
  return { method, url, headers, id, body, dependsOn, if: condition };
}

/** Whether the answer may be 304: no failure in multipart, but no success for what depends on it in JSON. */
export function mayBeNotModified({ method, headers }: DecodedOperation): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers.has('If-None-Match') || headers.has('If-Modified-Since');
}
