import { describe, expect, it } from 'vitest';
import type { Batch, Operation } from '../../../src/batch/operation.ts';
import type { OperationResult } from '../../../src/batch/result.ts';
import type { Service } from '../../../src/batch/service.ts';
import { decodeBatchResponse } from '../../../src/formats/decode-batch-response.ts';
import { encodeBatchRequest } from '../../../src/formats/encode-batch-request.ts';
import { type AnswerItem, type AnswerPart, buildAnswer } from '../build-answer.ts';

type Results = readonly (OperationResult | OperationResult[])[];

interface Settings {
  readonly continueOnError?: boolean | undefined;
  readonly service?: Service | undefined;
  readonly contentId?: 'all' | 'change-sets' | 'none' | undefined;
  readonly prefer?: string | undefined;
}

/** Operations for a shape: 0 is an operation, n a change set of n; ids are `id0`, `id1`, … in flat order. */
function buildBatch(shape: readonly number[]): Batch {
  let index = 0;
  const post = (): Operation => ({ method: 'POST', url: 'P', id: `id${index++}`, body: {} });
  const get = (): Operation => ({ method: 'GET', url: 'P', id: `id${index++}` });
  return shape.map((size) => (size === 0 ? get() : Array.from({ length: size }, post)));
}

function resultsOf(batch: Batch, answer: readonly AnswerItem[], settings: Settings = {}): Results {
  const { prefer, ...options } = settings;
  const request = encodeBatchRequest(batch, { ...options, ...(prefer && { headers: { Prefer: prefer } }) });
  return decodeBatchResponse(buildAnswer(answer), { request });
}

/** An outcome as a word; with `unknown` its reason, with all answers whose they are. */
function tell(result: OperationResult): string {
  if (result.outcome === 'unknown') return `unknown: ${result.cause.code}`;
  const answer = result.outcome === 'rolled-back' ? result.cause : result;
  const owner = 'headers' in answer ? answer.headers.get('X-For') : null;
  return owner === null ? result.outcome : `${result.outcome} by ${owner}`;
}

const tellAll = (results: Results) =>
  results.map((item) => (Array.isArray(item) ? item.map(tell) : tell(item)));

// ---------------------------------------------------------------------------------------------------------------------
// The rule of design.md part 5, once more and shorter. It works on names alone: `members` are the ids that were sent for
// an item, a part has the ids that came with it and says which operations it was written for.

interface ModelPart {
  /** Undefined for what carries no id. One for a single answer, one for each member of a nest. */
  readonly ids: readonly (string | undefined)[];
  readonly failing: boolean;
  readonly owners: readonly string[];
  readonly isNest: boolean;
}

type ModelOutcome = string | string[];

/** For each item of a level the part that is its own, or why it has none. */
function modelLevel(
  items: readonly (readonly string[])[],
  parts: readonly (readonly (string | undefined)[])[],
  positionOf: 'all' | 'prefix' | 'none',
): (number | 'correlation-failed' | 'response-count-mismatch')[] {
  const named = parts.map((ids) =>
    items.findIndex((sent) => ids.some((id) => id !== undefined && sent.includes(id))),
  );
  const known = named.filter((item) => item !== -1);
  const byId = items.map((_, item) => {
    const part = named.indexOf(item);
    return part === -1 ? ('response-count-mismatch' as const) : part;
  });
  // (a) every part names a different item: any order.
  if (new Set(known).size === parts.length) return byId;
  // (b) else by position; one id twice, or one in a wrong place, and nothing is known.
  const failed = items.map(() => 'correlation-failed' as const);
  if (new Set(known).size < known.length) return failed;
  const mayCount = positionOf === 'prefix' ? parts.length <= items.length : parts.length === items.length;
  if (positionOf === 'none' || !mayCount) return byId;
  if (named.some((item, part) => item !== -1 && item !== part)) return failed;
  return items.map((_, item) => (item < parts.length ? item : 'response-count-mismatch'));
}

