import type { BatchFormat } from '../batch/batch-format.ts';
import { withoutQuotedStrings } from '../mime/without-quoted-strings.ts';
import type { PlainRequest } from './fetch-request.ts';

/**
 * The format of the answer as the client asks for it (B-05): by `$format` in the URL, which comes before Accept; of two that are
 * as welcome, and where none is named, that of the request.
 */
export function chooseFormat(request: PlainRequest, ofRequest: BatchFormat): BatchFormat {
  const [, format] = /[?&](?:\$|%24)format=([^&#]*)/i.exec(request.url) ?? [];
  const asked = format === undefined ? undefined : formatOf(decode(format));
  if (asked !== undefined) return asked;

  const accept = request.headers.get('Accept');
  const other = ofRequest === 'json' ? 'multipart' : 'json';
  return weightOf(other, accept) > weightOf(ofRequest, accept) ? other : ofRequest;
}

/** A media type, or the `json` of `$format`. */
function formatOf(text: string): BatchFormat | undefined {
  if (/^(?:application\/)?json\b/i.test(text)) return 'json';
  return /^multipart\/mixed\b/i.test(text) ? 'multipart' : undefined;
}

/** How welcome a format is: the weight of its own media range, 0 where it has none: `*` asks for nothing in particular. */
function weightOf(format: BatchFormat, accept: string | null): number {
  const ranges = withoutQuotedStrings(accept ?? '')
    .split(',')
    .filter((range) => formatOf(range.trim()) === format);
  return Math.max(0, ...ranges.map((range) => Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1)));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
