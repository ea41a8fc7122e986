import {
  type BatchMessage,
  type DecodedOperation,
  decodeBatchRequest,
  type EncodedBatchResponse,
  encodeBatchResponse,
  isBatchError,
  type OutgoingResponse,
} from 'odata-batch-codec';

/** One request as a service sees it: references resolved, the URL relative to the service root. */
export interface ServiceRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

/** What a service gives, to answer batches. */
export interface BatchBackend {
  /** The absolute URL of the service, with a slash at its end. */
  readonly serviceRoot: string;
  answer(request: ServiceRequest): OutgoingResponse | Promise<OutgoingResponse>;
  /** Runs a change set; what `run` throws must undo it. */
  transaction<T>(run: () => Promise<T>): Promise<T>;
}

/** The answer of a batch, or of a request that is none. */
export type EndpointAnswer = Pick<EncodedBatchResponse, 'status' | 'headers' | 'body'>;

/** An operation of a change set failed; thrown through the transaction, so that it rolls back. */
class ChangeSetFailure extends Error {
  readonly response: OutgoingResponse;

  constructor(response: OutgoingResponse) {
    super('a change set failed');
    this.response = response;
  }
}

/** Answers a `$batch` request: operations in order, change sets as one, stopping at a failure unless asked to go on. */
export async function answerBatch(message: BatchMessage, backend: BatchBackend): Promise<EndpointAnswer> {
  try {
    const request = decodeBatchRequest(message, { serviceRoot: backend.serviceRoot });
    const created = new Map<string, string>();
    const responses: (OutgoingResponse | OutgoingResponse[])[] = [];
    for (const item of request) {
      const response =
        'method' in item ? await run(item, created, backend) : await runAsOne(item, created, backend);
      responses.push(response);
      const failed = !Array.isArray(response) && response.status >= 400;
      if (failed && request.continueOnError !== true) break;
    }
    return encodeBatchResponse(responses, { request });
  } catch (error) {
    if (!isBatchError(error)) throw error;
    const body = JSON.stringify({ error: { code: error.code, message: error.message } });
    const headers = { 'Content-Type': 'application/json' };
    return { status: 400, headers, body: new TextEncoder().encode(body) };
  }
}

async function run(
  operation: DecodedOperation,
  created: Map<string, string>,
  backend: BatchBackend,
): Promise<OutgoingResponse> {
  const url = resolve(operation, created, backend.serviceRoot);
  if (url === undefined) {
    return {
      status: 424,
      body: { error: { code: 'FailedDependency', message: 'What this refers to was not created.' } },
    };
  }
  const { method, headers, bytes, id } = operation;
  const response = await backend.answer({ method, url, headers, body: bytes });
  const location = new Headers([...new Headers(response.headers as HeadersInit)]).get('Location');
  if (id !== undefined && location !== null) created.set(id, location);
  return response;
}

async function runAsOne(
  operations: readonly DecodedOperation[],
  created: Map<string, string>,
  backend: BatchBackend,
): Promise<OutgoingResponse | OutgoingResponse[]> {
  try {
    return await backend.transaction(async () => {
      const responses: OutgoingResponse[] = [];
      for (const operation of operations) {
        const response = await run(operation, created, backend);
        if (response.status >= 400) throw new ChangeSetFailure({ ...response, id: operation.id });
        responses.push(response);
      }
      return responses;
    });
  } catch (error) {
    if (error instanceof ChangeSetFailure) return error.response;
    throw error;
  }
}

/** `$1/Photo` is the Location of what request 1 created, and `/Photo`; everything else is relative to the service root. */
function resolve(
  operation: DecodedOperation,
  created: ReadonlyMap<string, string>,
  serviceRoot: string,
): string | undefined {
  const [, id, rest = ''] = /^\$([^/?(]+)(.*)$/s.exec(operation.url) ?? [];
  const location = id === undefined ? undefined : created.get(id);
  if (location !== undefined) return location + rest;
  if (id !== undefined && id !== 'metadata') return undefined;
  const absolute = operation.absoluteUrl ?? operation.url;
  return decodeURI(absolute.startsWith(serviceRoot) ? absolute.slice(serviceRoot.length) : absolute);
}
