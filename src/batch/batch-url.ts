import { pathOf } from '../odata/target.ts';

/**
 * Tells whether a URL is that of a batch endpoint (H-06), however a router would spell it; the segment is case-sensitive
 * (B-01).
 */
export function isBatchUrl(url: string): boolean {
  // Nearly no URL of a service gets beyond this line.
  if (!url.includes('batch') && !url.includes('%')) return false;
  const path = pathOf(url);
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return decodeSegment(segments.at(-1) ?? '') === '$batch';
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
