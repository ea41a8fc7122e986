import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  FIXTURE_FOLDERS,
  FIXTURE_ROOT,
  type Fixture,
  filesOf,
  fixtureJsonSchema,
  fixtureNames,
  loadFixture,
  loadFixtures,
  MESSAGE_ERROR_CODES,
  type Nested,
  OUTCOMES,
  readFixtureFile,
  TOLERANCES,
  WARNING_CODES,
} from './fixture.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Rules about line ends: only fixtures that show one of them may have LF or CR alone outside of bodies. */
/** H-70: compressed octets have no lines. */
const LINE_END_RULES = new Set(['M-36', 'M-38', 'H-47', 'H-70']);

/** How often LF stands without CR before it, and CR without LF after it. */
function loneLineEnds(bytes: Uint8Array): { lf: number; cr: number } {
  let lf = 0;
  let cr = 0;
  for (const [at, octet] of bytes.entries()) {
    if (octet === LF && bytes[at - 1] !== CR) lf += 1;
    if (octet === CR && bytes[at + 1] !== LF) cr += 1;
  }
  return { lf, cr };
}

function shape(list: Nested<unknown>): unknown[] {
  return list.map((item) => (Array.isArray(item) ? item.map(() => 'operation') : 'operation'));
}

function flat<T>(list: Nested<T>): T[] {
  return list.flat() as T[];
}

interface Expected {
  readonly body: Uint8Array;
  readonly headers: readonly (readonly [string, string])[];
}

const isJson = ({ contentType }: Fixture) => contentType?.startsWith('application/json') === true;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

function expectPlaceInBytes(fixture: Fixture, place: { offset: number; line: number }): void {
  expect(place.offset).toBeLessThanOrEqual(fixture.bytes.length);
  const before = fixture.bytes.subarray(0, place.offset);
  expect(place.line).toBe(1 + before.filter((octet) => octet === LF).length);
}

describe('schema.json', () => {
  it('is the schema that the tests read fixtures by', () => {
    const written = JSON.parse(readFileSync(`${FIXTURE_ROOT}schema.json`, 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(fixtureJsonSchema())));
  });
});