function modelBatch(batch: Batch, parts: readonly ModelPart[], continueOnError: boolean): ModelOutcome[] {
  const isSet = (item: Batch[number]): item is readonly Operation[] => Array.isArray(item);
  const items = batch.map((item) => (isSet(item) ? item : [item]).map(({ id }) => id as string));
  const last = parts.at(-1);
  const stopped = last?.failing === true && !continueOnError;
  const level = modelLevel(
    items,
    parts.map(({ ids }) => ids),
    stopped ? 'prefix' : 'all',
  );
  const answeredUpTo = Math.max(-1, ...level.map((part, item) => (typeof part === 'number' ? item : -1)));

  return batch.map((item, index) => {
    const found = level[index] as number | string;
    const sent = items[index] as readonly string[];
    if (typeof found === 'string') {
      const rest = stopped && parts.length < items.length && answeredUpTo !== -1 && index > answeredUpTo;
      const outcome = rest ? 'not-executed' : `unknown: ${found}`;
      return isSet(item) ? sent.map(() => outcome) : outcome;
    }
    const part = parts[found] as ModelPart;
    if (!isSet(item)) return `${part.failing ? 'failed' : 'succeeded'} by ${part.owners[0]}`;
    // One success for several operations says nothing of any.
    if (!part.isNest && !part.failing && sent.length > 1)
      return sent.map(() => 'unknown: correlation-failed');
    if (!part.isNest) {
      return sent.map((id) => `${part.ids[0] === id ? 'failed' : 'rolled-back'} by ${part.owners[0]}`);
    }
    return modelLevel(
      sent.map((id) => [id]),
      part.ids.map((id) => [id]),
      'all',
    ).map((member) =>
      typeof member === 'string' ? `unknown: ${member}` : `succeeded by ${part.owners[member]}`,
    );
  });
}

// ---------------------------------------------------------------------------------------------------------------------

const SHAPES = [
  ['GETs only', [0, 0, 0]],
  ['one set', [3]],
  ['GET, set, GET', [0, 2, 0]],
  ['two sets', [2, 3]],
] as const;

type Level = ModelPart[];
type IdPolicy = (parts: Level) => Level;

const withIds = (change: (id: string | undefined, at: number) => string | undefined): IdPolicy => {
  return (parts) => {
    let at = 0;
    return parts.map((part) => ({ ...part, ids: part.ids.map((id) => change(id, at++)) }));
  };
};
const reverseNest = (part: ModelPart): ModelPart => ({
  ...part,
  ids: [...part.ids].reverse(),
  owners: [...part.owners].reverse(),
});

const GUID = '6f1b0e5e-0c3a-4a0e-9a51-0000000000';
const ID_POLICIES: readonly (readonly [string, IdPolicy])[] = [
  ['given and echoed', (parts) => parts],
  ['missing in the answer', withIds(() => undefined)],
  [
    'echoed inside sets only',
    (parts) => parts.map((part) => (part.isNest ? part : { ...part, ids: [undefined] })),
  ],
  ['shuffled', (parts) => [...parts].reverse().map(reverseNest)],
  ['made up: ~00', withIds((_, at) => `~0${at}`)],
  ['made up: GUIDs', withIds((_, at) => `${GUID}${10 + at}`)],
  ['doubled', withIds((id, at) => (at < 2 ? 'id0' : id))],
  ['contradicting position', withIds((_, at) => (at === 0 ? 'id2' : undefined))],
];

const COUNTS = [
  'equal',
  'fewer, the last failing',
  'fewer, the last 2xx',
  'fewer, the last failing, with continue-on-error',
  'more',
] as const;

/** The parts of an answer that leaves nothing to be wished for. */
function idealParts(batch: Batch): Level {
  return batch.map((item) => {
    const isNest = Array.isArray(item);
    const ids = (isNest ? (item as readonly Operation[]) : [item as Operation]).map(({ id }) => id as string);
    return { ids, failing: false, owners: ids, isNest };
  });
}

function countedParts(batch: Batch, count: (typeof COUNTS)[number]): Level {
  const ideal = idealParts(batch);
  if (count === 'equal') return ideal;
  if (count === 'more')
    return [...ideal, { ids: [undefined], failing: false, owners: ['nobody'], isNest: false }];
  const fewer = ideal.slice(0, -1);
  const last = fewer.at(-1);
  if (last === undefined || count === 'fewer, the last 2xx') return fewer;
  // What fails fails in one part, be it an operation or a set.
  const failing = {
    ids: last.ids.slice(0, 1),
    owners: last.owners.slice(0, 1),
    failing: true,
    isNest: false,
  };
  return [...fewer.slice(0, -1), failing];
}

