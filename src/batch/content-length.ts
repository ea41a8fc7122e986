import { utf8Encoder } from '../bytes/text.ts';
import type { EncodableBody } from './body.ts';
import type { Issues, Name } from './issues.ts';
import type { StreamedBody } from './streamed-body.ts';

/** A caller's Content-Length is written as given, so it has to be true: readers exist that follow it (H-63, H-65). */
export function checkContentLength(
  given: string | undefined,
  body: EncodableBody | StreamedBody | undefined,
  name: Name,
  issues: Issues,
): void {
  if (given === undefined) return;
  const length = lengthOf(body);
  if (given === String(length)) return;
  const found = length === undefined ? 'expected a number' : `the body has ${length} octets`;
  issues.add(
    `${name}.headers.Content-Length`,
    'content-length-mismatch',
    `${found}; leave the field out, no batch needs it`,
  );
}

/** The octets of a body; undefined for a stream whose size nobody knows. */
function lengthOf(body: EncodableBody | StreamedBody | undefined): number | undefined {
  if (body === undefined) return 0;
  if (!('content' in body)) return body.size;
  const { content } = body;
  return typeof content === 'string' ? utf8Encoder.encode(content).length : content.length;
}
