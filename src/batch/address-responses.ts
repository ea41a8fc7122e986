import type { DecodedBatch, DecodedItem, DecodedOperation } from './decoded-batch.ts';
import { FAILED_DEPENDENCY } from './failed-dependency.ts';
import type { Issues } from './issues.ts';
import type { OutgoingResponse } from './outgoing-response.ts';

/** A response and what it belongs to. */
export interface AddressedResponse {
  readonly response: OutgoingResponse;
  /** The request, where it is known: its Content-ID is repeated where it stood (P-08, P-09). */
  readonly request: DecodedOperation | undefined;
  /** How issues name the response. */
  readonly name: string;
}

/** A response, or those of a change set; of a failed one, the one response that there is may stand for all. */
export type AddressedItem = AddressedResponse | AddressedResponse[];

/** What responses belong to. */
export interface Addressing {
  readonly request?: DecodedBatch | undefined;
  /** How a change set that failed is written. Default `single`. */
  readonly failedChangeSet?: 'single' | 'nested' | undefined;
  /** Whether the answers of a change set are at top level: so are all answers to a JSON batch (P-20). */
  readonly isFlat: boolean;
  /** Whether a failure may be the last answer, although more was asked for. */
  readonly stopsAtFailure: boolean;
}

/** Puts each response beside its request and tells what does not fit. */
export function addressResponses(
  responses: unknown,
  addressing: Addressing,
  issues: Issues,
): AddressedItem[] {
  if (!Array.isArray(responses)) {
    issues.add('responses', 'invalid-option', 'expected a list of responses');
    return [];
  }
  const addressed = Array.from(responses, (item: unknown, index) =>
    addressItem(item, index, addressing, issues),
  );
  checkResponseCount(addressed.length, addressed.at(-1), addressing, issues);
  return addressed;
}

/** Puts the response with this place in the batch, or those of the change set there, beside its request. */
export function addressItem(
  item: unknown,
  index: number,
  { request, failedChangeSet, isFlat }: Addressing,
  issues: Issues,
): AddressedItem {
  const name = `responses[${index}]`;
  const asked: DecodedItem | undefined = request?.[index];
  if (Array.isArray(item)) return addressChangeSet(item, asked, name, issues);
  const response = checkResponse(item, name, issues);
  if (!isList(asked)) return { response, request: asked, name };
  if (!(response.status >= 400)) {
    issues.add(
      name,
      'response-count-mismatch',
      'a change set that succeeded is a list of responses, one for each operation',
    );
  }
  if (isFlat) return spreadFailure(response, asked, name);
  // Which operation failed, the response itself says; its id is repeated where the request had it.
  const failed = asked.find(({ id }) => id !== undefined && id === response.id);
  const addressed = { response, request: failed, name };
  return failedChangeSet === 'nested' ? [addressed] : addressed;
}

/**
 * Each operation of a flat answer is answered, of a failed change set too (J-18): the one that failed by its failure, the others
 * by 424 (J-21). Where nobody knows which it was, the failure is that of all.
 */
function spreadFailure(
  response: OutgoingResponse,
  asked: readonly DecodedOperation[],
  name: string,
): AddressedResponse[] {
  const failed = asked.find(({ id }) => asked.length === 1 || (id !== undefined && id === response.id));
  return asked.map((request) => {
    const own = failed === undefined ? { ...response, id: undefined } : { status: FAILED_DEPENDENCY };
    return { response: request === failed ? response : own, request, name };
  });
}

/** An empty batch has an empty answer, and no other has (M-25). Fewer answers than requests mean that the service stopped at a failure, which is then the last answer (P-04). */
export function checkResponseCount(
  count: number,
  last: AddressedItem | undefined,
  addressing: Addressing,
  issues: Issues,
): void {
  const { request } = addressing;
  if (count === 0 && request?.length !== 0) {
    issues.add('responses', 'empty-batch', 'expected at least one response');
    return;
  }
  if (request === undefined || count === request.length) return;
  if (count < request.length && last !== undefined && mayBeLast(last, addressing)) return;
  issues.add('responses', 'response-count-mismatch', `${count} responses to ${request.length} requests`);
}

/** Whether it is known that another answer follows the one in this place of the batch. */
export function isFollowed(answer: AddressedItem, index: number, addressing: Addressing): boolean {
  const { request } = addressing;
  return request !== undefined && index < request.length - 1 && !mayBeLast(answer, addressing);
}

/** Whether nothing may follow an answer although more was asked for. */
function mayBeLast(answer: AddressedItem, { stopsAtFailure }: Addressing): boolean {
  const first = Array.isArray(answer) ? answer[0] : answer;
  return stopsAtFailure && first !== undefined && first.response.status >= 400;
}

function addressChangeSet(
  members: readonly unknown[],
  asked: DecodedItem | undefined,
  name: string,
  issues: Issues,
): AddressedResponse[] {
  if (members.length === 0) issues.add(name, 'empty-change-set', 'expected at least one response');
  if (asked !== undefined && (!isList(asked) || asked.length !== members.length)) {
    const count = isList(asked) ? `${asked.length} responses` : 'one response';
    issues.add(name, 'response-count-mismatch', `expected ${count}, as the request says`);
  }
  return Array.from(members, (member, index) => {
    const memberName = `${name}[${index}]`;
    const response = checkResponse(member, memberName, issues);
    if (response.status >= 400) {
      const message = 'a change set that failed is one response in the place of the list';
      issues.add(memberName, 'change-set-partly-failed', message);
    }
    if (response.status === 202) {
      issues.add(
        memberName,
        'accepted-in-change-set',
        'an operation of a change set is answered at once or not at all',
      );
    }
    return { response, request: isList(asked) ? asked[index] : undefined, name: memberName };
  });
}

/** Checks a response and reads its properties once: what was checked is what is written. */
function checkResponse(value: unknown, name: string, issues: Issues): OutgoingResponse {
  const { status, statusText, headers, body, id } = (value ?? {}) as OutgoingResponse;
  if (isStatus(status)) return { status, statusText, headers, body, id };
  issues.add(`${name}.status`, 'invalid-status', 'expected an integer from 100 to 599');
  return { status: 500 };
}

/** A status that a response can have. */
export function isStatus(status: unknown): boolean {
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
}

function isList(item: DecodedItem | undefined): item is readonly DecodedOperation[] {
  return Array.isArray(item);
}
