import { describe, expect, it } from 'vitest';
import { reference } from '../../../../src/batch/reference.ts';
import type { BatchSyntaxError } from '../../../../src/errors.ts';
import {
  type DecodeRequestOptions,
  decodeBatchRequest,
} from '../../../../src/formats/decode-batch-request.ts';
import { decodeBatchRequestStream } from '../../../../src/formats/decode-batch-request-stream.ts';
import { encodeBatchRequest } from '../../../../src/formats/encode-batch-request.ts';
import type { LimitsInput } from '../../../../src/limits.ts';
import { octets, textOf } from '../../build-octets.ts';
import { errorOf, rejectionOf } from '../../catch-error.ts';

const decode = (body: string | Uint8Array, options: DecodeRequestOptions = {}) =>
  decodeBatchRequest({ contentType: 'application/json', body }, options);
const requests = (...all: string[]) => `{"requests":[${all.join(',')}]}`;
const get = (id: string, more = '') => `{"id":"${id}","method":"GET","url":"P"${more}}`;
const faultOf = (body: string, options?: DecodeRequestOptions) => {
  const { code, path } = errorOf(() => decode(body, options)) as BatchSyntaxError;
  return `${path}: ${code}`;
};

describe('a JSON request', () => {
  it('gives the operations in order, a change set as a list, with what answering them needs (J-01, J-08, S-01)', () => {
    const batch = decodeBatchRequest({
      headers: {
        'Content-Type': 'application/json; odata.metadata=minimal',
        'OData-Version': '4.01',
        Prefer: 'continue-on-error=false',
      },
      body: requests(
        '{"id":"1","method":"post","url":"A","atomicityGroup":"g"}',
        '{"id":"2","method":"patch","url":"$1","atomicityGroup":"g","dependsOn":["1"]}',
        '{"id":"3","method":"get","url":"B","dependsOn":["g","g"],"if":"$1/$succeeded"}',
      ),
    });
    expect(batch).toMatchObject({ format: 'json', version: '4.01', continueOnError: false, boundaries: [] });
    expect(batch.map((item) => ('method' in item ? item.id : item.map(({ id }) => id)))).toEqual([
      ['1', '2'],
      '3',
    ]);
    expect(batch.flat().map(({ atomicityGroup }) => atomicityGroup)).toEqual(['g', 'g', undefined]);
    expect(batch[1]).toMatchObject({
      method: 'GET',
      url: 'B',
      id: '3',
      dependsOn: ['1'],
      if: '$1/$succeeded',
    });
    expect(batch.flat()[0]).not.toHaveProperty('dependsOn');
    expect(batch.flat()[0]).not.toHaveProperty('if');
    expect(decode(requests(get('1'))).continueOnError).toBeUndefined();
  });

  it('reads a dependency on an operation and its change set as one on the change set (J-09)', () => {
    const member = (id: string) => get(id, ',"atomicityGroup":"g"');
    const dependsOn = (names: string) =>
      decode(requests(member('1'), member('2'), `{"id":"3","method":"get","url":"$2","dependsOn":${names}}`))
        .flat()
        .at(-1)?.dependsOn;
    for (const names of ['["g"]', '["2","g"]', '["g","2"]', '["1","2","g"]'])
      expect(dependsOn(names)).toEqual(['1']);
    expect(faultOf(requests(member('1'), get('3', ',"dependsOn":["1"]')))).toBe(
      'requests[1].dependsOn: reference-out-of-scope',
    );
    expect(faultOf(requests(member('1'), get('3', ',"atomicityGroup":"h","dependsOn":["h","1"]')))).toBe(
      'requests[1].dependsOn: forward-reference',
    );
  });

  it('tells two change sets that stand side by side by their names (J-08)', () => {
    const group = (id: string, name: string) => get(id, `,"atomicityGroup":"${name}"`);
    expect(
      decode(requests(group('1', 'a'), group('2', 'a'), group('3', 'b'), get('4'))).map(
        (item) => 'method' in item || item.length,
      ),
    ).toEqual([2, 1, true]);
  });

  it('gives the octets of JSON as they stand in the message, without a copy (J-14)', () => {
    const body = octets(requests('{"id":"1","method":"put","url":"P","body": {"d": 1.0}\n}'));
    const [operation] = decode(body).flat();
    expect(textOf(operation?.bytes ?? octets(''))).toBe('{"d": 1.0}');
    expect(operation?.bytes.buffer).toBe(body.buffer);
    expect(operation?.json()).toEqual({ d: 1 });
    expect(operation?.headers.get('Content-Type')).toBe('application/json');
  });

  it('can be encoded again: the same octets where they were ours (law 2)', () => {
    const customer = { method: 'POST', url: 'Customers', body: { name: 'Ä' } };
    const request = encodeBatchRequest(
      [
        { method: 'GET', url: "People('a b')" },
        [
          customer,
          { method: 'POST', url: reference(customer, 'Orders'), headers: { 'X-A': ['1', '2'] }, body: [1.5] },
        ],
        {
          method: 'PUT',
          url: 'P',
          dependsOn: [customer, '1'],
          if: 'true',
          headers: { 'Content-Type': 'a/b' },
          body: octets('\xff'),
        },
      ],
      { format: 'json', version: '4.01' },
    );
    const decoded = decodeBatchRequest(request);
    expect(textOf(encodeBatchRequest(decoded, { format: 'json', version: '4.01' }).body)).toBe(
      textOf(request.body),
    );
    // Copies of operations too.
    const copies = decoded.map((item) =>
      'method' in item ? { ...item } : item.map((each) => ({ ...each })),
    );
    expect(textOf(encodeBatchRequest(copies, { format: 'json' }).body)).toBe(textOf(request.body));
  });

  it('has URLs in all forms (J-06)', () => {
    const urls = ['/svc/A', 'B', 'https://h/svc/C', '?$top=1'];
    const batch = decode(requests(...urls.map((url, i) => `{"id":"${i}","method":"get","url":"${url}"}`)), {
      serviceRoot: 'https://h/svc/',
    });
    expect(batch.flat().map(({ absoluteUrl }) => absoluteUrl)).toEqual([
      'https://h/svc/A',
      'https://h/svc/B',
      'https://h/svc/C',
      'https://h/svc/?$top=1',
    ]);
  });

  it('is decoded from a stream as well, read whole', async () => {
    const body = requests(get('1'), get('2', ',"atomicityGroup":"g"'));
    const read = async (text: string, options?: DecodeRequestOptions) => {
      const items: unknown[] = [];
      const request = new Request('https://h/$batch', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: text,
      });
      for await (const item of decodeBatchRequestStream(request, options)) items.push(Array.isArray(item));
      return items;
    };
    expect(await read(body)).toEqual([false, true]);
    expect(await rejectionOf(read(body.slice(0, -1)))).toMatchObject({
      code: 'unexpected-end',
      offset: body.length - 1,
    });
    expect(await rejectionOf(read(body, { limits: { maxMessageBytes: 20 } }))).toMatchObject({
      code: 'limit-exceeded',
    });
    const cause = new Error('reset');
    const failing = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(cause) });
    const stream = decodeBatchRequestStream({
      headers: { 'Content-Type': 'application/json' },
      body: failing,
    });
    expect(await rejectionOf(stream.next())).toMatchObject({ code: 'response-lost', cause });
  });
});

