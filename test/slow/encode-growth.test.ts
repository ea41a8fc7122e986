import { describe, expect, it } from 'vitest';
import {
  type Batch,
  decodeBatchRequest,
  type EncodeBatchRequestOptions,
  type EncodeBatchResponseOptions,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  type Operation,
  reference,
} from '../../src/index.ts';
import { BOUNDARY, WIDE_LIMITS } from '../property/adversarial-shapes.ts';
import { expectLinear, itTellsLinearFromQuadratic, sizesUpTo } from './expect-linear.ts';

/** Something to encode whose size is given. */
interface Case {
  readonly name: string;
  /** The largest size. */
  readonly largest: number;
  readonly batch: (size: number) => Batch;
  readonly options?: (size: number) => EncodeBatchRequestOptions;
  /** What encoding ends with; absent where it succeeds. */
  readonly code?: string;
}

const list = <T>(size: number, item: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, index) => item(index));
const get = (more: Partial<Operation> = {}): Operation => ({ method: 'GET', url: 'Products', ...more });
const post = (more: Partial<Operation> = {}): Operation => ({
  method: 'POST',
  url: 'Products',
  body: { name: 'Darjeeling', price: 6.75 },
  ...more,
});
const fields = (size: number) => list(size, (field): [string, string] => [`X-${field}`, 'y']);
const times = (size: number, text: string) => text.repeat(Math.ceil(size / text.length));

const operations: readonly Case[] = [
  { name: 'many operations', largest: 50_000, batch: (size) => list(size, () => get()) },
  { name: 'many operations with bodies', largest: 30_000, batch: (size) => list(size, () => post()) },
  { name: 'one change set', largest: 20_000, batch: (size) => [list(size, () => post())] },
  { name: 'many change sets', largest: 10_000, batch: (size) => list(size, () => [post(), post()]) },
  {
    name: 'references to the first operation',
    largest: 20_000,
    batch(size) {
      const first = post();
      return [[first, ...list(size, () => post({ url: reference(first, 'Orders') }))]];
    },
  },
  {
    name: 'references to the operation before',
    largest: 20_000,
    batch: (size) => list(size, (index) => post(index === 0 ? {} : { url: reference(String(index)) })),
  },
  {
    name: 'dependencies on operations before',
    largest: 20_000,
    batch: (size) => list(size, (index) => post(index === 0 ? {} : { dependsOn: ['1', String(index)] })),
  },
  {
    name: "the caller's ids",
    largest: 20_000,
    batch: (size) => list(size, (index) => get({ id: `x${index}` })),
  },
  {
    name: 'ids that are the numbers of other operations',
    largest: 20_000,
    batch: (size) => list(size, (index) => get(index < size / 2 ? {} : { id: String(size - index) })),
  },
  {
    name: 'many fields in each operation',
    largest: 2_000,
    batch: (size) => list(size, () => get({ headers: fields(20) })),
  },
  {
    name: 'many fields in one operation',
    largest: 50_000,
    batch: (size) => [get({ headers: fields(size) })],
  },
  {
    name: 'many fields of the batch',
    largest: 20_000,
    batch: () => [get()],
    options: (size) => ({ headers: fields(size) }),
  },
  {
    name: 'many URLs made absolute',
    largest: 20_000,
    batch: (size) => list(size, () => get({ url: '../a/./b?c' })),
    options: () => ({ urlForm: 'absolute', serviceRoot: 'https://host/service/' }),
  },
];

const octets: readonly Case[] = [
  { name: 'a long URL to be encoded', largest: 500_000, batch: (size) => [get({ url: times(size, 'é ') })] },
  { name: 'a URL of colons', largest: 500_000, batch: (size) => [get({ url: `a${times(size, ':')}` })] },
  {
    name: 'a URL of dot segments',
    largest: 500_000,
    batch: (size) => [get({ url: times(size, 'a/../') })],
    options: () => ({ urlForm: 'absolute', serviceRoot: 'https://host/service/' }),
  },
  {
    name: 'a field value',
    largest: 2_000_000,
    batch: (size) => [get({ headers: { 'X-Y': times(size, 'y ').trim() } })],
  },
  { name: 'a text', largest: 5_000_000, batch: (size) => [post({ body: times(size, 'a') })] },
  {
    name: 'a text that is no ASCII',
    largest: 2_000_000,
    batch: (size) => [post({ body: times(size, 'aé€😀') })],
  },
  {
    name: 'a body of all but the last octet of the boundary',
    largest: 2_000_000,
    batch: (size) => [post({ body: times(size, `--${BOUNDARY.slice(0, -1)}`) })],
    options: () => ({ boundary: BOUNDARY }),
  },
  {
    name: 'a body of dashes',
    largest: 2_000_000,
    batch: (size) => [post({ body: times(size, '-') })],
    options: () => ({ boundary: BOUNDARY }),
  },
];

