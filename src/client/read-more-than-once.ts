import type { HeadersInput } from '../batch/operation.ts';

type HeaderPairs = Extract<HeadersInput, Iterable<unknown>>;

/** The same headers; those of an iterator, which can be read once, as a list. */
export function readMoreThanOnce(headers: HeadersInput | undefined): HeadersInput | undefined {
  if (typeof headers !== 'object' || headers === null) return headers;
  const isIterator = 'next' in headers && Symbol.iterator in headers;
  return isIterator ? Array.from(headers as HeaderPairs) : headers;
}
