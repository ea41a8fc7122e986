import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import { HeaderFields } from '../mime/header-list.ts';
import { locationOf } from '../odata/resolve-reference.ts';
import type { ODataVersion } from '../odata/version.ts';
import type { AbortScope } from './abort-scope.ts';
import { makeRequest, type PlainRequest } from './fetch-request.ts';
import type { HeaderInheritance } from './header-inheritance.ts';
import { locateOperation, type UrlRules } from './locate-operation.ts';
import { problemResponse } from './problem.ts';
import { readResponse } from './read-response.ts';

/** What the operations of one batch have in common while they are run. */
export interface BatchContext extends UrlRules {
  readonly version: ODataVersion;
  readonly locations: Map<string, string | null>;
  readonly inheritance: HeaderInheritance;
  readonly scope: AbortScope;
  readonly maxBufferedBytes: number;
  readonly fetch: (request: PlainRequest) => unknown;
  /** Tells the author of the service what the client is not told. */
  readonly report: (error: unknown, operation?: DecodedOperation) => void;
}

/**
 * Sends one operation to the service and notes what references to it will mean. Throws only where the client has gone away; all
 * else is an answer.
 */
export async function runOperation(
  operation: DecodedOperation,
  inChangeSet: boolean,
  context: BatchContext,
): Promise<OutgoingResponse> {
  const { id } = operation;
  const url = locateOperation(operation, context);
  if (typeof url !== 'string') {
    if (id !== undefined) context.locations.set(id, null);
    return problemResponse(url, context.version);
  }
  const response = await answerOf(operation, url, inChangeSet, context);
  if (id !== undefined) {
    const headers = new HeaderFields((response.headers as [string, string][] | undefined) ?? []);
    context.locations.set(id, locationOf(url, { status: response.status, headers }));
  }
  return response;
}

async function answerOf(
  operation: DecodedOperation,
  url: string,
  inChangeSet: boolean,
  context: BatchContext,
): Promise<OutgoingResponse> {
  const { inheritance, scope, fetch, report, version } = context;
  const { method, body } = operation;
  scope.throwIfAborted();
  try {
    const headers = inheritance.headersOf(operation);
    const request = makeRequest(url, { method, headers, body, signal: scope.nextSignal() });
    return await readResponse(await fetch(request), {
      method,
      inChangeSet,
      maximum: inChangeSet ? Number.POSITIVE_INFINITY : context.maxBufferedBytes,
      scope,
      onFailure: (error) => report(error, operation),
    });
  } catch (error) {
    // The failure of an operation that was told to stop is none of the service's.
    scope.throwIfAborted();
    report(error, operation);
    return problemResponse(
      { status: 500, code: 'operation-failed', message: 'the operation failed' },
      version,
    );
  }
}
