import type { ByteStream } from '../bytes/byte-stream.ts';
import type { HeaderList } from '../mime/header-list.ts';
import type { Operation } from './operation.ts';
import type { SucceededResult } from './outcome.ts';
import type { ResultBase } from './result.ts';

/** A success whose body is too large to be held and comes while it is read. It has no value; `streamed` tells it apart. */
export interface StreamedResult extends ResultBase<Operation> {
  readonly outcome: 'succeeded';
  readonly ok: true;
  readonly streamed: true;
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  /** The body; to be read, or cancelled, before the next result is asked for. */
  readonly body: ByteStream;
}

/** The same result with a body that comes. */
export function streamedResult(result: SucceededResult<Operation>, body: ByteStream): StreamedResult {
  const { operation, id, index, path, rewrite, outcome, ok, status, statusText, headers } = result;
  return {
    operation,
    id,
    index,
    path,
    ...(rewrite !== undefined && { rewrite }),
    outcome,
    ok,
    streamed: true,
    status,
    statusText,
    headers,
    body,
  };
}
