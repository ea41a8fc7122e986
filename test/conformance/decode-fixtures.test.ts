import { describe, expect, it } from 'vitest';
import {
  type BatchWarning,
  type DecodedItem,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  type WireResult,
} from '../../src/index.ts';
import type { Tolerance } from '../../src/tolerances.ts';
import { FIXTURE_FOLDERS, type Fixture, loadFixtures } from './fixture.ts';
import { fixturePlan } from './fixture-plan.ts';

const requestModel = (item: DecodedItem): unknown =>
  'method' in item
    ? {
        method: item.method,
        url: item.url,
        headers: [...item.headers],
        ...id(item),
        ...(item.dependsOn !== undefined && { dependsOn: item.dependsOn }),
        ...(item.if !== undefined && { if: item.if }),
        body: [...item.bytes],
      }
    : item.map(requestModel);

const responseModel = (item: WireResult | WireResult[]): unknown => {
  if (Array.isArray(item)) return item.map(responseModel);
  if (item.outcome !== 'succeeded' && item.outcome !== 'failed')
    throw new Error(`unexpected ${item.outcome}`);
  const { status, statusText, headers, bytes } = item;
  return { status, statusText, headers: [...headers], ...id(item), body: [...bytes] };
};

const id = ({ id }: { readonly id?: string | undefined }) => (id === undefined ? {} : { id });

/** Bodies as plain lists, so that a difference can be read. */
const plain = (expected: unknown): unknown =>
  JSON.parse(JSON.stringify(expected, (_, value) => (value instanceof Uint8Array ? [...value] : value)));

const decode = (fixture: Fixture, tolerate: readonly Tolerance[], warnings: BatchWarning[] = []) => {
  const options = { tolerate, onWarning: (warning: BatchWarning) => warnings.push(warning) };
  const message = { contentType: fixture.contentType, body: fixture.bytes };
  if (fixture.kind === 'request') {
    return decodeBatchRequest(message, { ...options, version: fixture.version }).map(requestModel);
  }
  return decodeBatchResponse({ ...message, status: fixture.status }, options).map(responseModel);
};

const errorOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
};

const folders = FIXTURE_FOLDERS.filter((folder) => loadFixtures(folder).length > 0);

describe.each(folders)('%s', (folder) => {
  const fixtures = loadFixtures(folder);
  const accepted = fixtures.filter((fixture) => fixture.error === undefined);

  it.each(accepted)('$name: $title', (fixture) => {
    const warnings: BatchWarning[] = [];
    expect(decode(fixture, fixture.tolerate, warnings)).toEqual(plain(fixture.expected));
    expect(warnings.map(({ code }) => code)).toEqual(fixture.warnings);
  });

  const behindTolerance = accepted.filter(({ strict }) => strict !== undefined);
  it.each(behindTolerance)('$name is refused without its tolerance', (fixture) => {
    for (const missing of fixture.tolerate) {
      expect(
        isBatchError(
          errorOf(() =>
            decode(
              fixture,
              fixture.tolerate.filter((each) => each !== missing),
            ),
          ),
        ),
      ).toBe(true);
    }
    expect(errorOf(() => decode(fixture, []))).toMatchObject(fixture.strict ?? {});
  });

  const refused = fixtures.filter((fixture) => fixture.error !== undefined);
  it.each(refused)('$name gives $error.code', (fixture) => {
    const plan = fixture.kind === 'response' ? fixturePlan(fixture) : undefined;
    const error = errorOf(() =>
      plan === undefined || fixture.kind === 'request'
        ? decode(fixture, [])
        : decodeBatchResponse(
            { status: fixture.status, contentType: fixture.contentType, body: fixture.bytes },
            { request: plan },
          ),
    );
    expect(error).toMatchObject(fixture.error ?? {});
  });

  const matched = accepted.filter((fixture) => fixture.kind === 'response' && fixture.outcomes !== undefined);
  it.each(matched)('$name gives each request its outcome', (fixture) => {
    if (fixture.kind !== 'response') return expect.unreachable();
    const request = fixturePlan(fixture);
    if (request === undefined) return expect.unreachable();
    const { status, contentType, bytes: body, tolerate } = fixture;
    const results = decodeBatchResponse({ status, contentType, body }, { request, tolerate });
    expect(
      results.map((item) => (Array.isArray(item) ? item.map((one) => one.outcome) : item.outcome)),
    ).toEqual(fixture.outcomes);
  });

  const canonical = accepted.filter(({ encode }) => encode !== undefined);
  it.each(canonical)('$name is what encoding gives', (fixture) => {
    const { encode } = fixture;
    if (encode === undefined) return expect.unreachable();
    const expected = fixture.expected as never;
    const { contentId, accept, ...layout } =
      'format' in encode
        ? { ...encode, contentId: undefined }
        : { ...encode, format: 'multipart' as const, boundary: encode.boundaries };
    const { format, boundary } = { boundary: undefined, ...layout };
    const { body, contentType } =
      fixture.kind === 'request'
        ? encodeBatchRequest(expected, { format, boundary, contentId, accept, version: fixture.version })
        : encodeBatchResponse(expected, { format, boundary });
    expect(new TextDecoder('latin1').decode(body)).toBe(new TextDecoder('latin1').decode(fixture.bytes));
    expect(body).toEqual(fixture.bytes);
    expect(contentType).toBe(fixture.contentType);
  });
});