const answerOf = (parts: Level): AnswerItem[] =>
  parts.map(({ ids, failing, owners, isNest }) => {
    const answers = ids.map((id, at) => ({
      status: failing ? 500 : 200,
      id,
      headers: [`X-For: ${owners[at]}`],
    }));
    return isNest ? answers : (answers[0] as AnswerPart);
  });

/** The matrix of P-10, but for failures behind which shuffled parts stand: what fails is the last part then. */
const MATRIX = SHAPES.flatMap(([shape, sizes]) =>
  ID_POLICIES.flatMap(([ids, policy]) =>
    COUNTS.map((count) => {
      const batch = buildBatch(sizes);
      const given = countedParts(batch, count);
      const lastStaysLast = ids === 'shuffled' && given.at(-1)?.failing === true;
      const parts = lastStaysLast ? [...policy(given.slice(0, -1)), ...given.slice(-1)] : policy(given);
      const continueOnError = count.endsWith('continue-on-error');
      return {
        shape,
        ids,
        count,
        batch,
        parts,
        continueOnError,
        expected: modelBatch(batch, parts, continueOnError),
      };
    }),
  ),
);

describe('one result for each operation (P-02, P-07, P-08, P-10)', () => {
  it.each(MATRIX)('$shape; ids $ids; parts $count', ({ batch, parts, continueOnError, expected }) => {
    const results = resultsOf(batch, answerOf(parts), continueOnError ? { continueOnError } : {});
    expect(tellAll(results)).toEqual(expected);
    expect(results.flat().map(({ operation }) => operation)).toEqual(batch.flat());
    expect(results.flat().map(({ index }) => index)).toEqual(batch.flat().map((_, index) => index));
  });

  it('no cell of the matrix gives an operation the answer of another, where ids or order can tell', () => {
    for (const { batch, expected, ids } of MATRIX) {
      if (ids === 'doubled' || ids === 'contradicting position') continue;
      for (const [index, outcome] of expected.flat().entries()) {
        const owner = / by (.*)/.exec(outcome)?.[1];
        const item = batch.flat()[index] as Operation;
        if (outcome.startsWith('succeeded')) expect(owner).toBe(item.id);
      }
    }
  });

  // The model must not be wrong together with the code: some of its cells, by hand.
  it.each([
    ['GETs only', 'given and echoed', 'equal', ['succeeded by id0', 'succeeded by id1', 'succeeded by id2']],
    ['GETs only', 'shuffled', 'equal', ['succeeded by id0', 'succeeded by id1', 'succeeded by id2']],
    [
      'GETs only',
      'missing in the answer',
      'fewer, the last failing',
      ['succeeded by id0', 'failed by id1', 'not-executed'],
    ],
    [
      'GETs only',
      'missing in the answer',
      'fewer, the last 2xx',
      Array(3).fill('unknown: response-count-mismatch'),
    ],
    [
      'GETs only',
      'given and echoed',
      'fewer, the last 2xx',
      ['succeeded by id0', 'succeeded by id1', 'unknown: response-count-mismatch'],
    ],
    ['GETs only', 'made up: ~00', 'equal', ['succeeded by id0', 'succeeded by id1', 'succeeded by id2']],
    ['GETs only', 'made up: ~00', 'more', Array(3).fill('unknown: response-count-mismatch')],
    ['GETs only', 'given and echoed', 'more', ['succeeded by id0', 'succeeded by id1', 'succeeded by id2']],
    ['GETs only', 'doubled', 'equal', Array(3).fill('unknown: correlation-failed')],
    ['GETs only', 'contradicting position', 'equal', Array(3).fill('unknown: correlation-failed')],
    ['one set', 'shuffled', 'equal', [['succeeded by id0', 'succeeded by id1', 'succeeded by id2']]],
    ['one set', 'doubled', 'equal', [Array(3).fill('unknown: correlation-failed')]],
    [
      'one set',
      'given and echoed',
      'fewer, the last 2xx',
      [Array(3).fill('unknown: response-count-mismatch')],
    ],
    [
      'GET, set, GET',
      'echoed inside sets only',
      'equal',
      ['succeeded by id0', ['succeeded by id1', 'succeeded by id2'], 'succeeded by id3'],
    ],
    [
      'GET, set, GET',
      'given and echoed',
      'fewer, the last failing',
      ['succeeded by id0', ['failed by id1', 'rolled-back by id1'], 'not-executed'],
    ],
    [
      'GET, set, GET',
      'missing in the answer',
      'fewer, the last failing',
      ['succeeded by id0', ['rolled-back by id1', 'rolled-back by id1'], 'not-executed'],
    ],
    [
      'GET, set, GET',
      'given and echoed',
      'fewer, the last failing, with continue-on-error',
      ['succeeded by id0', ['failed by id1', 'rolled-back by id1'], 'unknown: response-count-mismatch'],
    ],
    [
      'two sets',
      'shuffled',
      'equal',
      [
        ['succeeded by id0', 'succeeded by id1'],
        ['succeeded by id2', 'succeeded by id3', 'succeeded by id4'],
      ],
    ],
  ])('%s; ids %s; parts %s: as written here by hand', (shape, ids, count, expected) => {
    const cell = MATRIX.find((each) => each.shape === shape && each.ids === ids && each.count === count);
    expect(cell?.expected).toEqual(expected);
  });
});

