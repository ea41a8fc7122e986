// The batch endpoint where no type of fetch is known: what is written out then is enough to write a service.
import {
  type BatchHandler,
  type BatchHandlerOptions,
  createBatchHandler,
  type NodeRequest,
  type NodeResponse,
  toNodeListener,
} from 'odata-batch-codec/server';
import { typeOf } from './assert.ts';

declare const options: BatchHandlerOptions;
typeOf(createBatchHandler(options)).is<BatchHandler>();
createBatchHandler({
  ...options,
  fetch: (request) => {
    typeOf(request.method).is<string>();
    typeOf(request.url).is<string>();
    typeOf(request.headers.get('Accept')).is<string | null>();
    typeOf(request.signal.aborted).is<boolean>();
    return options.fetch(request);
  },
});
createBatchHandler({ ...options, continueOnError: 'always' });
// @ts-expect-error - it is a word: what a client asks for comes first
createBatchHandler({ ...options, continueOnError: true });

declare const request: NodeRequest;
declare const response: NodeResponse;
typeOf(toNodeListener(createBatchHandler(options))(request, response)).is<Promise<void>>();
