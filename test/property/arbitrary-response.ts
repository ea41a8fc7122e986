import fc from 'fast-check';
import type { BatchResponses, DecodedBatch, DecodedItem, OutgoingResponse } from '../../src/index.ts';
import { body, headers } from './arbitrary-batch.ts';

const SUCCESSES = [200, 201, 203, 204, 206, 226, 299, 304];
const FAILURES = [400, 401, 404, 409, 412, 418, 424, 429, 500, 503, 599];
const OTHERS = [100, 199, 302, 399];

const VISIBLE = [...'abcXYZ09 -\t.,:\xe4\xff'];
const statusText = fc.oneof(
  fc.constantFrom(undefined, undefined, '', 'OK', 'Not Found', "Je n'ai pas trouv\xe9"),
  fc.string({ unit: fc.constantFrom(...VISIBLE), maxLength: 8 }).map((text) => text.trim()),
);

/** An answer of a service. */
export function response(statuses: readonly number[]): fc.Arbitrary<OutgoingResponse> {
  return fc
    .record({
      status: fc.constantFrom(...statuses),
      statusText,
      headers,
      body: fc.option(body, { nil: undefined }),
    })
    .map(({ status, statusText, headers, body }) => {
      const hasBody = status >= 200 && status !== 204 && status !== 304;
      return {
        status,
        ...(statusText !== undefined && { statusText }),
        ...(headers !== undefined && { headers }),
        ...(hasBody && body !== undefined && { body }),
      };
    });
}

export const anyResponse = response([...SUCCESSES, ...FAILURES, ...OTHERS]);
export const success = response(SUCCESSES);
export const failure = response(FAILURES);

/** Answers without a request: any that a batch can hold. */
export const responses: fc.Arbitrary<BatchResponses> = fc.array(
  fc.oneof(anyResponse, fc.array(success, { minLength: 1, maxLength: 4 })),
  { minLength: 1, maxLength: 5 },
);

/** What a service says of each item of a request: answers enough for all, and which failure of a change set it names. */
export interface Script {
  readonly single: OutgoingResponse;
  readonly members: readonly OutgoingResponse[];
  readonly failure: OutgoingResponse;
  readonly fails: boolean;
  readonly culprit: number;
}

export const script: fc.Arbitrary<readonly Script[]> = fc.array(
  fc.record({
    single: anyResponse,
    members: fc.array(success, { minLength: 4, maxLength: 4 }),
    failure,
    fails: fc.boolean(),
    culprit: fc.nat(4),
  }),
  { minLength: 5, maxLength: 5 },
);

/** The answers of a service that follows the script; with `stops` it ends at the first failure, as OData has it. */
export function answer(request: DecodedBatch, script: readonly Script[], stops: boolean): BatchResponses {
  const answers: (OutgoingResponse | readonly OutgoingResponse[])[] = [];
  for (const [at, item] of request.entries()) {
    const { single, members, failure, fails, culprit } = script[at % script.length] as Script;
    if (!isSet(item)) answers.push(single);
    else if (!fails)
      answers.push(item.map((_, member) => members[member % members.length] as OutgoingResponse));
    else {
      // One more than there are members stands for a failure that names none.
      const id = item[culprit % (item.length + 1)]?.id;
      answers.push({ ...failure, ...(id !== undefined && { id }) });
    }
    const last = answers.at(-1) as OutgoingResponse;
    if (stops && last.status >= 400) break;
  }
  return answers;
}

export function isSet<T>(item: T | readonly T[]): item is readonly T[] {
  return Array.isArray(item);
}

export type { DecodedItem };