describe('the parts of a change set are a level of their own (P-10, S-02)', () => {
  const set = buildBatch([3]);
  const answers = (...ids: (string | undefined)[]): AnswerItem[] => [
    ids.map((id) => ({ status: 204, id, headers: [`X-For: ${id ?? '?'}`] })),
  ];

  it.each([
    [
      'fewer, named',
      ['id2', 'id0'],
      ['succeeded by id0', 'unknown: response-count-mismatch', 'succeeded by id2'],
    ],
    ['fewer, not named', [undefined, undefined], Array(3).fill('unknown: response-count-mismatch')],
    [
      'fewer, some named',
      [undefined, 'id1'],
      ['unknown: response-count-mismatch', 'succeeded by id1', 'unknown: response-count-mismatch'],
    ],
    [
      'more, not named',
      [undefined, undefined, undefined, undefined],
      Array(3).fill('unknown: response-count-mismatch'),
    ],
    [
      'more, one named',
      [undefined, 'id1', undefined, undefined],
      ['unknown: response-count-mismatch', 'succeeded by id1', 'unknown: response-count-mismatch'],
    ],
    ['one id twice', ['id0', 'id0', 'id2'], Array(3).fill('unknown: correlation-failed')],
    [
      'an id in the place of another',
      [undefined, 'id0', undefined],
      Array(3).fill('unknown: correlation-failed'),
    ],
    [
      'an id in its own place',
      [undefined, 'id1', undefined],
      ['succeeded by ?', 'succeeded by id1', 'succeeded by ?'],
    ],
    [
      'ids in another letter case, which name nobody (B-18)',
      ['ID2', 'ID1', 'ID0'],
      ['succeeded by ID2', 'succeeded by ID1', 'succeeded by ID0'],
    ],
  ])('%s', (_, ids, expected) => {
    expect(tellAll(resultsOf(set, answers(...ids)))).toEqual([expected]);
  });

  it('an id of the other set contradicts', () => {
    const results = resultsOf(buildBatch([1, 2]), [
      [{ status: 204, id: 'id0' }],
      [
        { status: 204, id: 'id1' },
        { status: 204, id: 'id0' },
      ],
    ]);
    expect(tellAll(results)).toEqual([
      ['unknown: correlation-failed'],
      Array(2).fill('unknown: correlation-failed'),
    ]);
  });
});

// ---------------------------------------------------------------------------------------------------------------------

type Naming = 'by Content-ID' | 'by @Core.ContentID' | 'by its index' | 'not named';

function errorPart(naming: Naming, index: number): AnswerPart {
  const error =
    naming === 'by its index'
      ? { 'odata.error': { code: 'E', message: { lang: 'en', value: `${index}:Bad` } } }
      : {
          error: {
            code: 'E',
            message: 'Bad',
            ...(naming === 'by @Core.ContentID' && { '@Core.ContentID': `id${index + 1}` }),
          },
        };
  return {
    status: 400,
    ...(naming === 'by Content-ID' && { id: `id${index + 1}` }),
    headers: ['Content-Type: application/json', 'X-For: error'],
    body: JSON.stringify(error),
  };
}

