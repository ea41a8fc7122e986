import { describe, expect, it } from 'vitest';
import { titleCase } from '../../../src/http/title-case.ts';

describe('titleCase', () => {
  it.each([
    ['content-type', 'Content-Type'],
    ['etag', 'ETag'],
    ['content-id', 'Content-ID'],
    ['odata-version', 'OData-Version'],
    ['odata-entityid', 'OData-EntityId'],
    ['dataserviceversion', 'DataServiceVersion'],
    ['www-authenticate', 'WWW-Authenticate'],
    ['x-ms-request-id', 'X-Ms-Request-Id'],
    ['location', 'Location'],
    ['x-2nd', 'X-2nd'],
  ])('writes %s as %s', (name, written) => {
    expect(titleCase(name)).toBe(written);
  });

  it.each(['eTag', 'ETAG', 'x-MS-version', 'Content-Id'])('leaves %s as the caller wrote it', (name) => {
    expect(titleCase(name)).toBe(name);
  });

  it.each([
    ['__proto__', '__proto__'],
    ['constructor', 'Constructor'],
    ['hasownproperty', 'Hasownproperty'],
  ])('takes %s for a name and nothing else', (name, written) => {
    expect(titleCase(name)).toBe(written);
  });
});
