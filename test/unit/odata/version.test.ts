import { describe, expect, it } from 'vitest';
import { parseVersion, VERSIONS } from '../../../src/odata/version.ts';

describe('parseVersion', () => {
  it.each([
    ['4.0', '4.0'],
    ['4.01', '4.01'],
    ['3.0', '3.0'],
    ['2.0', '2.0'],
    ['4.0;', '4.0'],
    ['3.0; ', '3.0'],
    [' 4.0 ', '4.0'],
    ['1.0;NetFx', '2.0'],
    ['2.0;NetFx', '2.0'],
  ])('reads %j as %s (H-58)', (value, version) => {
    expect(parseVersion(value)).toBe(version);
  });

  it.each([null, '', '4', '5.0', '4.02', 'x', '__proto__', 'constructor', 'toString'])(
    'knows no version %j',
    (value) => {
      expect(parseVersion(value)).toBeUndefined();
    },
  );
});

describe('VERSIONS', () => {
  it.each([
    ['2.0', 'DataServiceVersion', 'MaxDataServiceVersion', 202],
    ['3.0', 'DataServiceVersion', 'MaxDataServiceVersion', 202],
    ['4.0', 'OData-Version', 'OData-MaxVersion', 200],
    ['4.01', 'OData-Version', 'OData-MaxVersion', 200],
  ] as const)(
    '%s is named by %s and %s and answers %i (B-04, B-08, X1)',
    (version, name, maximum, status) => {
      expect(VERSIONS[version]).toMatchObject({
        versionHeader: name,
        maxVersionHeader: maximum,
        successStatus: status,
      });
    },
  );

  it.each([
    ['2.0', false, 'change-set', 'change-set', false],
    ['3.0', false, 'change-set', 'change-set', false],
    ['4.0', true, 'batch', 'batch', true],
    ['4.01', true, 'batch', 'batch', true],
  ] as const)(
    '%s: Content-ID required %s, unique in the %s, referred to in the %s; writes outside %s (B-10, B-14, B-18, R-05)',
    (version, required, unique, scope, writes) => {
      expect(VERSIONS[version]).toMatchObject({
        contentIdRequired: required,
        contentIdScope: unique,
        referenceScope: scope,
        writesOutsideChangeSets: writes,
      });
    },
  );

  it('4.01 asks to go on without a prefix, 4.0 with one (S-05)', () => {
    expect(VERSIONS['4.0'].continueOnError).toBe('odata.continue-on-error');
    expect(VERSIONS['4.01'].continueOnError).toBe('continue-on-error');
  });
});