const FAILED_SET_SHAPES = [
  'one part in its place',
  'nested with one error',
  'an empty nest and an error behind it',
  'nested with all of them',
] as const;

function failedSet(
  shape: (typeof FAILED_SET_SHAPES)[number],
  size: number,
  index: number,
  naming: Naming,
): AnswerItem[] {
  const error = errorPart(naming, index);
  if (shape === 'one part in its place') return [error];
  if (shape === 'nested with one error') return [[error]];
  if (shape === 'an empty nest and an error behind it') return [[], error];
  const other = (at: number): AnswerPart => ({
    status: at < index ? 201 : 424,
    ...(naming === 'by Content-ID' && { id: `id${at + 1}` }),
    headers: [`X-For: member ${at}`],
  });
  return [Array.from({ length: size }, (_, at) => (at === index ? error : other(at)))];
}

const FAILED_SETS = FAILED_SET_SHAPES.flatMap((shape) =>
  (['by Content-ID', 'by @Core.ContentID', 'by its index', 'not named'] as const).flatMap((naming) =>
    [1, 2, 3].flatMap((size) =>
      Array.from({ length: size }, (_, index) => {
        // A set of one needs no naming, and where all members are answered the place names the one that failed.
        const isNamed = naming !== 'not named' || size === 1 || shape === 'nested with all of them';
        const members = Array.from({ length: size }, (_, at) =>
          isNamed && at === index ? 'failed by error' : 'rolled-back by error',
        );
        return { shape, naming, size, index, members };
      }),
    ),
  ),
);

describe('a failed change set (X2, P-03, P-14, P-15)', () => {
  it.each(FAILED_SETS)(
    '$shape; $size operations, $index fails, $naming',
    ({ shape, naming, size, index, members }) => {
      const batch = buildBatch([0, size, 0]);
      const before: AnswerPart = { status: 200, headers: ['X-For: id0'] };
      const stopped = resultsOf(batch, [before, ...failedSet(shape, size, index, naming)]);
      expect(tellAll(stopped)).toEqual(['succeeded by id0', members, 'not-executed']);
      const after: AnswerPart = { status: 200, headers: ['X-For: last'] };
      const wentOn = resultsOf(batch, [before, ...failedSet(shape, size, index, naming), after], {
        continueOnError: true,
      });
      expect(tellAll(wentOn)).toEqual(['succeeded by id0', members, 'succeeded by last']);
    },
  );

  it('tells the error to the one that failed and to those that were rolled back', () => {
    const [[first, second] = []] = resultsOf(buildBatch([2]), [
      {
        status: 400,
        id: 'id1',
        headers: ['Content-Type: application/json'],
        body: '{"error":{"code":"E","message":"Bad","@Core.ContentID":"id1"}}',
      },
    ]) as OperationResult[][];
    const error = { code: 'E', message: 'Bad', contentId: 'id1' };
    expect(first).toMatchObject({
      outcome: 'rolled-back',
      ok: false,
      id: 'id0',
      cause: { status: 400, error },
    });
    expect(second).toMatchObject({
      outcome: 'failed',
      ok: false,
      id: 'id1',
      status: 400,
      statusText: 'Reason',
      error,
    });
  });

  it('rolls back members that were answered with 2xx, whatever the others say (J-21, S-03)', () => {
    const results = resultsOf(buildBatch([3]), [
      [{ status: 201 }, { status: 409, headers: ['X-For: error'] }, { status: 204 }],
    ]);
    expect(tellAll(results)).toEqual([['rolled-back by error', 'failed by error', 'rolled-back by error']]);
  });

  it('424 in a set is no failure of its own: the member is rolled back because of the other (J-21)', () => {
    const results = resultsOf(buildBatch([3]), [
      [{ status: 424 }, { status: 424 }, { status: 500, headers: ['X-For: error'] }],
    ]);
    expect(tellAll(results)).toEqual([['rolled-back by error', 'rolled-back by error', 'failed by error']]);
  });

  it('424 everywhere: nobody else is to blame, so each failed', () => {
    const results = resultsOf(buildBatch([2]), [
      [
        { status: 424, headers: ['X-For: 0'] },
        { status: 424, headers: ['X-For: 1'] },
      ],
    ]);
    expect(tellAll(results)).toEqual([['failed by 0', 'failed by 1']]);
  });

  it('two failures in a set are both failed', () => {
    const results = resultsOf(buildBatch([3]), [
      [{ status: 400, headers: ['X-For: 0'] }, { status: 200 }, { status: 409, headers: ['X-For: 2'] }],
    ]);
    expect(tellAll(results)).toEqual([['failed by 0', 'rolled-back by 0', 'failed by 2']]);
  });

  it('an index or an id that names nobody names nobody', () => {
    for (const part of [
      errorPart('by its index', 7),
      errorPart('by @Core.ContentID', 7),
      errorPart('by Content-ID', 7),
    ]) {
      expect(tellAll(resultsOf(buildBatch([2]), [part]))).toEqual([
        ['rolled-back by error', 'rolled-back by error'],
      ]);
    }
  });

  it('one success in the place of a set of two can not be matched', () => {
    expect(tellAll(resultsOf(buildBatch([2]), [{ status: 200 }]))).toEqual([
      Array(2).fill('unknown: correlation-failed'),
    ]);
  });

  it('one success in the place of a set of one is its answer', () => {
    expect(tellAll(resultsOf(buildBatch([1]), [{ status: 201, headers: ['X-For: id0'] }]))).toEqual([
      ['succeeded by id0'],
    ]);
  });

  it('a change set in the place of one operation can not be matched', () => {
    expect(
      tellAll(resultsOf(buildBatch([0, 0]), [[{ status: 200 }], { status: 200, headers: ['X-For: id1'] }])),
    ).toEqual(['unknown: correlation-failed', 'succeeded by id1']);
  });
});

