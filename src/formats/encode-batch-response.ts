import { checkChoice } from '../batch/check-choice.ts';
import type { DecodedBatch, DecodedItem, DecodedOperation } from '../batch/decoded-batch.ts';
import type { RandomSource } from '../batch/encode-options.ts';
import { guardCallbacks, Issues } from '../batch/issues.ts';
import type { BatchResponses, OutgoingResponse } from '../batch/outgoing-response.ts';
import { type ODataVersion, VERSIONS } from '../odata/version.ts';
import { cryptoRandom } from './multipart/boundaries.ts';
import { type AddressedResponse, encodeResponseMessage } from './multipart/encode-response.ts';
import { writeMessages } from './multipart/write-messages.ts';

/** How a response is written. */
export interface EncodeBatchResponseOptions {
  /** The decoded request: its Content-IDs are repeated, its version kept, its structure checked against the responses. */
  readonly request?: DecodedBatch | undefined;
  /** Default: that of the request, else `4.0`. */
  readonly version?: ODataVersion | undefined;
  /** The outer status. Default 200, up to OData 3.0 it is 202. */
  readonly status?: number | undefined;
  /** The boundary of the batch, or of the batch and then of each change set. Default: 128 random bits each. */
  readonly boundary?: string | readonly string[] | undefined;
  /**
   * How a change set that failed is written: `single`, as one part in its place, as OData says, or `nested`, as one part in
   * a change set of its own, which clients of Azure Table look for (X2). Default `single`.
   */
  readonly failedChangeSet?: 'single' | 'nested' | undefined;
  /** How JSON bodies are printed. Default `JSON.stringify`. */
  readonly json?: { readonly stringify?: ((value: unknown) => string | undefined) | undefined } | undefined;
  /** Where boundaries come from. Default `crypto.getRandomValues`. */
  readonly random?: RandomSource | undefined;
}

/** An answer ready to be sent: `new Response(body, { status, headers })`. */
export interface EncodedBatchResponse {
  readonly status: number;
  readonly contentType: string;
  /** All headers of the answer, Content-Type included. */
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Turns the answers to a batch into one response. OData 4.01 Protocol, section 11.7.7.5.
 *
 * A change set that succeeded is a list of answers; one that failed is one answer of status 400 or more, with the id of
 * the operation that failed, if that is known. Where the service stopped at a failure, the answers behind it are left out.
 *
 * Throws BatchUsageError with all that is wrong: `invalid-status`, `change-set-partly-failed`, `response-count-mismatch`,
 * `body-not-allowed`, `invalid-header-value` and others of UsageErrorCode.
 *
 * @example
 * const { status, headers, body } = encodeBatchResponse([{ status: 200, body: product }, { status: 204 }], { request });
 */
export function encodeBatchResponse(
  responses: BatchResponses,
  options: EncodeBatchResponseOptions = {},
): EncodedBatchResponse {
  return guardCallbacks(() => encode(responses, options));
}

function encode(responses: BatchResponses, options: EncodeBatchResponseOptions): EncodedBatchResponse {
  const issues = new Issues();
  checkOptions(options, issues);
  issues.throwIfAny();
  const { request } = options;
  const version = options.version ?? request?.version ?? '4.0';
  const rules = VERSIONS[version];
  const addressed = addressResponses(responses, options, issues);
  issues.throwIfAny();

  const stringify = options.json?.stringify ?? JSON.stringify;
  const outgoing = addressed.map((item) =>
    Array.isArray(item)
      ? item.map((one) => encodeResponseMessage(one, stringify, issues))
      : encodeResponseMessage(item as AddressedResponse, stringify, issues),
  );
  issues.throwIfAny();

  const settings = {
    given: options.boundary,
    // Clients look for these very words instead of reading the boundary parameter.
    prefixes: { batch: 'batchresponse', changeSet: 'changesetresponse' },
    random: options.random ?? cryptoRandom,
  };
  const { contentType, body } = writeMessages(outgoing, settings, issues);
  issues.throwIfAny();
  const headers = { 'Content-Type': contentType, [rules.versionHeader]: version };
  return { status: options.status ?? rules.successStatus, contentType, headers, body };
}

function checkOptions(options: EncodeBatchResponseOptions, issues: Issues): void {
  const { version, failedChangeSet, status, request } = options;
  checkChoice('options.version', version, Object.keys(VERSIONS), issues);
  checkChoice('options.request.version', request?.version, Object.keys(VERSIONS), issues);
  checkChoice('options.failedChangeSet', failedChangeSet, ['single', 'nested'], issues);
  if (status !== undefined && !isStatus(status)) {
    issues.add('options.status', 'invalid-status', 'expected an integer from 100 to 599');
  }
}

function isStatus(status: unknown): boolean {
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
}

type AddressedItem = AddressedResponse | AddressedResponse[];

/** Puts each response beside its request and tells what does not fit. */
function addressResponses(
  responses: unknown,
  { request, failedChangeSet }: EncodeBatchResponseOptions,
  issues: Issues,
): AddressedItem[] {
  if (!Array.isArray(responses) || responses.length === 0) {
    issues.add('responses', 'empty-batch', 'expected a list of at least one response');
    return [];
  }
  if (request !== undefined) checkCount(responses, request, issues);

  return Array.from(responses, (item: unknown, index): AddressedItem => {
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
    // Which operation failed, the response itself says; its id is repeated where the request had it.
    const failed = asked.find(({ id }) => id !== undefined && id === response.id);
    const addressed = { response, request: failed, name };
    return failedChangeSet === 'nested' ? [addressed] : addressed;
  });
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

/** Fewer answers than requests mean that the service stopped at a failure, which is then the last answer (P-04). */
function checkCount(responses: readonly unknown[], request: DecodedBatch, issues: Issues): void {
  const last = responses.at(-1) as OutgoingResponse | undefined;
  const stopped =
    responses.length < request.length && request.continueOnError !== true && Number(last?.status) >= 400;
  if (responses.length === request.length || stopped) return;
  issues.add(
    'responses',
    'response-count-mismatch',
    `${responses.length} responses to ${request.length} requests`,
  );
}

function isList(item: DecodedItem | undefined): item is readonly DecodedOperation[] {
  return Array.isArray(item);
}
