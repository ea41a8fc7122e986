import { describe, expect, it } from 'vitest';
import {
  type BatchError,
  decodeBatchRequest,
  decodeBatchResponse,
  isBatchError,
  type OperationResult,
  type WireResult,
} from '../../src/index.ts';
import { boundaryParameter, delimiterLines, hasDelimiterLikeLine, lengthOfWhole } from '../property/frame.ts';
import { latin1 } from '../property/octets.ts';
import { type AcceptedRequest, type AcceptedResponse, FIXTURE_FOLDERS, loadFixtures } from './fixture.ts';
import { fixturePlan } from './fixture-plan.ts';
import { withoutStacks } from './without-stacks.ts';

type Accepted = AcceptedRequest | AcceptedResponse;

/** The boundary of the batch; of a message in an `application/http` message, that of the inner one. */
function boundaryOf({ contentType, bytes }: Accepted): string {
  const isWrapped = contentType?.startsWith('application/http');
  const field = isWrapped ? /^Content-Type:(.*)\r?$/im.exec(latin1(bytes))?.[1] : contentType;
  const boundary = boundaryParameter(field ?? '');
  if (boundary === undefined) throw new Error('no boundary');
  return boundary;
}

const accepted = FIXTURE_FOLDERS.flatMap((folder) => loadFixtures(folder)).filter(
  (fixture): fixture is Accepted => fixture.error === undefined && fixture.tolerate.length === 0,
);
/** JSON, or JSON in an `application/http` message. */
const isJson = ({ contentType, bytes }: Accepted) => {
  const isWrapped = contentType === 'application/http';
  return /^application\/json/.test(
    isWrapped ? (/^Content-Type: (.*)\r$/m.exec(latin1(bytes))?.[1] ?? '') : (contentType ?? ''),
  );
};
const isMultipart = (fixture: Accepted) =>
  /^(multipart\/|application\/http)/i.test(fixture.contentType ?? '') && !isJson(fixture);
/** How many octets make the message whole: up to the last dash of its close delimiter, or its last brace. */
const lengthOf = (fixture: Accepted) =>
  isJson(fixture)
    ? latin1(fixture.bytes).lastIndexOf('}') + 1
    : lengthOfWhole(fixture.bytes, boundaryOf(fixture));
/** Law 4 presumes what RFC 2046 demands, that no line of a body begins with `--boundary`: this one is for decoding only. */
const isDecodeOnly = ({ name }: Accepted) => name.startsWith('g18-');

const plain = (fixture: Accepted, length: number): unknown => {
  const message = { contentType: fixture.contentType, body: fixture.bytes.subarray(0, length) };
  if (fixture.kind === 'request') return decodeBatchRequest(message, { version: fixture.version });
  return decodeBatchResponse({ ...message, status: fixture.status });
};

const errorOf = (run: () => unknown): BatchError | undefined => {
  try {
    run();
  } catch (error) {
    if (isBatchError(error)) return error;
    throw error;
  }
  return undefined;
};

const model = (result: WireResult | OperationResult): unknown =>
  'bytes' in result ? { ...result, headers: [...result.headers], bytes: latin1(result.bytes) } : result;
const asText = (results: unknown): string =>
  JSON.stringify((results as (WireResult | WireResult[])[]).map((item) => [item].flat().map(model)));

withoutStacks();