describe('a service whose change sets are not atomic', () => {
  const service: Service = { name: 'flat', atomicChangeSets: false };

  it('lets each answer stand for itself', () => {
    const results = resultsOf(
      buildBatch([3]),
      [
        [
          { status: 201, headers: ['X-For: 0'] },
          { status: 400, headers: ['X-For: 1'] },
          { status: 424, headers: ['X-For: 2'] },
        ],
      ],
      { service },
    );
    expect(tellAll(results)).toEqual([['succeeded by 0', 'failed by 1', 'failed by 2']]);
  });

  it('one error for a set says nothing of the members that it does not name', () => {
    expect(
      tellAll(resultsOf(buildBatch([0, 2]), [{ status: 200 }, errorPart('by Content-ID', 1)], { service })),
    ).toEqual(['succeeded', ['unknown: correlation-failed', 'failed by error']]);
  });
});

describe('a service that answers in any order', () => {
  const service: Service = { name: 'free', ordered: false };

  it('is matched by id', () => {
    const parts = ['id2', 'id0', 'id1'].map((id) => ({ status: 200, id, headers: [`X-For: ${id}`] }));
    expect(tellAll(resultsOf(buildBatch([0, 0, 0]), parts, { service }))).toEqual([
      'succeeded by id0',
      'succeeded by id1',
      'succeeded by id2',
    ]);
  });

  it('is never matched by position, but an answer without id is that of the one operation left, in a change set too', () => {
    const none = resultsOf(buildBatch([0, 0]), [{ status: 200 }, { status: 200 }], { service });
    expect(tellAll(none)).toEqual(Array(2).fill('unknown: correlation-failed'));
    const some = resultsOf(
      buildBatch([0, 0]),
      [{ status: 200 }, { status: 200, id: 'id0', headers: ['X-For: id0'] }],
      { service },
    );
    expect(tellAll(some)).toEqual(['succeeded by id0', 'succeeded']);
    const two = resultsOf(
      buildBatch([0, 0, 0]),
      [{ status: 200 }, { status: 200, id: 'id0', headers: ['X-For: id0'] }, { status: 200 }],
      { service },
    );
    expect(tellAll(two)).toEqual(['succeeded by id0', ...Array(2).fill('unknown: correlation-failed')]);
    const inSet = resultsOf(
      buildBatch([2]),
      [[{ status: 204, id: 'id1', headers: ['X-For: id1'] }, { status: 204 }]],
      { service },
    );
    expect(tellAll(inSet)).toEqual([['succeeded', 'succeeded by id1']]);
  });

  it('whose last answer failed says nothing of those that have none', () => {
    const results = resultsOf(buildBatch([0, 0, 0]), [{ status: 500, id: 'id1', headers: ['X-For: id1'] }], {
      service,
    });
    expect(tellAll(results)).toEqual([
      'unknown: response-count-mismatch',
      'failed by id1',
      'unknown: response-count-mismatch',
    ]);
  });
});

