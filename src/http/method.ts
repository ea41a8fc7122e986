const KNOWN: ReadonlySet<string> = new Set([
  'DELETE',
  'GET',
  'HEAD',
  'MERGE',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
]);

/**
 * The method that was meant, where one is written in the wrong letter case; methods are case-sensitive (H-11), and only
 * for a well-known one it is surely a slip.
 */
export function misspeltMethod(method: string): string | undefined {
  const upper = method.toUpperCase();
  return method !== upper && KNOWN.has(upper) ? upper : undefined;
}
