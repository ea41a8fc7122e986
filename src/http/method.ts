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

/** Whether a method is a well-known one: then it is a token, too. */
export function isKnownMethod(method: string): boolean {
  return KNOWN.has(method);
}

/**
 * The method that was meant, where one is written in the wrong letter case; methods are case-sensitive (H-11), and only
 * for a well-known one it is surely a slip.
 */
export function misspeltMethod(method: string): string | undefined {
  if (KNOWN.has(method)) return undefined;
  const upper = method.toUpperCase();
  return KNOWN.has(upper) ? upper : undefined;
}
