import { isUtf8 } from '../../bytes/text.ts';
import { type MediaType, parameterOf } from '../../mime/media-type.ts';

/** How a body stands in a JSON batch: as it is, as a string, or as a string of base64url (J-14). */
export type BodyKind = 'json' | 'text' | 'base64url';

/** The media type of a body decides, whatever the body looks like; undefined for a Content-Type that is none. */
export function bodyKind(mediaType: MediaType | undefined): BodyKind {
  const { essence = '' } = mediaType ?? {};
  if (essence.startsWith('text/')) return 'text';
  return essence === 'application/json' || essence.endsWith('+json') ? 'json' : 'base64url';
}

/** Charsets whose first half is ASCII. */
const BEYOND_ASCII = /^(us-ascii|iso-8859-\d+|windows-125\d)$/i;

/** Whether text in UTF-8, as all in a JSON batch is, is what a reader expects who goes by the charset of the media type. */
export function isReadAsUtf8(mediaType: MediaType | undefined, octets: () => Uint8Array): boolean {
  const charset = mediaType && parameterOf(mediaType, 'charset');
  if (bodyKind(mediaType) === 'base64url' || isUtf8(charset)) return true;
  return BEYOND_ASCII.test(charset ?? '') && octets().every((octet) => octet < 0x80);
}