describe('fewer answers', () => {
  it.each([300, 400, 404, 500, 999, 100])(
    'the last of which is %i: the rest was not executed (P-04)',
    (status) => {
      const results = resultsOf(buildBatch([0, 0, 2, 0]), [{ status: 200 }, { status }]);
      expect(results.flat().map(({ outcome }) => outcome)).toEqual([
        'succeeded',
        'failed',
        'not-executed',
        'not-executed',
        'not-executed',
      ]);
    },
  );

  it('an answer that is missing before the last one is lost, not refused', () => {
    const results = resultsOf(buildBatch([0, 0, 0]), [{ status: 500, id: 'id1', headers: ['X-For: id1'] }]);
    expect(tellAll(results)).toEqual(['unknown: response-count-mismatch', 'failed by id1', 'not-executed']);
  });

  it('none at all say nothing', () => {
    expect(tellAll(resultsOf(buildBatch([0, 2]), []))).toEqual([
      'unknown: response-count-mismatch',
      Array(2).fill('unknown: response-count-mismatch'),
    ]);
  });

  it.each([
    ['odata.continue-on-error', 'unknown: response-count-mismatch'],
    ['continue-on-error=false', 'not-executed'],
  ])('with Prefer: %s in the headers: the rest is %s (X7)', (prefer, rest) => {
    expect(
      tellAll(resultsOf(buildBatch([0, 0]), [{ status: 400, headers: ['X-For: 0'] }], { prefer }))[1],
    ).toBe(rest);
  });
});

describe('one error without Content-ID for a whole batch, as of Azure Blob (P-17)', () => {
  const answer = [{ status: 400, headers: ['X-For: batch'] }];
  const unknown = Array(2).fill('unknown: response-count-mismatch');

  it('is that of the first operation where the service stops at an error', () => {
    expect(tellAll(resultsOf(buildBatch([0, 0]), answer))).toEqual(['failed by batch', 'not-executed']);
  });

  it("is nobody's where the service was to go on", () => {
    expect(tellAll(resultsOf(buildBatch([0, 0]), answer, { continueOnError: true }))).toEqual(unknown);
  });

  it("is nobody's where the service answers in any order", () => {
    const service: Service = { name: 'blob', ordered: false };
    expect(tellAll(resultsOf(buildBatch([0, 0]), answer, { service }))).toEqual(
      Array(2).fill('unknown: correlation-failed'),
    );
  });
});

describe('sentId', () => {
  const service: Service = { name: 'google', ordered: false, sentId: (id) => id.replace(/^response-/, '') };

  it('gives back the ids that were sent, in and outside of sets', () => {
    const results = resultsOf(
      buildBatch([0, 2]),
      [
        [
          { status: 204, id: 'response-id2', headers: ['X-For: id2'] },
          { status: 204, id: 'response-id1', headers: ['X-For: id1'] },
        ],
        { status: 200, id: 'response-id0', headers: ['X-For: id0'] },
      ],
      { service },
    );
    expect(tellAll(results)).toEqual(['succeeded by id0', ['succeeded by id1', 'succeeded by id2']]);
  });

  it('finds the member that an error names', () => {
    const part = { ...errorPart('by Content-ID', 0), id: 'response-id0' };
    expect(tellAll(resultsOf(buildBatch([2]), [part], { service }))).toEqual([
      ['failed by error', 'rolled-back by error'],
    ]);
  });
});

