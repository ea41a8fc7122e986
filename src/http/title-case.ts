/** Names whose words are not simply capitalised. */
const SPECIAL: Readonly<Record<string, string>> = {
  'content-id': 'Content-ID',
  dataserviceversion: 'DataServiceVersion',
  etag: 'ETag',
  'odata-entityid': 'OData-EntityId',
  'odata-error': 'OData-Error',
  'odata-maxversion': 'OData-MaxVersion',
  'odata-version': 'OData-Version',
  'www-authenticate': 'WWW-Authenticate',
};

/**
 * The customary spelling of a header name that is all in lower case, as `Headers` gives it. Several clients look for
 * `Content-Type` and `ETag` letter by letter; a name with a capital in it is the caller's wish.
 */
export function titleCase(name: string): string {
  if (name !== name.toLowerCase()) return name;
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name] as string;
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
