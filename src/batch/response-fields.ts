import { titleCase } from '../http/title-case.ts';
import { isFieldValue, trimWhiteSpace } from '../mime/header-field.ts';
import { isContentId, parseUrlReference } from '../odata/content-id.ts';
import type { AddressedResponse } from './address-responses.ts';
import { fieldOf, type HeaderPair, headerPairs } from './header-pairs.ts';
import type { Issues } from './issues.ts';

/** Fields that no reference may stand in. */
const NAMES_A_RESOURCE = /^(location|content-location|odata-entityid)$/i;

/** What a response says beside its status and body. */
export interface ResponseFields {
  readonly id: string | undefined;
  /** Names in their customary spelling where they were all in lower case. */
  readonly headers: readonly HeaderPair[];
}

/** Reads id and headers of a response; adds to the issues what can't be written in any format. */
export function responseFields(
  { response, request, name }: AddressedResponse,
  issues: Issues,
): ResponseFields {
  const { statusText } = response;
  const id = response.id ?? request?.id;
  // An id that the request had is repeated, even one that only a tolerance accepted.
  const isRepeated = id === request?.id && isFieldValue(String(id));
  if (id !== undefined && !isContentId(id) && !isRepeated) {
    issues.add(`${name}.id`, 'invalid-content-id', 'expected letters, digits, "-", ".", "_" and "~"');
  }
  if (statusText !== undefined && !(isFieldValue(statusText) && statusText === trimWhiteSpace(statusText))) {
    const message = 'expected a reason phrase without control characters, and without white space around it';
    issues.add(`${name}.statusText`, 'invalid-header-value', message);
  }

  const headers = headerPairs(response.headers, `${name}.headers`, issues).map(
    ([field, value]): HeaderPair => [titleCase(field), value],
  );
  if (fieldOf(headers, 'transfer-encoding') !== undefined) {
    const message = 'a response in a batch has no transfer encoding: its body is all there';
    issues.add(`${name}.headers.Transfer-Encoding`, 'forbidden-header', message);
  }
  for (const [field, value] of headers) {
    if (!NAMES_A_RESOURCE.test(field) || parseUrlReference(value) === undefined) continue;
    const message = 'an answer names resources by URL, never by a reference (OData 4.01 Protocol 11.7.7.5)';
    issues.add(`${name}.headers.${field}`, 'reference-in-response', message);
  }
  const given = fieldOf(headers, 'content-id');
  if (given !== undefined && given !== id) {
    issues.add(`${name}.headers.Content-ID`, 'invalid-content-id', 'give the Content-ID as "id"');
  }
  return { id, headers };
}