describe('fixture files', () => {
  it.each(FIXTURE_FOLDERS)('stand in pairs and alone in %s', (folder) => {
    const pairs = fixtureNames(folder).flatMap((name) => [`${name}.http`, `${name}.json`]);
    expect(filesOf(folder)).toEqual(pairs.sort());
  });

  it('have names of their own, in kebab case', () => {
    const names = FIXTURE_FOLDERS.flatMap(fixtureNames);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('follow the schema', () => {
    for (const folder of FIXTURE_FOLDERS) {
      for (const name of fixtureNames(folder)) expect(() => readFixtureFile(folder, name)).not.toThrow();
    }
  });

  it('have titles of their own', () => {
    const titles = FIXTURE_FOLDERS.flatMap((folder) =>
      loadFixtures(folder).map(({ title }) => `${folder}: ${title}`),
    );
    expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
  });
});

describe('fixtures', () => {
  const all = loadFixtures();
  const accepted = all.filter((fixture) => fixture.error === undefined);
  const refused = all.filter((fixture) => fixture.error !== undefined);

  it('are all refused in negative, and all accepted in golden', () => {
    expect(loadFixtures('negative').filter(({ error }) => error === undefined)).toEqual([]);
    expect(loadFixtures('golden').filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('name places of errors that are in the bytes', () => {
    for (const fixture of refused) if ('offset' in fixture.error) expectPlaceInBytes(fixture, fixture.error);
    for (const fixture of accepted)
      if (fixture.strict !== undefined) expectPlaceInBytes(fixture, fixture.strict);
  });

  it('say how they are refused where they need a tolerance', () => {
    for (const { name, tolerate, strict } of accepted) {
      expect({ name, strict: strict !== undefined }).toEqual({ name, strict: tolerate.length > 0 });
    }
  });

  it('have CRLF at all line ends, but where they are about others', () => {
    for (const fixture of all) {
      if (isJson(fixture) || fixture.rules.some((rule) => LINE_END_RULES.has(rule))) continue;
      if (fixture.error !== undefined && fixture.kind === 'response' && !('offset' in fixture.error))
        continue;
      const lone = loneLineEnds(fixture.bytes);
      const inBodies = flat<{ body: Uint8Array }>(fixture.expected ?? [])
        .map(({ body }) => loneLineEnds(body))
        .reduce((sum, { lf, cr }) => ({ lf: sum.lf + lf, cr: sum.cr + cr }), { lf: 0, cr: 0 });
      expect({ name: fixture.name, ...lone }).toEqual({ name: fixture.name, ...inBodies });
    }
  });

  it('hold every expected body octet for octet, in order', () => {
    for (const fixture of accepted.filter((each) => !isJson(each))) {
      let from = 0;
      for (const { body } of flat<{ body: Uint8Array }>(fixture.expected)) {
        const at = text(fixture.bytes).indexOf(text(body), from);
        expect({ name: fixture.name, found: at >= from }).toEqual({ name: fixture.name, found: true });
        from = at + body.length;
      }
    }
  });

  it('hold every expected body of JSON octet for octet, and others in one of the ways of a JSON batch', () => {
    for (const fixture of accepted.filter(isJson)) {
      const message = Buffer.from(fixture.bytes).toString();
      for (const { body, headers } of flat<Expected>(fixture.expected)) {
        const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
        const octets = Buffer.from(body);
        const isJsonBody = /^application\/([\w-]+\+)?json/i.test(type);
        const strings = Array.from(message.matchAll(/"(?:[^"\\]|\\.)*"/g), ([each]) => JSON.parse(each));
        const isString = (each: string) =>
          each === octets.toString() || Buffer.from(each, 'base64').equals(octets);
        const found = (!isJsonBody && strings.some(isString)) || message.includes(octets.toString());
        expect({ name: fixture.name, type, found }).toEqual({ name: fixture.name, type, found: true });
      }
    }
  });

  it('are canonical where they say how to encode them', () => {
    for (const { name, bytes, expected, encode, contentType, tolerate, warnings } of accepted) {
      if (encode === undefined) continue;
      if ('format' in encode) {
        expect({ name, contentType, tolerate, warnings }).toEqual({
          name,
          contentType: 'application/json',
          tolerate: [],
          warnings: [],
        });
        expect(text(bytes)).toMatch(/^\{"(requests|responses)":\[\{"id":".*\}\]\}$/s);
        continue;
      }
      const [boundary = '', ...inner] = encode.boundaries;
      const sets = expected.filter((item) => Array.isArray(item));
      expect({ name, inner: inner.length }).toEqual({ name, inner: sets.length });
      expect({ name, tolerate, warnings }).toEqual({ name, tolerate: [], warnings: [] });
      const quoted = /^[\w'+.-]+$/.test(boundary) ? boundary : `"${boundary}"`;
      expect({ name, contentType }).toEqual({ name, contentType: `multipart/mixed; boundary=${quoted}` });
      expect(text(bytes).startsWith(`--${boundary}\r\nContent-Type: `), name).toBe(true);
      expect(text(bytes).endsWith(`\r\n--${boundary}--\r\n`), name).toBe(true);
      for (const each of inner) expect(text(bytes).includes(`\r\n\r\n--${each}\r\n`), name).toBe(true);
      for (const item of expected) {
        const members = Array.isArray(item);
        const withId = encode.contentId === 'all' || (encode.contentId === 'change-sets' && members);
        for (const { id } of members ? item : [item]) expect(id !== undefined, name).toBe(withId);
      }
    }
  });

  it('have an outcome for each request, nested alike', () => {
    for (const fixture of accepted) {
      if (fixture.kind !== 'response') continue;
      const { name, requests, outcomes } = fixture;
      const outcomesShape = outcomes && shape(outcomes);
      expect({ name, shape: outcomesShape }).toEqual({ name, shape: requests && shape(requests) });
    }
  });

  it('show every error, tolerance, warning and outcome', () => {
    const codes = refused.map(({ error }) => error.code);
    expect(MESSAGE_ERROR_CODES.filter((code) => !codes.includes(code))).toEqual([]);
    const tolerances = accepted.flatMap(({ tolerate }) => tolerate);
    expect(TOLERANCES.filter((tolerance) => !tolerances.includes(tolerance))).toEqual([]);
    const warnings = accepted.flatMap((fixture) => fixture.warnings);
    expect(WARNING_CODES.filter((warning) => !warnings.includes(warning))).toEqual([]);
    const outcomes = accepted.flatMap((fixture) =>
      fixture.kind === 'response' ? flat(fixture.outcomes ?? []) : [],
    );
    expect(OUTCOMES.filter((outcome) => !outcomes.includes(outcome))).toEqual([]);
  });
});

describe('loadFixture', () => {
  it('reads the JSON file and the bytes, and fills in what the file leaves out', () => {
    const fixture = loadFixture('golden', 'g01-smallest-get');
    expect(fixture).toMatchObject({
      name: 'g01-smallest-get',
      folder: 'golden',
      kind: 'request',
      version: '4.0',
      tolerate: [],
      warnings: [],
      expected: [{ method: 'GET', url: 'People', headers: [['Accept', 'application/json']] }],
    });
    expect(text(fixture.bytes)).toMatch(/^--b\r\n/);
    expect(flat<{ body: Uint8Array }>(fixture.expected ?? [])[0]?.body).toEqual(new Uint8Array());
  });

  it('gives bodies as bytes', () => {
    const [everyOctet] = flat<{ body: Uint8Array }>(loadFixture('golden', 'g17-all-octets').expected ?? []);
    expect(everyOctet?.body).toEqual(Uint8Array.from({ length: 256 }, (_, octet) => octet));
    const [withMark] = flat<{ body: Uint8Array }>(
      loadFixture('golden', 'body-begins-with-bom').expected ?? [],
    );
    expect(withMark?.body.subarray(0, 4)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf, 0x3c));
  });
});
