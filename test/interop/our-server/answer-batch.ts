import type { BatchResponses, DecodedBatch, DecodedOperation, OutgoingResponse } from '../../../src/index.ts';
import type { Entity } from './entity-store.ts';
import type { ServedService } from './served-service.ts';

/** Runs a batch in order, change sets as transactions, up to the first failure unless asked to go on. */
export function answerBatch(batch: DecodedBatch, service: ServedService, origin: string): BatchResponses {
  const created = new Map<string, string>();
  const responses: (OutgoingResponse | OutgoingResponse[])[] = [];
  const answer = (operation: DecodedOperation) => answerOperation(operation, service, origin, created);
  for (const item of batch) {
    const response = Array.isArray(item)
      ? answerChangeSet(item, service, answer)
      : answer(item as DecodedOperation);
    responses.push(response);
    if (!Array.isArray(response) && response.status >= 400 && batch.continueOnError !== true) break;
  }
  return responses;
}

class Refused extends Error {
  constructor(readonly response: OutgoingResponse) {
    super('an operation of a change set failed');
  }
}

function answerChangeSet(
  operations: readonly DecodedOperation[],
  { store }: ServedService,
  answer: (operation: DecodedOperation) => OutgoingResponse,
): OutgoingResponse | OutgoingResponse[] {
  try {
    return store.transaction(() =>
      operations.map((operation) => {
        const response = answer(operation);
        if (response.status >= 400) throw new Refused({ ...response, id: operation.id });
        return response;
      }),
    );
  } catch (error) {
    if (error instanceof Refused) return error.response;
    throw error;
  }
}

function answerOperation(
  operation: DecodedOperation,
  service: ServedService,
  origin: string,
  created: Map<string, string>,
): OutgoingResponse {
  const { store } = service;
  const [, set, key, navigation] =
    /^(\w+)(?:\((.*)\))?(?:\/(\w+))?$/.exec(pathOf(operation, service, created)) ?? [];
  if (set === undefined || !store.has(set))
    return service.error(404, 'NotFound', `nothing at ${operation.url}`);

  if (operation.method === 'POST') {
    const into = navigation ?? set;
    const parent = navigation === undefined ? {} : { [`${set}_id`]: key };
    const entity = store.insert(into, { ...(operation.json() as Entity), ...parent });
    if (entity === undefined) return service.error(409, 'EntityAlreadyExists', 'the key is taken');
    const url = store.urlOf(into, entity);
    if (operation.id !== undefined) created.set(operation.id, url);
    return service.created(entity, `${origin}${service.root}${url}`, operation.headers);
  }
  if (key === undefined) return { status: 200, body: { value: store.all(set) } };

  const found = store.find(set, key);
  const isUpsert =
    operation.headers.get('If-Match') === null && /^(?:PUT|PATCH|MERGE)$/.test(operation.method);
  if (found === undefined && !isUpsert) return service.error(404, 'NotFound', `no entity ${set}(${key})`);
  switch (operation.method) {
    case 'GET':
      return { status: 200, body: found };
    case 'DELETE':
      store.remove(set, key);
      return { status: 204 };
    case 'PUT':
    case 'PATCH':
    case 'MERGE': {
      const kept = operation.method === 'PUT' ? {} : found;
      const entity = { ...kept, ...(operation.json() as Entity) };
      store.put(set, key, entity);
      return service.updated(entity);
    }
    default:
      return service.error(405, 'MethodNotAllowed', operation.method);
  }
}

/** The path below the service root, with a reference replaced by what it stands for. */
function pathOf(
  { url, absoluteUrl }: DecodedOperation,
  { root }: ServedService,
  created: Map<string, string>,
): string {
  const [, id, rest] = /^\$([^/]+)(.*)$/.exec(url) ?? [];
  if (id !== undefined) return `${created.get(id) ?? ''}${rest}`;
  const path = decodeURIComponent(new URL(absoluteUrl ?? url).pathname);
  // The SDK's form relativeToEntity is a path from the host's root that means one from the service root.
  return path.startsWith(root) ? path.slice(root.length) : path.slice(1);
}