const boundaries = (count: number) => list(count, (index) => `changeset_${String(index).padStart(9, '0')}`);
const collisions: readonly Case[] = [
  {
    name: 'a boundary for each change set',
    largest: 10_000,
    batch: (size) => list(size, () => [post()]),
    options: (size) => ({ boundary: boundaries(size + 1) }),
  },
  {
    name: 'the same boundary for all change sets',
    largest: 10_000,
    batch: (size) => list(size, () => [post()]),
    options: (size) => ({ boundary: list(size + 1, () => 'b') }),
    code: 'boundary-conflict',
  },
  {
    name: 'a boundary that is in every operation',
    largest: 20_000,
    batch: (size) => list(size, () => post({ body: `--${BOUNDARY}` })),
    options: () => ({ boundary: BOUNDARY }),
    code: 'boundary-in-content',
  },
  {
    name: 'random octets that are in every operation',
    largest: 10_000,
    batch: (size) => list(size, () => post({ body: '00'.repeat(16) })),
    options: () => ({ random: (octets) => octets.fill(0) }),
    code: 'boundary-in-content',
  },
  {
    name: 'one id for all operations',
    largest: 20_000,
    batch: (size) => list(size, () => get({ id: 'a' })),
    code: 'duplicate-content-id',
  },
  {
    name: 'one object for all operations',
    largest: 20_000,
    batch(size) {
      const one = get();
      return list(size, () => one);
    },
    code: 'duplicate-operation',
  },
  {
    name: 'operations of which nothing is right',
    largest: 5_000,
    batch: (size) =>
      list(size, () => ({
        method: 'get',
        url: '#',
        id: '',
        headers: { 'a b': '\n' },
        body: 1n,
        dependsOn: ['x'],
      })),
    code: 'invalid-content-id',
  },
  {
    name: 'unknown properties of one operation',
    largest: 5_000,
    batch: (size) => [
      Object.assign(get(), Object.fromEntries(list(size, (index) => [`hedaers${index}`, 1]))),
    ],
    code: 'unknown-property',
  },
];

describe('the measuring', () => {
  itTellsLinearFromQuadratic();
});

describe('encoding a request takes linear time', () => {
  it.each([...operations, ...octets, ...collisions])('$name', async ({ largest, batch, options, code }) => {
    const workOf = (size: number) => {
      const given = batch(size);
      const all = options?.(size) ?? {};
      return () => caughtCode(() => encodeBatchRequest(given, all));
    };
    expect(workOf(100)()).toBe(code);
    await expectLinear(workOf, sizesUpTo(largest));
  });
});

describe('encoding a response takes linear time', () => {
  const answer = { status: 200, body: { name: 'Darjeeling', price: 6.75 } };
  const cases: readonly [
    string,
    number,
    (size: number) => readonly unknown[],
    EncodeBatchResponseOptions?,
  ][] = [
    ['many answers', 100_000, (size) => list(size, () => ({ status: 204 }))],
    ['many answers with bodies', 30_000, (size) => list(size, () => answer)],
    ['one change set', 20_000, (size) => [list(size, () => answer)]],
    ['many change sets', 10_000, (size) => list(size, () => [answer, answer])],
    ['ids', 20_000, (size) => list(size, (index) => ({ ...answer, id: String(index) }))],
  ];

  it.each(cases)('%s', async (_, largest, answers) => {
    const workOf = (size: number) => {
      const given = answers(size) as Parameters<typeof encodeBatchResponse>[0];
      return () => caughtCode(() => encodeBatchResponse(given));
    };
    expect(workOf(100)()).toBe(undefined);
    await expectLinear(workOf, sizesUpTo(largest));
  });

  it('to a request that was decoded', async () => {
    const workOf = (size: number) => {
      const { contentType, body } = encodeBatchRequest(list(size, () => [post()]));
      const request = decodeBatchRequest({ contentType, body }, { limits: WIDE_LIMITS });
      return () =>
        caughtCode(() =>
          encodeBatchResponse(
            request.map(() => [answer]),
            { request },
          ),
        );
    };
    expect(workOf(100)()).toBe(undefined);
    await expectLinear(workOf, sizesUpTo(10_000));
  });
});

describe('what was decoded is encoded again in linear time', () => {
  it('with all its boundaries', async () => {
    const workOf = (size: number) => {
      const { contentType, body } = encodeBatchRequest(list(size, () => [post()]));
      const batch = decodeBatchRequest({ contentType, body }, { limits: WIDE_LIMITS });
      return () => encodeBatchRequest(batch as Batch, { boundary: batch.boundaries, accept: 'as-given' });
    };
    await expectLinear(workOf, sizesUpTo(10_000));
  });
});

function caughtCode(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isBatchError(error)) return error.code;
    throw error;
  }
}
