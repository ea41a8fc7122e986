import {
  type Answer,
  type BatchError,
  type BatchMessage,
  decodeBatchResponse,
  type ErrorAnswer,
  type Failed,
  type HeaderList,
  type Invalid,
  type NotExecuted,
  type Operation,
  type OperationResult,
  type Pending,
  type RolledBack,
  type ServiceError,
  type StandardIssue,
  type Succeeded,
  type Unknown,
  type WireResult,
} from 'odata-batch-codec';
import { check, type IsEqual, typeOf } from './assert.ts';

interface Product {
  readonly name: string;
}

declare const result: OperationResult<Product>;
declare const message: BatchMessage;

// What every outcome has, without narrowing.
typeOf(result.operation).is<Operation>();
typeOf(result.operation.tag).is<unknown>();
typeOf(result.id).is<string | undefined>();
typeOf(result.index).is<number>();
typeOf(result.path).is<readonly [number] | readonly [number, number]>();
typeOf(result.rewrite?.rule).is<string | undefined>();
// @ts-expect-error - not every outcome is an answer
result.status;
// @ts-expect-error - only a success has a value
result.value;

// By `ok`: true is one outcome, false is all the others.
if (result.ok) {
  typeOf(result).is<Succeeded<Product>>();
  typeOf(result.ok).is<true>();
  typeOf(result.outcome).is<'succeeded'>();
  typeOf(result.value).is<Product>();
  typeOf(result.bytes).is<Uint8Array<ArrayBuffer>>();
} else {
  typeOf(result).is<Invalid | Failed | RolledBack | NotExecuted | Pending | Unknown>();
  typeOf(result.ok).is<false>();
  // @ts-expect-error - what did not succeed has no value
  result.value;
}

// By `outcome`: every outcome has what it needs to act, and there is no eighth.
function describe(one: OperationResult<Product>): string {
  switch (one.outcome) {
    case 'succeeded':
      typeOf(one).is<Succeeded<Product>>();
      return one.value.name;
    case 'invalid':
      typeOf(one.issues).is<readonly StandardIssue[]>();
      return `${one.status} ${one.issues[0]?.message}`;
    case 'failed':
      typeOf(one.error).is<ServiceError>();
      check<typeof one extends ErrorAnswer ? true : false>();
      return `${one.status} ${one.error.code}`;
    case 'rolled-back':
      typeOf(one.cause).is<ErrorAnswer>();
      return one.cause.error.message;
    case 'not-executed':
      // @ts-expect-error - nothing was answered
      one.status;
      return 'not executed';
    case 'pending':
      typeOf(one.retryAfter).is<string | undefined>();
      return one.monitor;
    case 'unknown':
      typeOf(one.cause).is<BatchError>();
      return one.cause.code;
    default: {
      const nothing: never = one;
      return nothing;
    }
  }
}
describe(result);

// Comparing does as well as switching.
if (result.outcome !== 'succeeded' && result.outcome !== 'failed') {
  check<
    IsEqual<(typeof result)['outcome'], 'invalid' | 'rolled-back' | 'not-executed' | 'pending' | 'unknown'>
  >();
}
if ('status' in result) typeOf(result).is<Succeeded<Product> | Invalid | Failed>();
const succeeded = [result].filter((one) => one.ok);
typeOf(succeeded).is<Succeeded<Product>[]>();

// An answer.
declare const answer: Answer;
typeOf(answer.headers).is<HeaderList>();
typeOf(answer.headers.get('ETag')).is<string | null>();
typeOf(answer.headers.getAll('Set-Cookie')).is<string[]>();
typeOf(answer.headers.has('ETag')).is<boolean>();
typeOf([...answer.headers]).is<[string, string][]>();
typeOf(answer.bytes).is<Uint8Array<ArrayBuffer>>();
typeOf(answer.text()).is<string>();
typeOf(answer.json()).is<unknown>();
// @ts-expect-error - an answer can't be changed
answer.status = 200;

// Values are what the schema gives, nothing else: unknown has to be looked at.
declare const untyped: OperationResult;
if (untyped.ok) typeOf(untyped.value).is<unknown>();
check<IsEqual<typeof untyped, OperationResult<unknown, Operation>>>();
// A result of one type is a result; the reverse does not hold.
const general: OperationResult = result;
// @ts-expect-error - nothing vouches for the value
const particular: OperationResult<Product> = untyped;
describe(particular);
describe(result.ok ? result : { ...result });
check<IsEqual<typeof general extends OperationResult ? true : false, true>>();

// Without the request: no operation, but the same outcomes, in the order of the wire.
const onTheWire = decodeBatchResponse(message);
typeOf(onTheWire).is<(WireResult | WireResult[])[]>();
typeOf(decodeBatchResponse(message, undefined)).is<(WireResult | WireResult[])[]>();
typeOf(decodeBatchResponse(message, { tolerate: ['truncated'] })).is<(WireResult | WireResult[])[]>();
typeOf(decodeBatchResponse(message, { request: undefined })).is<(WireResult | WireResult[])[]>();
for (const one of onTheWire.flat()) {
  typeOf(one.operation).is<undefined>();
  if (one.ok) typeOf(one.value).is<unknown>();
  if (one.outcome === 'failed') typeOf(one).is<Failed<undefined>>();
  // @ts-expect-error - there is no operation
  one.operation.method;
}
