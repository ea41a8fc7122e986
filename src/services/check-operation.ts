import { hasContent, isRaw } from '../batch/body.ts';
import { fieldOf, type HeaderPair, headerPairs } from '../batch/header-pairs.ts';
import { Issues } from '../batch/issues.ts';
import type { GivenOperation, PreparationIssue } from '../batch/service.ts';
import { isStreamed, mediaTypeOfBlob } from '../batch/streamed-body.ts';
import type { UsageErrorCode } from '../errors.ts';
import { parseMediaType } from '../mime/media-type.ts';
import { parseUrlReference } from '../odata/content-id.ts';
import type { BatchPolicy } from './batch-policy.ts';

/**
 * Why an operation can't stand in a batch for this service, rules for its URL apart.
 *
 * @param sent what rules make of it, which is what the service sees
 */
export function checkOperation(
  policy: BatchPolicy,
  operation: GivenOperation,
  sent: Pick<GivenOperation, 'method' | 'body'> = operation,
): PreparationIssue[] {
  const { path } = operation;
  const { method, body } = sent;
  const issues: PreparationIssue[] = [];
  const refuse = (property: string | undefined, code: UsageErrorCode, message: string) => {
    issues.push({ index: operation.index, property, code, message });
  };
  if (policy.methods?.includes(method) === false) {
    refuse('method', 'method-not-allowed', `the service takes ${policy.methods.join(', ')} inside a batch`);
  }
  if (policy.changeSets === false && path[1] === 0) {
    refuse(
      undefined,
      'change-set-not-expressible',
      'a batch of this service, written so, has no change sets',
    );
  }
  for (const property of policy.references === false ? referencesOf(operation) : []) {
    refuse(property, 'reference-not-expressible', 'a batch of this service, written so, has no references');
  }
  if (policy.dependencies === false && operation.isDependent) {
    const message = 'a batch of this service, written so, has no dependencies';
    refuse('dependsOn', 'reference-not-expressible', message);
  }
  for (const [name] of headerFields(operation)) {
    if (!policy.outerHeaders?.includes(name.toLowerCase())) continue;
    refuse(
      `headers.${name}`,
      'forbidden-header',
      `${name} may not stand inside a batch: send it with the batch itself`,
    );
  }
  if (policy.bodyless?.includes(method) && hasContent(body)) {
    refuse('body', 'body-not-allowed', `${method} has no body inside a batch of this service`);
  }
  const wrongType = policy.mediaTypes && mediaTypeProblem(policy.mediaTypes, operation, body);
  if (wrongType !== undefined) refuse('headers.Content-Type', 'media-type-not-allowed', wrongType);
  return issues;
}

/** Where an operation refers to others. */
function referencesOf(operation: GivenOperation): string[] {
  const conditions = headerFields(operation)
    .filter(([name, value]) => /^if-(?:none-)?match$/i.test(name) && value.startsWith('$'))
    .map(([name]) => `headers.${name}`);
  return [...(isOnReference(operation) ? ['url'] : []), ...conditions];
}

/** Whether the URL of an operation begins with a reference. */
export function isOnReference({ url }: Pick<GivenOperation, 'url'>): boolean {
  return parseUrlReference(url) !== undefined;
}

function mediaTypeProblem(
  taken: readonly string[],
  operation: GivenOperation,
  body: unknown,
): string | undefined {
  const given = fieldOf(headerFields(operation), 'content-type');
  if (!hasContent(body)) {
    return given === undefined ? undefined : 'a Content-Type stands only where there is a body';
  }
  const type = given ?? impliedType(body);
  const essence = type === undefined ? undefined : parseMediaType(type)?.essence;
  if (essence !== undefined && taken.includes(essence)) return undefined;
  return `the service takes bodies of ${taken.join(', ')} inside a batch`;
}

/** What a body is sent as where nothing is said; undefined for text and octets, which say nothing of themselves. */
function impliedType(body: unknown): string | undefined {
  if (isStreamed(body)) return mediaTypeOfBlob(body);
  return isRaw(body) ? undefined : 'application/json';
}

/** The header fields of an operation that can be read; those that can't are refused elsewhere. */
export function headerFields({ headers }: Pick<GivenOperation, 'headers'>): readonly HeaderPair[] {
  return headerPairs(headers, '', new Issues());
}
