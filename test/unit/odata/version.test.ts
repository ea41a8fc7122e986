import { describe, expect, it } from 'vitest';
import { HeaderFields } from '../../../src/mime/header-list.ts';
import {
  type ODataVersion,
  parseVersion,
  placeOfMethod,
  VERSIONS,
  type VersionRules,
  versionOf,
} from '../../../src/odata/version.ts';

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

describe('versionOf', () => {
  const of = (...fields: [string, string][]) => versionOf(new HeaderFields(fields));

  it('goes by the header that names the version, else by the highest that the sender understands (B-04)', () => {
    expect(of(['MaxDataServiceVersion', '3.0'])).toBe('3.0');
    expect(of(['MaxDataServiceVersion', '3.0'], ['OData-MaxVersion', '4.01'])).toBe('4.01');
    expect(of(['OData-MaxVersion', '4.01'], ['dataserviceversion', '2.0'])).toBe('2.0');
    expect(of(['DataServiceVersion', '3.0'], ['odata-version', '4.0'])).toBe('4.0');
  });

  it('passes over a header that names none', () => {
    expect(of(['OData-Version', '5.0'], ['OData-MaxVersion', '4.01;'])).toBe('4.01');
    expect(of(['OData-Version', ''])).toBeUndefined();
    expect(of()).toBeUndefined();
  });
});

const FORBIDDEN =
  'authorization expect from max-forwards proxy-authorization range te transfer-encoding www-authenticate';

/** What the specifications say, version by version, written out by hand: OData 2.0 and 3.0 Batch, OData 4.0 and 4.01 Protocol. */
const MATRIX = {
  'status of a batch that was read (B-08, X1)': {
    read: (rules) => rules.successStatus,
    '2.0': 202,
    '3.0': 202,
    '4.0': 200,
    '4.01': 200,
  },
  'JSON batches': {
    read: (rules) => String(rules.jsonBatches),
    '2.0': 'false',
    '3.0': 'false',
    '4.0': 'true',
    '4.01': 'true',
  },
  'header of the version (B-04)': {
    read: (rules) => rules.versionHeader,
    '2.0': 'DataServiceVersion',
    '3.0': 'DataServiceVersion',
    '4.0': 'OData-Version',
    '4.01': 'OData-Version',
  },
  'header of the highest version (B-04)': {
    read: (rules) => rules.maxVersionHeader,
    '2.0': 'MaxDataServiceVersion',
    '3.0': 'MaxDataServiceVersion',
    '4.0': 'OData-MaxVersion',
    '4.01': 'OData-MaxVersion',
  },
  'reads (B-12)': {
    read: (rules) => placesOf(rules, 'GET', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'),
    '2.0': 'outside',
    '3.0': 'outside',
    '4.0': 'outside',
    '4.01': 'outside',
  },
  'writes (B-10, B-12, B-13)': {
    read: (rules) => placesOf(rules, 'POST', 'PUT', 'PATCH', 'DELETE'),
    '2.0': 'change-set',
    '3.0': 'change-set',
    '4.0': 'anywhere',
    '4.01': 'anywhere',
  },
  'MERGE (B-13)': {
    read: (rules) => placesOf(rules, 'MERGE'),
    '2.0': 'change-set',
    '3.0': 'change-set',
    '4.0': 'nowhere',
    '4.01': 'nowhere',
  },
  'methods of extensions (B-13)': {
    read: (rules) => placesOf(rules, 'PURGE', 'm-search', '__proto__', 'constructor'),
    '2.0': 'change-set',
    '3.0': 'change-set',
    '4.0': 'anywhere',
    '4.01': 'anywhere',
  },
  'forms of URLs (H-30)': {
    read: (rules) => rules.urlForms.join(' '),
    '2.0': 'absolute absolute-path relative',
    '3.0': 'absolute absolute-path relative',
    '4.0': 'absolute absolute-path relative',
    '4.01': 'absolute absolute-path relative',
  },
  'Content-ID in a change set (B-14, X3)': {
    read: (rules) => (rules.contentIdRequired ? 'required' : 'optional'),
    '2.0': 'optional',
    '3.0': 'optional',
    '4.0': 'required',
    '4.01': 'required',
  },
  'where a Content-ID is unique (B-18, X4)': {
    read: (rules) => rules.contentIdScope,
    '2.0': 'change-set',
    '3.0': 'change-set',
    '4.0': 'batch',
    '4.01': 'batch',
  },
  // Across change sets a service of 4.0 may refuse: that is for the service to say, not for the version.
  'how far a reference reaches (R-05)': {
    read: (rules) => rules.referenceScope,
    '2.0': 'change-set',
    '3.0': 'change-set',
    '4.0': 'batch',
    '4.01': 'batch',
  },
  'the preference that goes on after a failure (S-05, S-08)': {
    read: (rules) => rules.continueOnError,
    '2.0': 'odata.continue-on-error',
    '3.0': 'odata.continue-on-error',
    '4.0': 'odata.continue-on-error',
    '4.01': 'continue-on-error',
  },
  'headers that stay outside of operations (H-49, H-50)': {
    read: (rules) => [...rules.forbiddenInside].sort().join(' '),
    '2.0': FORBIDDEN,
    '3.0': FORBIDDEN,
    '4.0': FORBIDDEN,
    '4.01': FORBIDDEN,
  },
} satisfies Record<string, Row>;

type Row = Record<ODataVersion, string | number> & {
  readonly read: (rules: VersionRules) => string | number;
};

/** Where methods of one kind may stand: all in the same place. */
function placesOf(rules: VersionRules, ...methods: string[]): string {
  return [...new Set(methods.map((method) => placeOfMethod(method, rules)))].join(' or ');
}

describe.each(Object.entries<Row>(MATRIX))('%s', (_, { read, ...expected }) => {
  it.each(Object.entries(expected))('in OData %s: %s', (version, value) => {
    expect(read(VERSIONS[version as ODataVersion])).toBe(value);
  });
});

describe('VERSIONS', () => {
  it('has a row of the matrix for each of its rules', () => {
    const known = new Set<string>();
    const get = (rules: object, name: string | symbol) => {
      known.add(String(name));
      return Reflect.get(rules, name);
    };
    const watched = new Proxy<VersionRules>(VERSIONS['4.0'], { get });
    for (const { read } of Object.values<Row>(MATRIX)) read(watched);
    expect([...known].sort()).toEqual(Object.keys(VERSIONS['4.0']).sort());
  });
});
