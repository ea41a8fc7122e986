import type { Answer } from '../batch/result.ts';
import { decodeText, latin1 } from '../bytes/text.ts';
import { parameterOf, parseMediaType } from '../mime/media-type.ts';

/** The text of an answer in XML; undefined where its media type is another or its octets are not of its charset. */
export function xmlText({ headers, bytes }: Pick<Answer, 'headers' | 'bytes'>): string | undefined {
  const mediaType = parseMediaType(headers.get('Content-Type') ?? '');
  if (mediaType === undefined || !/^(?:application|text)\/xml$|\+xml$/.test(mediaType.essence))
    return undefined;
  return decodeText(bytes, parameterOf(mediaType, 'charset') ?? charsetOf(bytes));
}

/** The charset by the byte order mark, else by the XML declaration (RFC 7303 section 3); undefined for UTF-8. */
function charsetOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return undefined;
  const head = latin1(bytes, 0, Math.min(bytes.length, 200));
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1];
  // .NET declares the encoding of its strings, whatever the octets are: readable as this line is, they are not UTF-16.
  return declared === undefined || /^utf-?(?:8|16)/i.test(declared) ? undefined : declared;
}
