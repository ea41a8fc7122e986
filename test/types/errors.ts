import {
  BatchError,
  type BatchErrorCode,
  BatchLimitError,
  type BatchMessage,
  BatchResponseError,
  BatchSyntaxError,
  BatchTransportError,
  BatchUsageError,
  decodeBatchResponse,
  type ErrorResults,
  isBatchError,
  type Operation,
  type OperationResult,
  type ResponseErrorCode,
  type SyntaxErrorCode,
  type TransportErrorCode,
  type UsageErrorCode,
  type UsageIssue,
} from 'odata-batch-codec';
import { check, type IsEqual, typeOf } from './assert.ts';

declare const message: BatchMessage;

try {
  decodeBatchResponse(message);
} catch (error) {
  typeOf(error).is<unknown>();
  if (isBatchError(error)) {
    check<typeof error extends BatchError ? true : false>();
    check<typeof error extends Error ? true : false>();
    typeOf(error.code).is<BatchErrorCode>();
    typeOf(error.results).is<ErrorResults | undefined>();
    // @ts-expect-error - a code outside the union
    error.code === 'no-such-code';
  }
  if (isBatchError(error, 'missing-close-delimiter')) {
    typeOf(error.code).is<'missing-close-delimiter'>();
    for (const result of error.results?.flat() ?? []) {
      if (result.ok) typeOf(result.value).is<unknown>();
      // An answer decoded without its request has no operations, and its errors have none either.
      typeOf(result.operation).is<Operation | undefined>();
    }
  } else {
    typeOf(error).is<unknown>();
  }
  if (isBatchError(error, undefined)) typeOf(error.code).is<BatchErrorCode>();
  // @ts-expect-error - a code that does not exist
  isBatchError(error, 'missing-delimeter');

  // By class, where there is one copy of the package.
  if (error instanceof BatchSyntaxError) {
    typeOf(error.code).is<SyntaxErrorCode>();
    typeOf(error.offset).is<number>();
    typeOf(error.line).is<number>();
    typeOf(error.path).is<string>();
    typeOf(error.excerpt).is<string>();
  } else if (error instanceof BatchLimitError) {
    typeOf(error.code).is<'limit-exceeded'>();
    typeOf(error.limit).is<string>();
    typeOf(error.maximum).is<number>();
    typeOf(error.actual).is<number>();
  } else if (error instanceof BatchUsageError) {
    typeOf(error.code).is<UsageErrorCode>();
    typeOf(error.issues).is<readonly UsageIssue[]>();
  } else if (error instanceof BatchTransportError) {
    typeOf(error.code).is<TransportErrorCode>();
    typeOf(error.cause).is<unknown>();
  } else if (error instanceof BatchResponseError) {
    typeOf(error.code).is<ResponseErrorCode>();
    typeOf(error.status).is<number | undefined>();
    typeOf(error.bytes).is<Uint8Array<ArrayBuffer>>();
    typeOf([...error.headers]).is<[string, string][]>();
    typeOf(error.error?.message).is<string | undefined>();
  }
}

// Any result may stand in an error, with the operation or without.
declare const result: OperationResult<number>;
const carried: ErrorResults = [result, [result]];
check<typeof carried extends ErrorResults ? true : false>();

// The union of codes is what the classes have, and a handful of the base class.
check<SyntaxErrorCode extends BatchErrorCode ? true : false>();
check<UsageErrorCode extends BatchErrorCode ? true : false>();
check<
  IsEqual<
    Exclude<BatchErrorCode, SyntaxErrorCode | UsageErrorCode | TransportErrorCode | ResponseErrorCode>,
    | 'limit-exceeded'
    | 'correlation-failed'
    | 'ambiguous-answer'
    | 'aborted'
    | 'submission-unknown'
    | 'submission-incomplete'
    | 'job-expired'
    | 'job-cancelled'
  >
>();
check<string extends BatchErrorCode ? false : true>();
check<IsEqual<UsageIssue['code'], UsageErrorCode>>();

// A caller may make one, to test with.
new BatchError('correlation-failed', 'text');
new BatchError('correlation-failed', 'text', { cause: undefined, results: undefined });
new BatchUsageError([{ path: '', code: 'invalid-url', message: 'text' }], undefined);
// @ts-expect-error - a usage error has at least one issue
new BatchUsageError([]);
// @ts-expect-error - the code of another class
new BatchUsageError([{ path: '', code: 'limit-exceeded', message: 'text' }]);
