import type { EncodableBody } from '../../batch/body.ts';
import type { Issues } from '../../batch/issues.ts';
import { utf8Encoder } from '../../bytes/text.ts';

/** A caller's Content-Length is written as given, so it has to be true: readers exist that follow it (H-63, H-65). */
export function checkContentLength(
  given: string | undefined,
  body: EncodableBody | undefined,
  name: string,
  issues: Issues,
): void {
  if (given === undefined) return;
  const content = body?.content ?? '';
  const length = typeof content === 'string' ? utf8Encoder.encode(content).length : content.length;
  if (given !== String(length)) {
    issues.add(
      `${name}.headers.Content-Length`,
      'content-length-mismatch',
      `the body has ${length} octets; leave the field out: the delimiter ends the body`,
    );
  }
}
