// The batch endpoint, with the Request and the Response of the runtime.
import type { DecodedOperation } from 'odata-batch-codec';
import {
  type BatchHandler,
  type BatchHandlerOptions,
  ChangeSetFailure,
  createBatchHandler,
  type ErrorContext,
  type FetchRequest,
  type FetchResponse,
} from 'odata-batch-codec/server';
import { check, type IsEqual, type RefusesUndefined, typeOf } from '../assert.ts';

check<IsEqual<FetchRequest, Request>>();
check<IsEqual<FetchResponse, Response>>();
check<IsEqual<RefusesUndefined<BatchHandlerOptions>, never>>();
check<IsEqual<RefusesUndefined<ErrorContext>, never>>();

const handler = createBatchHandler({
  serviceRoot: 'https://shop.example/odata/',
  fetch: (request) => {
    typeOf(request).is<Request>();
    return new Response(request.body);
  },
  transaction: async (run, changeSet) => {
    typeOf(changeSet).is<readonly DecodedOperation[]>();
    try {
      return await run();
    } catch (error) {
      if (error instanceof ChangeSetFailure) typeOf(error.status).is<number>();
      throw error;
    }
  },
  limits: { maxParts: 100 },
  tolerate: ['get-in-change-set'],
  version: '4.01',
  ownHeaders: ['ConsistencyLevel', /^sap-/],
  urlScope: 'origin',
  failedChangeSet: 'nested',
  changeSetAnswers: 'flat',
  responseFormat: 'accept',
  maxBufferedBytes: 1024,
  onWarning: ({ code }) => code,
  onError: (error, { request, operation }) => {
    typeOf(error).is<unknown>();
    typeOf(request).is<Request>();
    typeOf(operation).is<DecodedOperation | undefined>();
  },
});
typeOf(handler).is<BatchHandler>();
const answer: Promise<Response> = handler(new Request('https://shop.example/odata/$batch'));
answer.then((response) => response.status);

// What answers requests already answers operations: fetch itself, a function that is asynchronous, one that is not.
const serviceRoot = 'https://shop.example/odata/';
createBatchHandler({ serviceRoot, fetch });
createBatchHandler({ serviceRoot, fetch: async () => new Response() });
createBatchHandler({ serviceRoot, fetch: () => Response.json(1), transaction: (run) => run() });
// A handler is such a function too.
createBatchHandler({ serviceRoot, fetch: handler });

// @ts-expect-error - a service answers with a Response
createBatchHandler({ serviceRoot, fetch: () => 'text' });
// @ts-expect-error - without a service root nobody knows what is meant
createBatchHandler({ fetch });
// @ts-expect-error - a transaction gives what it ran
createBatchHandler({ serviceRoot, fetch, transaction: async () => 1 });
// @ts-expect-error - a list, even of one
createBatchHandler({ serviceRoot, fetch, ownHeaders: 'ConsistencyLevel' });
