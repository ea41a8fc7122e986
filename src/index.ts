/**
 * Turns an array of HTTP requests into one OData `$batch` body, and the answer back into exactly one result per request.
 *
 * @module
 */
export type { BatchFormat } from './batch/batch-format.ts';
export type { JsonStringify } from './batch/body.ts';
export type {
  ContentIdPlacement,
  DecodedBatch,
  DecodedItem,
  DecodedOperation,
} from './batch/decoded-batch.ts';
export type { EncodeBatchRequestOptions, RandomSource } from './batch/encode-options.ts';
export type { ForbiddenHeaderPolicy } from './batch/header-planner.ts';
export { type ErrorResults, isBatchError } from './batch/is-batch-error.ts';
export {
  type Batch,
  defineBatch,
  type HeadersInput,
  type Method,
  type Operation,
  type URLLike,
} from './batch/operation.ts';
export type { BatchResponses, OutgoingResponse } from './batch/outgoing-response.ts';
export type { Plan, PlannedItem, PlannedOperation, Rewrite } from './batch/plan.ts';
export { reference } from './batch/reference.ts';
export type {
  Answer,
  BatchResults,
  ErrorAnswer,
  Failed,
  Invalid,
  NotExecuted,
  OperationResult,
  OutputOf,
  Pending,
  RolledBack,
  Succeeded,
  Unknown,
  WireResult,
} from './batch/result.ts';
export type {
  AcceptPolicy,
  ContentIdPolicy,
  CredentialRefusal,
  GivenBatch,
  GivenOperation,
  PreparationIssue,
  PreparationWarning,
  PreparedBatch,
  PreparedOperation,
  RequestRate,
  RetryableStatus,
  Service,
  ServiceLimits,
} from './batch/service.ts';
export {
  type StandardIssue,
  type StandardResult,
  type StandardSchemaV1,
  trusted,
} from './batch/standard-schema.ts';
export type { StreamedOperation } from './batch/streamed-operation.ts';
export type { StreamedResult } from './batch/streamed-result.ts';
export type { UsageWarning, UsageWarningCode } from './batch/usage-warning.ts';
export { type BatchValues, resultOf, valuesOf } from './batch/values.ts';
export type { ByteStream } from './bytes/byte-stream.ts';
export type { ByteSource } from './bytes/read-chunks.ts';
export {
  BatchError,
  type BatchErrorCode,
  BatchLimitError,
  BatchResponseError,
  BatchSyntaxError,
  BatchTransportError,
  BatchUsageError,
  type ResponseErrorCode,
  type SyntaxErrorCode,
  type TransportErrorCode,
  type UsageErrorCode,
  type UsageIssue,
} from './errors.ts';
export {
  type ContinueBatchOptions,
  continueBatch,
  readBatchContinuation,
} from './formats/continue-batch.ts';
export { type ConvertBatchOptions, convertBatch } from './formats/convert-batch.ts';
export { createdUrl } from './formats/created-url.ts';
export { type DecodeRequestOptions, decodeBatchRequest } from './formats/decode-batch-request.ts';
export { decodeBatchRequestStream, type RequestLike } from './formats/decode-batch-request-stream.ts';
export { type AnsweredRequest, decodeBatchResponse, type Planned } from './formats/decode-batch-response.ts';
export { type AnyResultOf, decodeBatchResponseStream } from './formats/decode-batch-response-stream.ts';
export { type EncodedBatchRequest, encodeBatchRequest } from './formats/encode-batch-request.ts';
export {
  type EncodedBatchRequestStream,
  encodeBatchRequestStream,
} from './formats/encode-batch-request-stream.ts';
export {
  type EncodeBatchResponseOptions,
  type EncodedBatchResponse,
  encodeBatchResponse,
} from './formats/encode-batch-response.ts';
export {
  type EncodedBatchResponseStream,
  encodeBatchResponseStream,
  type StreamedResponses,
} from './formats/encode-batch-response-stream.ts';
export type { LargeBodyOptions } from './formats/large-body.ts';
export type { BatchMessage, DecodeOptions } from './formats/open-message.ts';
export type { DecodeResponseOptions } from './formats/read-answer.ts';
export { type ResponseLike, readBatchResponse } from './formats/read-batch-response.ts';
export type { Limits, LimitsInput } from './limits.ts';
export type { HeaderList } from './mime/header-list.ts';
export type { Reference } from './odata/reference.ts';
export {
  locationOf,
  type ReferableAnswer,
  type ReferableOperation,
  type ReferenceContext,
  type ReferenceProblem,
  resolveReference,
} from './odata/resolve-reference.ts';
export type { ServiceError } from './odata/service-error.ts';
export type { UrlForm } from './odata/target.ts';
export { type UriTag, type UriValue, uri } from './odata/uri.ts';
export type { ODataVersion } from './odata/version.ts';
export type { BatchWarning, WarningCode } from './reading.ts';
export type { Tolerance } from './tolerances.ts';
