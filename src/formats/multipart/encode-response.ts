import type { AddressedResponse } from '../../batch/address-responses.ts';
import { type BodyWriting, type EncodableBody, encodableBody } from '../../batch/body.ts';
import { checkContentLength } from '../../batch/content-length.ts';
import { fieldOf } from '../../batch/header-pairs.ts';
import type { Issues } from '../../batch/issues.ts';
import type { OutgoingResponse } from '../../batch/outgoing-response.ts';
import { responseFields } from '../../batch/response-fields.ts';
import { mediaTypeOfBlob, type StreamedBody } from '../../batch/streamed-body.ts';
import { statusHasBody } from '../../http/http-message.ts';
import { responseHead } from '../../http/message-head.ts';
import type { OutgoingMessage } from './write-messages.ts';

/** Makes a part of one response; adds to the issues what can't be written. */
export function encodeResponseMessage(
  addressed: AddressedResponse,
  writing: BodyWriting,
  issues: Issues,
): OutgoingMessage {
  const { response, request, name } = addressed;
  const { id, headers: given } = responseFields(addressed, issues);
  const headers = [...given];
  const length = fieldOf(headers, 'content-length');
  const body = bodyOf(response, length, name, writing, issues);
  checkContentLength(length, body, name, issues);
  const mediaType =
    body && 'isJson' in body && body.isJson ? 'application/json' : mediaTypeOfBlob(response.body);
  if (mediaType !== undefined && fieldOf(headers, 'content-type') === undefined)
    headers.push(['Content-Type', mediaType]);

  const idInMessage = request?.idPlacement === 'http' && id !== undefined;
  if (idInMessage && fieldOf(headers, 'content-id') === undefined) headers.push(['Content-ID', id]);
  return {
    name,
    contentId: idInMessage ? undefined : id,
    head: responseHead(response.status, response.statusText, headers),
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
