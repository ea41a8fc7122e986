/**
 * Makes a `$batch` endpoint of any function that answers a Request with a Response.
 *
 * @module
 */
export type {
  BatchHandlerOptions,
  ChangeSetTransaction,
  ErrorContext,
  IgnoredHeader,
} from './server/batch-handler-options.ts';
export { ChangeSetFailure } from './server/change-set-failure.ts';
export { type BatchHandler, createBatchHandler } from './server/create-batch-handler.ts';
export type { FetchRequest } from './server/fetch-request.ts';
export type { FetchResponse } from './server/fetch-response.ts';
export type { UrlScope } from './server/locate-operation.ts';
export type { NodeRequest, NodeResponse } from './server/node-request.ts';
export type { HeaderPattern } from './server/operation-fields.ts';
export { type NodeListener, type NodeListenerOptions, toNodeListener } from './server/to-node-listener.ts';
