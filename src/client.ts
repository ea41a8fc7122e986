/**
 * Sends any number of operations to a service, as batches.
 *
 * @module
 */
export type { BatchLimits } from './client/batch-limits.ts';
export type { OrderBy, OrderTarget } from './client/compile-keys.ts';
export type { HeadersRequest, HeadersSource } from './client/credentials.ts';
export { csrfToken } from './client/csrf-token.ts';
export { type Estimate, estimate } from './client/estimate.ts';
export type { OutcomeCounts, Progress, WaitReason } from './client/progress.ts';
export { requestDigest } from './client/request-digest.ts';
export { sendBatch } from './client/send-batch.ts';
export { type SentResultOf, sendBatchStream } from './client/send-batch-stream.ts';
export type { BatchEvent, SendOptions, SentOperation } from './client/send-options.ts';
export type { SendingFacts, SentResult, SentResults } from './client/sent-result.ts';
export { type SplitBatchOptions, splitBatch } from './client/split-batch.ts';
export type { TokenOptions } from './client/token-headers.ts';
export type { RepeatableRequest, RepeatRule } from './http/repeatable-request.ts';
export { isRepeatable } from './http/repeatable-request.ts';
export { retryAfterMs } from './http/retry-after.ts';
export type { AbortSignalLike, Signal } from './transport/abort-signal.ts';
export { type BackOff, backOffMs } from './transport/back-off.ts';
export {
  type Ask,
  type Budget,
  type BudgetLimits,
  type BudgetWait,
  createBudget,
  type Lease,
} from './transport/budget.ts';
export { type Clock, systemClock } from './transport/clock.ts';
export { failureOfError } from './transport/failure-of-error.ts';
export type { Fetch, FetchedResponse, FetchInit } from './transport/fetch.ts';
export { type GuardedFetch, type GuardedRequest, guardFetch } from './transport/guarded-fetch.ts';
export type { Rate } from './transport/rate-window.ts';
export type { CountingRules } from './transport/request-cost.ts';
export {
  type FailedAttempt,
  type Failure,
  type FailureKind,
  failureOfOperation,
  failureOfStatus,
  mayHaveHappened,
  maySendAgain,
  type RetryableStatus,
  type StatusAnswer,
} from './transport/send-again.ts';
export { startTimeLimit, type TimeLimit } from './transport/time-limit.ts';
