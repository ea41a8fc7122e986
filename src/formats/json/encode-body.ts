import { type EncodableBody, encodableBody, type JsonStringify } from '../../batch/body.ts';
import { checkContentLength } from '../../batch/content-length.ts';
import { fieldOf, type HeaderPair } from '../../batch/header-pairs.ts';
import type { Issues } from '../../batch/issues.ts';
import { encodeBase64url } from '../../bytes/base64url.ts';
import { decodeUtf8, utf8Encoder } from '../../bytes/text.ts';
import { Fault } from '../../fault.ts';
import { parseMediaType } from '../../mime/media-type.ts';
import { bodyKind, isReadAsUtf8 } from './body-kind.ts';
import { JsonScanner } from './json-scanner.ts';

/** The value of `body` in a JSON batch, in pieces: text, and octets that go as they are. */
export type JsonBody = readonly (string | Uint8Array)[];

/**
 * Makes the value of `body`: JSON as it is, text as a string, all else in base64url (J-14). Undefined where there is none,
 * or where the format has no words for it, which the issues say: nothing is altered (law 2).
 *
 * @param name how issues name the operation, or the response
 */
export function encodeJsonBody(
  given: unknown,
  headers: readonly HeaderPair[],
  stringify: JsonStringify,
  name: string,
  issues: Issues,
): JsonBody | undefined {
  const path = `${name}.body`;
  const body = encodableBody(given, stringify, path, issues);
  checkContentLength(fieldOf(headers, 'content-length'), body, name, issues);
  if (body === undefined || body.content.length === 0) return undefined;

  const contentType = fieldOf(headers, 'content-type');
  if (contentType === undefined) {
    const message = 'a JSON batch writes each type of body in its own way: give a Content-Type';
    issues.add(path, 'missing-content-type', message);
    return undefined;
  }
  const mediaType = parseMediaType(contentType);
  const kind = bodyKind(mediaType);
  if (kind === 'base64url') return ['"', encodeBase64url(bytesOf(body)), '"'];
  if (!isReadAsUtf8(mediaType, () => bytesOf(body))) {
    const message = 'a JSON batch has text in UTF-8 only, not in the charset of the Content-Type';
    issues.add(path, 'not-expressible', message);
    return undefined;
  }
  if (kind === 'text') return textBody(body, path, issues);
  return body.isJson && stringify === JSON.stringify
    ? printedBody(body.content, path, issues)
    : rawBody(bytesOf(body), path, issues);
}

function textBody({ content }: EncodableBody, path: string, issues: Issues): JsonBody | undefined {
  const text = typeof content === 'string' ? content : decodeUtf8(content);
  if (text !== undefined) return [JSON.stringify(text)];
  issues.add(path, 'invalid-text', 'the octets are no UTF-8, which the text of a JSON batch has to be');
  return undefined;
}

/** What the runtime itself printed needs no check but this one. */
function printedBody(json: string | Uint8Array, path: string, issues: Issues): JsonBody | undefined {
  if (json !== 'null') return [json];
  refuseNull(path, issues);
  return undefined;
}

/** JSON text of the caller's, which must be one value and no more: else it would become structure (law 6). */
function rawBody(bytes: Uint8Array<ArrayBuffer>, path: string, issues: Issues): JsonBody | undefined {
  const scanner = new JsonScanner({ bytes, start: 0, end: bytes.length, base: 0 }, Number.POSITIVE_INFINITY);
  try {
    const { start, end, kind } = scanner.value();
    scanner.finish();
    if (start > 0 || end < bytes.length) {
      const message = 'a JSON batch does not keep the white space around a JSON text: leave it out';
      issues.add(path, 'not-expressible', message);
    } else if (kind === 'null') {
      refuseNull(path, issues);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    issues.add(path, 'invalid-json', `the body is no JSON: at octet ${error.offset} ${error.message}`);
  }
  return [bytes];
}

function refuseNull(path: string, issues: Issues): void {
  issues.add(path, 'not-expressible', 'in a JSON batch null means that there is no body');
}

function bytesOf({ content }: EncodableBody): Uint8Array<ArrayBuffer> {
  if (typeof content === 'string') return utf8Encoder.encode(content);
  return content.buffer instanceof ArrayBuffer
    ? (content as Uint8Array<ArrayBuffer>)
    : new Uint8Array(content);
}