describe('ids that were never sent', () => {
  it('name nobody: the answer is matched by position', () => {
    const parts = ['id1', 'id0'].map((id, at) => ({ status: 200, id, headers: [`X-For: place ${at}`] }));
    expect(tellAll(resultsOf(buildBatch([0, 0]), parts, { contentId: 'none' }))).toEqual([
      'succeeded by place 0',
      'succeeded by place 1',
    ]);
  });

  it('nor do numbers of ours that were not written', () => {
    const batch: Batch = [
      { method: 'GET', url: 'A' },
      { method: 'GET', url: 'B' },
    ];
    const parts = ['2', '1'].map((id, at) => ({ status: 200, id, headers: [`X-For: place ${at}`] }));
    expect(tellAll(resultsOf(batch, parts, { contentId: 'change-sets' }))).toEqual([
      'succeeded by place 0',
      'succeeded by place 1',
    ]);
  });
});

describe('202', () => {
  const accepted = { status: 202, headers: ['Location: https://h/monitor/1', 'Retry-After: 30'] };
  const prefer = 'respond-async, wait=10';

  it('as last part with a Location, of a batch that asked for it, stands for all that is to come (P-05)', () => {
    const results = resultsOf(buildBatch([0, 0, 2]), [{ status: 200 }, accepted], { prefer });
    expect(results.flat().map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'pending',
      'pending',
      'pending',
    ]);
    expect(results[1]).toMatchObject({
      outcome: 'pending',
      ok: false,
      monitor: 'https://h/monitor/1',
      retryAfter: '30',
    });
    expect(results[2]).toMatchObject([
      { outcome: 'pending', monitor: 'https://h/monitor/1', retryAfter: '30' },
      { outcome: 'pending', monitor: 'https://h/monitor/1', retryAfter: '30' },
    ]);
  });

  it('as the only part stands for the whole batch (P-05)', () => {
    const results = resultsOf(buildBatch([2, 0]), [accepted], { prefer });
    expect(results.flat().map(({ outcome }) => outcome)).toEqual(Array(3).fill('pending'));
  });

  it('has no retryAfter where the service gives none', () => {
    const [result] = resultsOf(buildBatch([0]), [{ status: 202, headers: ['Location: /m'] }], { prefer });
    expect(result).toMatchObject({ outcome: 'pending', monitor: '/m' });
    expect(Object.hasOwn(result ?? {}, 'retryAfter')).toBe(false);
  });

  it.each([
    ['the batch did not ask for it', accepted, undefined],
    ['it has no Location', { status: 202 }, 'respond-async'],
  ])('is plain success where %s (P-05)', (_, part, asked) => {
    const results = resultsOf(buildBatch([0, 0]), [part, part], { prefer: asked });
    expect(results).toMatchObject([
      { outcome: 'succeeded', ok: true, status: 202 },
      { outcome: 'succeeded', ok: true, status: 202 },
    ]);
  });

  it('is plain success where it is not the last part', () => {
    const results = resultsOf(buildBatch([0, 0]), [accepted, { status: 200 }], { prefer });
    expect(results).toMatchObject([
      { outcome: 'succeeded', status: 202 },
      { outcome: 'succeeded', status: 200 },
    ]);
  });

  it('leaves a level unknown that contradicts itself (P-05, P-10)', () => {
    const results = resultsOf(
      buildBatch([0, 0, 0, 0]),
      [{ status: 200, id: 'id1' }, { status: 200, id: 'id0' }, accepted],
      { prefer },
    );
    expect(tellAll(results).slice(0, 2)).toEqual(Array(2).fill('unknown: correlation-failed'));
  });

  it('inside a change set is plain success (P-06)', () => {
    const results = resultsOf(buildBatch([2]), [[{ status: 204 }, accepted]], { prefer });
    expect(results).toMatchObject([[{ outcome: 'succeeded' }, { outcome: 'succeeded', status: 202 }]]);
  });
});

describe('304', () => {
  it('is success, and no reason to think that the service stopped', () => {
    expect(resultsOf(buildBatch([0]), [{ status: 304 }])).toMatchObject([
      { outcome: 'succeeded', ok: true, status: 304 },
    ]);
    expect(tellAll(resultsOf(buildBatch([0, 0]), [{ status: 304 }]))).toEqual(
      Array(2).fill('unknown: response-count-mismatch'),
    );
  });
});
