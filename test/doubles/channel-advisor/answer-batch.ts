import {
  type DecodedOperation,
  decodeBatchRequest,
  encodeBatchResponse,
  type OutgoingResponse,
} from '../../../src/index.ts';
import { answerOperation, type OperationAnswer } from './answer-operation.ts';
import type { Catalog } from './catalog.ts';
import { checkLayout } from './check-layout.ts';

/** How a batch is read. */
export interface BatchReading {
  readonly serviceRoot: string;
  /**
   * `parts`: by the boundary of the header, so that each operation stands for itself. `set`: by `--batch`, so that all are one
   * atomic change set, in which no GET may stand.
   */
  readonly reads: 'parts' | 'set';
  /** The page advises no more than 100; the framework that the service very probably stands on refuses more. */
  readonly maxOperations: number;
  /** Told of each operation when it has been carried out. */
  readonly onOperation: (operation: DecodedOperation, answer: OperationAnswer) => void;
}

/** Answers a batch, and refuses what the page says does not work. */
export async function answerBatch(
  catalog: Catalog,
  request: Request,
  reading: BatchReading,
): Promise<Response> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const contentType = request.headers.get('Content-Type') ?? '';
  const [, boundary] = /^multipart\/mixed; boundary=(\S+)$/.exec(contentType) ?? [];
  if (boundary === undefined) return refusal(415, 'Expected multipart/mixed with a boundary.');
  const { reads } = reading;
  const problem = checkLayout(new TextDecoder().decode(bytes), { boundary, reads });
  if (problem !== undefined) return refusal(400, problem);

  const operations = decodeBatchRequest({ contentType, body: bytes }).flat();
  if (operations.length > reading.maxOperations) {
    return refusal(
      400,
      `A maximum number of '${reading.maxOperations}' operations are allowed in a batch message.`,
    );
  }
  const asksForJson = request.headers.get('Accept')?.includes('application/json') === true;
  const format = asksForJson ? 'json' : 'multipart';
  const responses =
    reads === 'set'
      ? await answerAsSet(catalog, operations, reading)
      : operations.map((operation) => {
          const response = answerPart(catalog, operation, reading);
          return asksForJson ? { ...response, id: operation.id } : response;
        });
  const { status, headers, body } = encodeBatchResponse(responses, { format });
  return new Response(body, { status, headers });
}

/** Answers have a Content-ID only where they stand in a change set; in JSON all have it. */
async function answerAsSet(
  catalog: Catalog,
  operations: readonly DecodedOperation[],
  reading: BatchReading,
): Promise<(OutgoingResponse | OutgoingResponse[])[]> {
  if (operations.some(({ method }) => method === 'GET')) {
    return [toResponse(refused(400, 'A GET may not stand in a change set.'))];
  }
  const answered: OutgoingResponse[] = [];
  const isCommitted = await catalog.transaction(async () =>
    operations.every((operation) => {
      const response = answerPart(catalog, operation, reading);
      answered.push({ ...response, id: operation.id });
      return response.status < 400;
    }),
  );
  return [isCommitted ? answered : (answered.at(-1) as OutgoingResponse)];
}

function answerPart(catalog: Catalog, operation: DecodedOperation, reading: BatchReading): OutgoingResponse {
  const { method, url } = operation;
  const [path = ''] = url.slice(reading.serviceRoot.length).split('?');
  const json = operation.bytes.length === 0 ? undefined : operation.json();
  const answer =
    url.startsWith(reading.serviceRoot) && path !== '$batch'
      ? answerOperation(catalog, { method, path, json, inBatch: true })
      : refused(404, 'The URI is not one of this service.');
  reading.onOperation(operation, answer);
  return toResponse(answer);
}

function toResponse({ status, body }: OperationAnswer): OutgoingResponse {
  return body === undefined ? { status } : { status, body };
}

function refused(status: number, message: string): OperationAnswer {
  return { status, body: { error: { code: '', message } } };
}

function refusal(status: number, message: string): Response {
  return Response.json({ error: { code: '', message } }, { status });
}
