import {
  type BatchMessage,
  type DecodedOperation,
  decodeBatchRequest,
  type EncodedBatchResponse,
  encodeBatchResponse,
  isBatchError,
  locationOf,
  type OutgoingResponse,
  resolveReference,
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
    const locations = new Map<string, string | null>();
    const responses: (OutgoingResponse | OutgoingResponse[])[] = [];
    for (const item of request) {
      const response =
        'method' in item ? await run(item, locations, backend) : await runAsOne(item, locations, backend);
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
  locations: Map<string, string | null>,
  { serviceRoot, answer }: BatchBackend,
): Promise<OutgoingResponse> {
  const { method, headers, bytes, id } = operation;
  const url = resolveReference(operation.absoluteUrl ?? operation.url, { serviceRoot, locations });
  if (typeof url !== 'string') {
    const { status, code, message } = url;
    return { status, body: { error: { code, message } } };
  }
  const relative = decodeURI(url.startsWith(serviceRoot) ? url.slice(serviceRoot.length) : url);
  const response = await answer({ method, url: relative, headers, body: bytes });
  if (id !== undefined) {
    const answered = { status: response.status, headers: new Headers(response.headers as HeadersInit) };
    locations.set(id, locationOf(url, answered));
  }
  return response;
}

async function runAsOne(
  operations: readonly DecodedOperation[],
  locations: Map<string, string | null>,
  backend: BatchBackend,
): Promise<OutgoingResponse | OutgoingResponse[]> {
  try {
    return await backend.transaction(async () => {
      const responses: OutgoingResponse[] = [];
      for (const operation of operations) {
        const response = await run(operation, locations, backend);
        if (response.status >= 400) throw new ChangeSetFailure({ ...response, id: operation.id });
        responses.push(response);
      }
      return responses;
    });
  } catch (error) {
    if (!(error instanceof ChangeSetFailure)) throw error;
    for (const { id } of operations) if (id !== undefined) locations.set(id, null);
    return error.response;
  }
}
