import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type BatchWarning,
  decodeBatchRequest,
  decodeBatchResponse,
  isBatchError,
  type Tolerance,
} from '../../src/index.ts';
import { TOLERANCES } from '../conformance/fixture.ts';
import { hostileText } from './arbitrary-octets.ts';
import { isSet } from './arbitrary-response.ts';
import { modelOf, type Nested, type OperationModel } from './expected-plan.ts';
import { law } from './law.ts';
import { fromLatin1, latin1 } from './octets.ts';

/** An operation, its octets as latin1, as this test writes it. */
interface Draft {
  readonly method: string;
  readonly url: string;
  readonly header: string;
  readonly body: string;
}

/** Bodies that no line of which begins with a delimiter, and that an LF behind them does not shorten. */
const draftBody = hostileText
  .map((text) =>
    text
      .replace(/[^\0-\xff]/g, '?')
      .replaceAll('--b', '--x')
      .replace(/\r+$/, ''),
  )
  .filter((text) => !/^[\r\n]*$/.test(text));

const draft: fc.Arbitrary<Draft> = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'PATCH', 'MERGE'),
  url: fc.constantFrom('Products', '/v1/Products(1)', "People('a')?x=1"),
  header: fc.constantFrom('a', 'W/"1"', '', 'a, b'),
  body: draftBody,
});

/** At least one operation on each side of a change set of two, and another change set. */
const drafts = fc.tuple(draft, fc.tuple(draft, draft), draft, fc.tuple(draft), draft);
type Drafts = readonly (Draft | readonly Draft[])[];

/** What may be written otherwise than it should be. */
interface Deviation {
  readonly startLine?: (draft: Draft) => string;
  readonly headers?: (draft: Draft) => string[];
  readonly contentId?: (id: string) => string;
  readonly innerClose?: string;
  readonly close?: string;
  readonly contentType?: string;
  /** What becomes of the operation that deviates. */
  readonly read?: (model: OperationModel) => OperationModel;
}

/** Writes a request whose operation `place` deviates. */
function write(items: Drafts, lineEnd: string, place: number, deviation: Deviation) {
  let index = -1;
  const part = (draft: Draft, boundary: string) => {
    index++;
    const here = index === place ? deviation : {};
    const id = here.contentId === undefined ? `id-${index}` : here.contentId(`id-${index}`);
    const startLine = here.startLine?.(draft) ?? `${draft.method} ${draft.url} HTTP/1.1`;
    const headers = here.headers?.(draft) ?? [`X-Custom: ${draft.header}`];
    const mime = ['Content-Type: application/http', `Content-ID: ${id}`];
    return [`--${boundary}`, ...mime, '', startLine, ...headers, '', draft.body].join(lineEnd) + lineEnd;
  };
  let set = 0;
  let text = '';
  for (const item of items) {
    if (!isSet(item)) {
      text += part(item, 'b');
      continue;
    }
    const boundary = `c${++set}`;
    text += ['--b', `Content-Type: multipart/mixed; boundary=${boundary}`, '', ''].join(lineEnd);
    for (const member of item) text += part(member, boundary);
    text +=
      deviation.innerClose === undefined || set > 1 ? `--${boundary}--${lineEnd}` : deviation.innerClose;
  }
  text += deviation.close ?? `--b--${lineEnd}`;
  return { contentType: deviation.contentType ?? 'multipart/mixed; boundary=b', body: fromLatin1(text) };
}

function expected(items: Drafts, place: number, { contentId, read }: Deviation): Nested<OperationModel> {
  let index = -1;
  const one = (draft: Draft): OperationModel => {
    index++;
    const id = index === place && contentId !== undefined ? contentId(`id-${index}`) : `id-${index}`;
    const model: OperationModel = {
      method: draft.method,
      url: draft.url,
      headers: [['X-Custom', draft.header]],
      id,
      body: [...fromLatin1(draft.body)],
    };
    return index === place && read !== undefined ? read(model) : model;
  };
  return items.map((item) => (isSet(item) ? item.map(one) : one(item)));
}

