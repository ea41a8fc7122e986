import { Fault } from '../../fault.ts';
import type { HeaderFields } from '../../mime/header-list.ts';
import { isContentId } from '../../odata/content-id.ts';
import type { Reading } from '../../reading.ts';
import type { MessagePart } from './read-batch.ts';

/** The id of a part and the place it was read from. */
export interface FoundContentId {
  readonly id: string;
  readonly placement: 'mime' | 'http';
}

/** The Content-ID of a part: that of its MIME headers, else that of the HTTP message (X5). */
export function contentIdOf(
  part: MessagePart,
  message: HeaderFields,
  reading: Reading,
): FoundContentId | undefined {
  const outer = part.contentId;
  const id = outer ?? message.get('Content-ID');
  if (id === null) return undefined;
  if (!isContentId(id)) {
    if (!reading.tolerate.has('any-content-id')) {
      const message = 'expected a Content-ID of letters, digits, "-", ".", "_" and "~"';
      throw new Fault('invalid-content-id', message, part.offset, part.path);
    }
    reading.warn('invalid-content-id', part.offset, part.path);
  }
  return { id, placement: outer === null ? 'http' : 'mime' };
}
