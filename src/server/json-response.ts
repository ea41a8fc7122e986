import { fieldOf, type HeaderPair } from '../batch/header-pairs.ts';
import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import { parseMediaType } from '../mime/media-type.ts';
import type { BufferedBody } from './buffer-body.ts';

/**
 * A response with its body as a JSON batch can hold it: octets of an unknown kind are said to be that (RFC 9110 section 8.3), and
 * the white space round a JSON text, a line end mostly, is left out, since the text stands in another one there.
 */
export function jsonResponse(
  response: { readonly status: number; readonly headers: readonly HeaderPair[] },
  body: BufferedBody,
): OutgoingResponse {
  // Nothing is streamed into JSON.
  if (!(body instanceof Uint8Array) || body.length === 0) return response;
  const contentType = fieldOf(response.headers, 'content-type');
  if (contentType === undefined) {
    return {
      ...response,
      headers: [...response.headers, ['content-type', 'application/octet-stream']],
      body,
    };
  }
  const { essence = '' } = parseMediaType(contentType) ?? {};
  const isJson = essence === 'application/json' || essence.endsWith('+json');
  return { ...response, body: isJson ? trimJson(body) : body };
}

/** Without the white space of RFC 8259 at both ends, nor the byte order mark that it lets readers ignore. */
function trimJson(text: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const hasMark = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  let start = hasMark ? 3 : 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text.subarray(start, end);
}

function isSpace(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09 || octet === 0x0a || octet === 0x0d;
}