/** Places in the flattened batch of `drafts`: 0, [1, 2], 3, [4], 5. */
const ANYWHERE = [0, 1, 2, 3, 4, 5];
const IN_SETS = [1, 2, 4];

/** Those of JSON batches have tests of their own. */
type JsonOnly = 'missing-content-id' | 'missing-dependency' | 'unencoded-body';

const DEVIATIONS: Record<
  Exclude<Tolerance, 'truncated' | 'content-length-trusted' | JsonOnly>,
  [Deviation, readonly number[]]
> = {
  'any-content-id': [{ contentId: (id) => `<${id}@host>` }, ANYWHERE],
  'content-id-per-change-set': [{ contentId: () => 'id-1' }, [4]],
  'folded-header': [
    {
      headers: ({ header }) => [`X-Custom: ${header}`, '\t folded'],
      read: (model) => ({ ...model, headers: [['X-Custom', `${model.headers[0]?.[1]} folded`.trim()]] }),
    },
    ANYWHERE,
  ],
  'get-in-change-set': [
    {
      startLine: ({ url }) => `OPTIONS ${url} HTTP/1.1`,
      read: (model) => ({ ...model, method: 'OPTIONS' }),
    },
    IN_SETS,
  ],
  'invalid-content-length': [
    {
      headers: ({ header }) => [`X-Custom: ${header}`, 'Content-Length: -1'],
      read: (model) => ({ ...model, headers: [...model.headers, ['Content-Length', '-1']] }),
    },
    ANYWHERE,
  ],
  'lower-case-method': [
    { startLine: ({ method, url }) => `${method.toLowerCase()} ${url} HTTP/1.1` },
    ANYWHERE,
  ],
  'missing-http-version': [{ startLine: ({ method, url }) => `${method} ${url}` }, ANYWHERE],
  'missing-inner-close': [{ innerClose: '' }, [1]],
  'other-http-version': [{ startLine: ({ method, url }) => `${method} ${url} HTTP/1.0` }, ANYWHERE],
  'other-subtype': [{ contentType: 'multipart/batching; boundary=b' }, [0]],
  'space-before-colon': [{ headers: ({ header }) => [`X-Custom : ${header}`] }, ANYWHERE],
  'space-in-target': [
    {
      startLine: ({ method, url }) => `${method} ${url}/a b HTTP/1.1`,
      read: (model) => ({ ...model, url: `${model.url}/a b` }),
    },
    ANYWHERE,
  ],
  'three-dash-close': [{ close: '--b---\r\n' }, [0]],
};

const without = (tolerance: Tolerance) =>
  TOLERANCES.filter((each) => each !== tolerance && each !== 'content-length-trusted');