describe('law 4: nothing is lost silently', () => {
  const cuttable = accepted.filter(
    (fixture) => (isMultipart(fixture) || isJson(fixture)) && !isDecodeOnly(fixture),
  );

  it('is proved by all messages that are accepted without a tolerance, but for one', () => {
    const left = accepted.filter((fixture) => !cuttable.includes(fixture));
    expect(left.map(({ name }) => name)).toEqual(['g18-delimiter-like-lines']);
    expect(cuttable.length).toBeGreaterThan(100);
  });

  it.each(cuttable)('$folder/$name is an error wherever it is cut', (fixture) => {
    const whole = lengthOf(fixture);
    for (let length = 0; length < whole; length++) {
      const error = errorOf(() => plain(fixture, length));
      if (error === undefined)
        expect({ length, whole, error }).toEqual({ length, whole, error: 'some error' });
    }
    const expected = asText(plain(fixture, fixture.bytes.length));
    for (let length = whole; length <= fixture.bytes.length; length++) {
      const results = asText(plain(fixture, length));
      if (results !== expected) expect({ length, results }).toEqual({ length, results: expected });
    }
  });

  // Where a line of a body is `--boundary` and more, a cut in it can look like a delimiter: an error all the same.
  const responses = cuttable.filter((fixture) => fixture.kind === 'response' && isMultipart(fixture));
  const unambiguous = responses.filter(({ bytes, ...rest }) => {
    return !hasDelimiterLikeLine(bytes, boundaryOf({ bytes, ...rest } as Accepted));
  });
  it.each(unambiguous)('$folder/$name gives what had ended before the cut', (fixture) => {
    const boundary = boundaryOf(fixture);
    const lines = delimiterLines(fixture.bytes, boundary);
    const all = plain(fixture, fixture.bytes.length) as (WireResult | WireResult[])[];
    // Before the first delimiter a message may not even be seen to be a batch.
    for (let length = lines[0]?.end ?? 0; length < (lines.at(-1)?.textEnd ?? 0); length++) {
      const results = errorOf(() => plain(fixture, length))?.results as (WireResult | WireResult[])[];
      const [, ...enders] = lines;
      const ended = enders.filter(({ end }) => end <= length).length;
      const maybeEnded = enders.filter(({ start }) => start + 2 + boundary.length <= length).length;
      const expected = asText(all.slice(0, Math.min(Math.max(results.length, ended), maybeEnded)));
      if (asText(results) !== expected) {
        expect({ length, results: asText(results) }).toEqual({ length, results: expected });
      }
    }
  });

  const matched = responses.filter(
    (fixture) =>
      fixture.kind === 'response' && fixture.outcomes !== undefined && fixture.requestFormat === 'multipart',
  );
  it.each(matched)('$folder/$name gives each request its outcome, or unknown', (fixture) => {
    const request = fixture.kind === 'response' ? fixturePlan(fixture) : undefined;
    if (fixture.kind !== 'response' || request === undefined) return expect.unreachable();
    const { status, contentType, bytes } = fixture;
    const decode = (length: number) =>
      decodeBatchResponse({ status, contentType, body: bytes.subarray(0, length) }, { request });
    const lines = delimiterLines(bytes, boundaryOf(fixture));
    const final = decode(bytes.length) as (OperationResult | OperationResult[])[];
    const whole = lines.at(-1)?.textEnd ?? 0;
    for (let length = 0; length < whole; length++) {
      const results = errorOf(() => decode(length))?.results as (OperationResult | OperationResult[])[];
      expect({ length, shape: shapeOf(results) }).toEqual({ length, shape: shapeOf(request.items) });
      const outcomes = results.flat().map(({ outcome }) => outcome);
      // What comes behind the cut may make doubtful what was known before it, but nothing else of it.
      const possible = outcomes.map((outcome, at) => {
        const later = final.flat()[at]?.outcome;
        return outcome === 'unknown' || later === 'unknown' ? outcome : later;
      });
      expect({ length, outcomes }).toEqual({ length, outcomes: possible });

      // As many items have their outcome as parts have ended, but for those that the whole message leaves open.
      const ended = lines.slice(1).filter(({ end }) => end <= length).length;
      const known = results.filter((item) =>
        [item].flat().every(({ outcome }) => outcome !== 'unknown'),
      ).length;
      const open = final.filter((item) => [item].flat().some(({ outcome }) => outcome === 'unknown')).length;
      const surplus = SPLIT_FAILURES.includes(fixture.name) ? 1 : 0;
      expect({ length, ended, known: known + open + surplus >= ended }).toEqual({
        length,
        ended,
        known: true,
      });
    }
  });

  const flatAnswers = cuttable.filter(
    (fixture) =>
      fixture.kind === 'response' &&
      fixture.outcomes !== undefined &&
      (fixture.requestFormat === 'json' || isJson(fixture)),
  );
  it.each(flatAnswers)('$folder/$name gives each request its outcome, or unknown', (fixture) => {
    const request = fixture.kind === 'response' ? fixturePlan(fixture) : undefined;
    if (fixture.kind !== 'response' || request === undefined) return expect.unreachable();
    const { status, contentType, bytes } = fixture;
    const decode = (length: number) =>
      decodeBatchResponse({ status, contentType, body: bytes.subarray(0, length) }, { request });
    const final = (decode(bytes.length) as (OperationResult | OperationResult[])[]).flat();
    let known = 0;
    for (let length = 0; length < lengthOf(fixture); length++) {
      const results = errorOf(() => decode(length))?.results as (OperationResult | OperationResult[])[];
      expect({ length, shape: shapeOf(results) }).toEqual({ length, shape: shapeOf(request.items) });
      const outcomes = results.flat().map(({ outcome }) => outcome);
      const possible = outcomes.map((outcome, at) => {
        const later = final[at]?.outcome;
        return outcome === 'unknown' || later === 'unknown' ? outcome : later;
      });
      expect({ length, outcomes }).toEqual({ length, outcomes: possible });
      // What is known stays known, but where an answer behind it makes it doubtful.
      const count = outcomes.filter((outcome) => outcome !== 'unknown').length;
      const isDoubtful = final.some(({ outcome }) => outcome === 'unknown');
      if (!isDoubtful) expect({ length, isLess: count < known }).toEqual({ length, isLess: false });
      known = count;
    }
  });
});

function shapeOf(items: readonly unknown[]): unknown[] {
  return items.map((item) => (Array.isArray(item) ? item.map(() => 1) : 1));
}

/** An empty change set and an error behind it are two parts for one item. */
const SPLIT_FAILURES: readonly string[] = [
  'g05-failed-change-set-empty-nest',
  'match-change-set-failed-empty-nest-names-id',
];
