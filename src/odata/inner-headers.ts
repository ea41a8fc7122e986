/**
 * Fields that may not stand inside a batch (OData 4.01 Protocol 11.7.7.1, H-49), and one that no reader of a part
 * understands (H-50).
 */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'authorization',
  'expect',
  'from',
  'max-forwards',
  'proxy-authorization',
  'range',
  'te',
  'transfer-encoding',
  'www-authenticate',
]);

export function isForbiddenInside(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase());
}