describe('headers', () => {
  const authorized = requests(get('1', ',"headers":{"authorization":"Bearer secret","accept":"a/b"}'));

  it('that may not stand inside a batch are refused, left out or allowed (X8)', () => {
    const error = errorOf(() => decode(authorized, { forbiddenHeaders: 'error' })) as BatchSyntaxError;
    expect(error).toMatchObject({ code: 'forbidden-header', path: 'requests[0].headers' });
    expect(error.message + error.excerpt).not.toContain('secret');
    const headersWith = (forbiddenHeaders: 'strip' | 'allow') => [
      ...(decode(authorized, { forbiddenHeaders }).flat()[0]?.headers ?? []),
    ];
    expect(headersWith('strip')).toEqual([['accept', 'a/b']]);
    expect(headersWith('allow')).toHaveLength(2);
    const codes: string[] = [];
    decode(authorized, { onWarning: ({ code, path: where }) => codes.push(`${where}: ${code}`) });
    expect(codes).toEqual(['requests[0].headers: forbidden-header']);
  });
});

describe('what is wrong', () => {
  it('is told with its line', () => {
    const body = `{\n  "requests": [\n    ${get('1')},\n    {\n      "id": "2",\n      "method": "patch it"\n    }\n  ]\n}`;
    expect(errorOf(() => decode(body))).toMatchObject({
      code: 'invalid-method',
      offset: body.indexOf('"patch it"'),
      line: 6,
      path: 'requests[1].method',
    });
  });

  it('has a long name cut', () => {
    expect(faultOf(requests(get('1', `,"${'x'.repeat(1000)}":1`)))).toBe(
      `requests[0].${'x'.repeat(40)}: unknown-member`,
    );
    expect(faultOf(`{"${'y'.repeat(1000)}":1}`)).toBe(`${'y'.repeat(40)}: unknown-member`);
  });

  it('is a reference that leads nowhere, where nothing else is (R-04)', () => {
    expect(faultOf(requests(get('1', ',"dependsOn":["2"]'), get('2')))).toBe(
      'requests[0].dependsOn: forward-reference',
    );
    expect(faultOf(requests(get('1', ',"dependsOn":["2"]'), '{"id":"2"}'))).toBe(
      'requests[1].method: invalid-method',
    );
  });

  it('is a change set without ids that another depends on, even where ids may be missing', () => {
    const body = requests('{"method":"post","url":"A","atomicityGroup":"g"}', get('1', ',"dependsOn":["g"]'));
    expect(faultOf(body, { tolerate: ['missing-content-id'] })).toBe(
      'requests[1].dependsOn: missing-content-id',
    );
    const named = requests(
      '{"method":"post","url":"A","atomicityGroup":"g"}',
      '{"id":"a","method":"post","url":"A","atomicityGroup":"g"}',
      get('1', ',"dependsOn":["g"]'),
    );
    expect(decode(named, { tolerate: ['missing-content-id'] })[1]).toMatchObject({ dependsOn: ['a'] });
  });

  it('is a request of another type', () => {
    const error = errorOf(() =>
      decodeBatchRequest({ contentType: 'application/problem+json', body: requests(get('1')) }),
    );
    expect(error).toMatchObject({ code: 'not-a-batch' });
  });

  it('that tolerances are for is accepted', () => {
    expect(
      decode(requests(get('1'), '{"id":"2","method":"get","url":"$1"}'), {
        tolerate: ['missing-dependency'],
      }),
    ).toHaveLength(2);
    expect(
      faultOf(requests('{"id":"2","method":"get","url":"$1"}'), { tolerate: ['missing-dependency'] }),
    ).toBe('requests[0].url: unknown-reference');
    const cut = requests(get('1'), get('2')).slice(0, -5);
    expect(decode(cut, { tolerate: ['truncated'] })).toHaveLength(1);
    expect(
      decode(requests(get('1', ',"atomicityGroup":"g"'), get('2', ',"atomicityGroup":"g"')).slice(0, -1), {
        tolerate: ['truncated'],
      }),
    ).toHaveLength(0);
  });
});

