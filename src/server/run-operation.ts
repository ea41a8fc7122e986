import type { BatchFormat } from '../batch/batch-format.ts';
import type { DecodedOperation } from '../batch/decoded-batch.ts';
import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import { HeaderFields } from '../mime/header-list.ts';
import { locationOf } from '../odata/resolve-reference.ts';
import type { ODataVersion } from '../odata/version.ts';
import type { AbortScope } from './abort-scope.ts';
import { makeRequest, type PlainRequest } from './fetch-request.ts';
import type { HeaderInheritance } from './header-inheritance.ts';
import { locateOperation, type UrlRules } from './locate-operation.ts';
import type { OperationOutcomes } from './operation-outcomes.ts';
import { type Problem, problemResponse } from './problem.ts';
import { readResponse } from './read-response.ts';

/** What the operations of one batch have in common while they are run. */
export interface BatchContext extends UrlRules {
  readonly version: ODataVersion;
  /** The format of the answer. */
  readonly format: BatchFormat;
  readonly requestFormat: BatchFormat;
  readonly outcomes: OperationOutcomes;
  readonly inheritance: HeaderInheritance;
  readonly scope: AbortScope;
  readonly maxBufferedBytes: number;
  /** Octets of a body that has to be there as a whole. */
  readonly maxHeldBytes: number;
  readonly fetch: (request: PlainRequest) => unknown;
  /** Tells the author of the service what the client is not told. */
  readonly report: (error: unknown, operation?: DecodedOperation) => void;
}

/**
 * Sends one operation to the service and notes what became of it. Throws only where the client has gone away; all else is an
 * answer.
 */
export async function runOperation(
  operation: DecodedOperation,
  inChangeSet: boolean,
  context: BatchContext,
): Promise<OutgoingResponse> {
  const { outcomes, version } = context;
  const url =
    context.inheritance.refusalOf(operation) ??
    dependencyProblem(operation, outcomes) ??
    locateOperation(operation, context, outcomes.locations);
  if (typeof url !== 'string') {
    outcomes.note(operation.id, url.status, null);
    return problemResponse(url, version);
  }
  const response = await answerOf(operation, url, inChangeSet, context);
  const { status } = response;
  const headers = new HeaderFields((response.headers as [string, string][] | undefined) ?? []);
  const referable = { method: operation.method, format: context.requestFormat };
  outcomes.note(operation.id, status, locationOf(url, { status, headers }, referable));
  return response;
}

/** What an operation of a JSON batch waits for (J-10), or under a condition, which nobody here can judge (J-11). */
function dependencyProblem(operation: DecodedOperation, outcomes: OperationOutcomes): Problem | undefined {
  if (operation.if !== undefined) {
    const message = 'conditions between operations are not supported';
    return { status: 424, code: 'failed-dependency', message };
  }
  if (!operation.dependsOn?.some((id) => outcomes.hasFailed(id))) return undefined;
  const message = 'an operation that this one depends on did not succeed';
  return { status: 424, code: 'failed-dependency', message };
}

async function answerOf(
  operation: DecodedOperation,
  url: string,
  inChangeSet: boolean,
  context: BatchContext,
): Promise<OutgoingResponse> {
  const { inheritance, scope, fetch, report, version, format } = context;
  const { method, body } = operation;
  scope.throwIfAborted();
  try {
    const headers = inheritance.headersOf(operation);
    // In a change set all bodies are there before it is committed, and JSON has no words for a body that breaks off.
    const isHeld = inChangeSet || format === 'json';
    const request = makeRequest(url, { method, headers, body, signal: scope.nextSignal() });
    return await readResponse(await fetch(request), {
      method,
      inChangeSet,
      isHeld,
      maximum: isHeld ? context.maxHeldBytes : context.maxBufferedBytes,
      format,
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
