import { type EncodableBody, encodableBody, type JsonStringify } from '../../batch/body.ts';
import type { DecodedOperation } from '../../batch/decoded-batch.ts';
import { fieldOf, type HeaderPair, headerPairs } from '../../batch/header-pairs.ts';
import type { Issues } from '../../batch/issues.ts';
import type { OutgoingResponse } from '../../batch/outgoing-response.ts';
import { statusHasBody } from '../../http/http-message.ts';
import { responseHead } from '../../http/message-head.ts';
import { titleCase } from '../../http/title-case.ts';
import { isFieldValue, trimWhiteSpace } from '../../mime/header-field.ts';
import { isContentId } from '../../odata/content-id.ts';
import { checkContentLength } from './content-length.ts';
import type { OutgoingMessage } from './write-messages.ts';

/** A response and what it belongs to. */
export interface AddressedResponse {
  readonly response: OutgoingResponse;
  /** The request, where it is known: its Content-ID is repeated where it stood (P-08, P-09). */
  readonly request: DecodedOperation | undefined;
  /** How issues name the response. */
  readonly name: string;
}

/** Makes a part of one response; adds to the issues what can't be written. */
export function encodeResponseMessage(
  { response, request, name }: AddressedResponse,
  stringify: JsonStringify,
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

  const body = bodyOf(response, name, stringify, issues);
  const headers: HeaderPair[] = headerPairs(response.headers, `${name}.headers`, issues).map(
    ([field, value]) => [titleCase(field), value],
  );
  if (fieldOf(headers, 'transfer-encoding') !== undefined) {
    const message = 'a part has no transfer encoding: the delimiter ends its body';
    issues.add(`${name}.headers.Transfer-Encoding`, 'forbidden-header', message);
  }
  checkContentLength(fieldOf(headers, 'content-length'), body, name, issues);
  if (body?.isJson && fieldOf(headers, 'content-type') === undefined)
    headers.push(['Content-Type', 'application/json']);

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
  name: string,
  stringify: JsonStringify,
  issues: Issues,
): EncodableBody | undefined {
  const encodable = encodableBody(body, stringify, `${name}.body`, issues);
  if (encodable !== undefined && encodable.content.length > 0 && !statusHasBody(status)) {
    issues.add(`${name}.body`, 'body-not-allowed', `a response of status ${status} has no body`);
  }
  return encodable;
}
