import type { EncodeBatchRequestOptions } from '../batch/encode-options.ts';
import type { Batch } from '../batch/operation.ts';
import { encodeBatchRequest } from '../formats/encode-batch-request.ts';

/** Octets of the body of a batch. Throws what encoding throws, limits apart. */
export function encodedSize(batch: Batch, options: EncodeBatchRequestOptions): number {
  const service = options.service && { ...options.service, limits: undefined };
  return encodeBatchRequest(batch, { ...options, service, onWarning: undefined }).body.length;
}

/**
 * Octets that every batch has beside its items, however many these are: the size of a batch is this and, for each item, the
 * size of a batch of that item alone less this, but for ids with more digits.
 */
export function frameSize(options: EncodeBatchRequestOptions): number {
  // What a service says of operations does not matter: only what is around them.
  const service = options.service && { ...options.service, prepare: undefined, urlForm: undefined };
  const plain = { ...options, service, urlForm: 'as-given', boundary: undefined } as const;
  const get = () => ({ method: 'GET', url: '/' });
  return 2 * encodedSize([get()], plain) - encodedSize([get(), get()], plain);
}
