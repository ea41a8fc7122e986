import type { AddressedResponse } from '../../batch/address-responses.ts';
import { type BodyWriting, type EncodableBody, encodableBody } from '../../batch/body.ts';
import { checkContentLength } from '../../batch/content-length.ts';
import { fieldOf, type HeaderPair, headerPairs } from '../../batch/header-pairs.ts';
import type { Issues } from '../../batch/issues.ts';
import type { OutgoingResponse } from '../../batch/outgoing-response.ts';
import { mediaTypeOfBlob, type StreamedBody } from '../../batch/streamed-body.ts';
import { statusHasBody } from '../../http/http-message.ts';
import { responseHead } from '../../http/message-head.ts';
import { titleCase } from '../../http/title-case.ts';
import { isFieldValue, trimWhiteSpace } from '../../mime/header-field.ts';
import { isContentId, parseUrlReference } from '../../odata/content-id.ts';
import type { OutgoingMessage } from './write-messages.ts';

/** Fields that no reference may stand in. */
const NAMES_A_RESOURCE = /^(location|content-location|odata-entityid)$/i;

/** Makes a part of one response; adds to the issues what can't be written. */
export function encodeResponseMessage(
  { response, request, name }: AddressedResponse,
  writing: BodyWriting,
  issues: Issues,
): OutgoingMessage {
  const { status, statusText } = response;
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

  const headers: HeaderPair[] = headerPairs(response.headers, `${name}.headers`, issues).map(
    ([field, value]) => [titleCase(field), value],
  );
  if (fieldOf(headers, 'transfer-encoding') !== undefined) {
    const message = 'a part has no transfer encoding: the delimiter ends its body';
    issues.add(`${name}.headers.Transfer-Encoding`, 'forbidden-header', message);
  }
  for (const [field, value] of headers) {
    if (!NAMES_A_RESOURCE.test(field) || parseUrlReference(value) === undefined) continue;
    const message = 'an answer names resources by URL, never by a reference (OData 4.01 Protocol 11.7.7.5)';
    issues.add(`${name}.headers.${field}`, 'reference-in-response', message);
  }
  const length = fieldOf(headers, 'content-length');
  const body = bodyOf(response, length, name, writing, issues);
  checkContentLength(length, body, name, issues);
  const mediaType =
    body && 'isJson' in body && body.isJson ? 'application/json' : mediaTypeOfBlob(response.body);
  if (mediaType !== undefined && fieldOf(headers, 'content-type') === undefined)
    headers.push(['Content-Type', mediaType]);

  const given = fieldOf(headers, 'content-id');
  if (given !== undefined && given !== id) {
    issues.add(`${name}.headers.Content-ID`, 'invalid-content-id', 'give the Content-ID as "id"');
  }
  const idInMessage = request?.idPlacement === 'http' && id !== undefined;
  if (idInMessage && given === undefined) headers.push(['Content-ID', id]);
  return {
    name,
    contentId: idInMessage ? undefined : id,
    head: responseHead(status, statusText, headers),
    body,
  };
}

function bodyOf(
  { status, body }: OutgoingResponse,
  length: string | undefined,
  name: string,
  { stringify, streams }: BodyWriting,
  issues: Issues,
): EncodableBody | StreamedBody | undefined {
  const path = `${name}.body`;
  const made = streams?.take(body, length, path, issues) ?? encodableBody(body, stringify, path, issues);
  if (made !== undefined && !statusHasBody(status) && !isEmpty(made)) {
    issues.add(path, 'body-not-allowed', `a response of status ${status} has no body`);
  }
  return made;
}

function isEmpty(body: EncodableBody | StreamedBody): boolean {
  return ('content' in body ? body.content.length : body.size) === 0;
}
