import type { Answer } from '../../../src/batch/result.ts';
import { HeaderFields } from '../../../src/mime/header-list.ts';

/** An answer with this body, in UTF-8 where it is text; its text and value are asked for by nobody. */
export function xmlAnswer(
  body: string | Uint8Array<ArrayBuffer>,
  contentType: string | null = 'application/xml',
): Answer {
  const unused = () => {
    throw new Error('not asked for');
  };
  return {
    status: 400,
    statusText: 'Bad Request',
    headers: new HeaderFields(contentType === null ? [] : [['Content-Type', contentType]]),
    bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    text: unused,
    json: unused,
  };
}