describe('limits', () => {
  const one = requests(
    '{"id":"1","method":"put","url":"PPPPPPPPPPPP","headers":{"a":"1","b":"2"},"body":[[1]]}',
    get('2'),
  );
  const group = requests(get('1', ',"atomicityGroup":"g"'), get('2', ',"atomicityGroup":"g"'));

  it.each<[string, LimitsInput, string]>([
    ['maxMessageBytes', { maxMessageBytes: 20 }, one],
    ['maxParts', { maxParts: 1 }, one],
    ['maxOperationsPerChangeSet', { maxOperationsPerChangeSet: 1 }, group],
    ['maxPartBytes', { maxPartBytes: 4 }, one],
    ['maxHeaderBytes', { maxHeaderBytes: 16 }, one],
    ['maxHeaderBytes', { maxHeaderBytes: 11 }, requests('{"id":"1","method":"get","url":"PPPPPPPPPPPP"}')],
    ['maxHeaderCount', { maxHeaderCount: 1 }, one],
    ['maxJsonDepth', { maxJsonDepth: 4 }, one],
  ])('%s is held, and no less is allowed (S-12)', (limit, limits, body) => {
    expect(errorOf(() => decode(body, { limits }))).toMatchObject({ code: 'limit-exceeded', limit });
    const [[name, value] = ['', 0]] = Object.entries(limits);
    const enough = name === 'maxMessageBytes' ? body.length : (value ?? 0) + 1;
    expect(() => decode(body, { limits: { [name]: enough } })).not.toThrow();
  });

  it('a change set counts as one of the parts', () => {
    expect(decode(group, { limits: { maxParts: 1 } })).toHaveLength(1);
  });
});