describe('tolerances', () => {
  law(
    'law 9: without a deviation nothing is refused, and no tolerance changes anything',
    fc.property(drafts, fc.subarray([...TOLERANCES]), (items, tolerate) => {
      const message = write(items, '\r\n', 0, {});
      expect(modelOf(decodeBatchRequest(message))).toEqual(expected(items, 0, {}));
      expect(modelOf(decodeBatchRequest(message, { tolerate }))).toEqual(expected(items, 0, {}));
    }),
  );

  for (const [name, [deviation, places]] of Object.entries(DEVIATIONS)) {
    const tolerance = name as Tolerance;
    law(
      `law 9: ${tolerance} makes its deviation acceptable, and no other tolerance does`,
      fc.property(drafts, fc.constantFrom(...places), (items, place) => {
        const message = write(items, '\r\n', place, deviation);
        const decoded = decodeBatchRequest(message, { tolerate: [tolerance] });
        expect(modelOf(decoded)).toEqual(expected(items, place, deviation));
        for (const tolerate of [[], without(tolerance)]) {
          // `--b---` closes nothing then: a message that was cut off, for which there is a tolerance too.
          const names =
            tolerance === 'three-dash-close' ? tolerate.filter((each) => each !== 'truncated') : tolerate;
          expect(refusal(() => decodeBatchRequest(message, { tolerate: names }))).toBe(true);
        }
      }),
      0.5,
    );
  }

  law(
    'law 9: truncated gives what is whole of a message that was cut off, and no other tolerance does',
    fc.property(drafts, fc.integer({ min: 1, max: 6 }), (items, missing) => {
      const { contentType, body } = write(items, '\r\n', 0, {});
      const message = { contentType, body: body.subarray(0, body.length - 2 - missing) };
      const decoded = decodeBatchRequest(message, { tolerate: ['truncated'] });
      const all = expected(items, 0, {});
      expect(modelOf(decoded)).toEqual(all.slice(0, decoded.length));
      // Without its two dashes the close delimiter may still be seen to end the last part.
      expect(decoded.length).toBeGreaterThanOrEqual(all.length - 1);
      if (missing !== 2) expect(decoded.length).toBe(all.length - 1);
      expect(refusal(() => decodeBatchRequest(message, { tolerate: without('truncated') }))).toBe(true);
    }),
  );

  law(
    'law 9: content-length-trusted ends a body early, and without it the delimiter does',
    fc.property(drafts, fc.constantFrom(...ANYWHERE), fc.nat(), (items, place, length) => {
      const one = items.flat()[place] as Draft;
      const shorter = length % one.body.length;
      const header = `Content-Length: ${shorter}`;
      const message = write(items, '\r\n', place, {
        headers: ({ header: value }) => [`X-Custom: ${value}`, header],
      });
      const warnings: BatchWarning[] = [];
      const whole = decodeBatchRequest(message, { onWarning: (warning) => warnings.push(warning) }).flat()[
        place
      ];
      const early = decodeBatchRequest(message, { tolerate: ['content-length-trusted'] }).flat()[place];
      expect(latin1(whole?.bytes ?? new Uint8Array())).toBe(one.body);
      expect(latin1(early?.bytes ?? new Uint8Array())).toBe(one.body.slice(0, shorter));
      expect(warnings.map(({ code }) => code)).toEqual(['content-length-mismatch']);
    }),
  );

  law(
    'law 9: a request framed by LF is read as the same framed by CRLF',
    fc.property(drafts, (items) => {
      const [crlf, lf] = ['\r\n', '\n'].map((lineEnd) =>
        modelOf(decodeBatchRequest(write(items, lineEnd, 0, {}))),
      );
      expect(crlf).toEqual(expected(items, 0, {}));
      expect(lf).toEqual(crlf);
    }),
    2,
  );

  law(
    'law 9: a response framed by LF is read as the same framed by CRLF',
    fc.property(drafts, fc.constantFrom(200, 201, 404), (items, status) => {
      const startLine = () => `HTTP/1.1 ${status} Some Reason`;
      const [crlf, lf] = ['\r\n', '\n'].map((lineEnd) => {
        let { contentType, body } = write(items, lineEnd, -1, {});
        for (const { method, url } of items.flat()) {
          body = fromLatin1(
            latin1(body).replace(
              `${lineEnd}${method} ${url} HTTP/1.1${lineEnd}`,
              `${lineEnd}${startLine()}${lineEnd}`,
            ),
          );
        }
        return decodeBatchResponse({ contentType, body })
          .flat()
          .map((result) => {
            const { status, headers, bytes, id } = result as unknown as {
              status: number;
              headers: Iterable<[string, string]>;
              bytes: Uint8Array;
              id: string;
            };
            return { status, headers: [...headers], body: latin1(bytes), id };
          });
      });
      expect(crlf?.map(({ body }) => body)).toEqual(items.flat().map(({ body }) => body));
      expect(lf).toEqual(crlf);
    }),
    2,
  );
});

function refusal(run: () => unknown): boolean {
  try {
    run();
  } catch (error) {
    return isBatchError(error);
  }
  return false;
}
