import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  BatchUsageError,
  type DecodedOperation,
  decodeBatchRequest,
  encodeBatchRequest,
  isBatchError,
  type Operation,
  type PlannedOperation,
} from '../../src/index.ts';
import { batchCase } from './arbitrary-batch.ts';
import { type JsonBatchCase, jsonBatchCase } from './arbitrary-json-batch.ts';
import { damage, hostileText } from './arbitrary-octets.ts';
import { deepFreeze } from './deep-freeze.ts';
import { expectedModel, expectIds, octetsOf, pairsOf } from './expected-plan.ts';
import { jsonBatchSchema } from './json-schema.ts';
import { law } from './law.ts';
import { latin1, utf8 } from './octets.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const parse = (body: Uint8Array) => JSON.parse(strict.decode(body));

/** Names in lower case, repeated fields joined: what is left of headers in JSON. */
function joined(pairs: readonly (readonly [string, string])[]): [string, string][] {
  const fields = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = fields.get(name.toLowerCase()) ?? '';
    fields.set(name.toLowerCase(), [before, value].filter((each) => each !== '').join(', '));
  }
  return [...fields];
}

const modelOf = ({ method, url, headers, id, bytes }: DecodedOperation) => ({
  method,
  url,
  headers: [...headers],
  id,
  body: [...bytes],
});

/** What decoding must give for the operations of a plan, made of the caller's and of nothing but ids from the plan. */
function expectedOf({ bodies, options }: JsonBatchCase, request: ReturnType<typeof encodeBatchRequest>) {
  const models = expectedModel({ ...request.plan, batch: request.plan.batch }, options.accept).flat();
  return request.plan.items.flat().map(({ operation, id }: PlannedOperation, at) => ({
    method: operation.method,
    url: models[at]?.url,
    headers: joined(models[at]?.headers ?? []),
    id,
    body: [...(bodies.get(operation) ?? [])],
  }));
}

/** The ids that an operation depends on, a set standing for its first: by hand from the caller's batch. */
function expectedNeeds(request: ReturnType<typeof encodeBatchRequest>): (string[] | undefined)[] {
  const planned = request.plan.items.flat();
  const find = (target: Operation | string) =>
    planned.find(({ operation, id }) => (typeof target === 'string' ? id === target : operation === target));
  return planned.map((one) => {
    const { operation, url } = one;
    const referred = /^\$([^/?#(]+)/.exec(url)?.[1];
    const isReference = typeof operation.url === 'object' && 'target' in operation.url;
    const etags = pairsOf(operation.headers)
      .filter(([name, value]) => /^if-(none-)?match$/i.test(name) && value.startsWith('$'))
      .map(([, value]) => value.slice(1));
    const targets = [
      ...(operation.dependsOn ?? []),
      ...(isReference && referred ? [referred] : []),
      ...etags,
    ];
    const ids = targets.flatMap((target) => {
      const found = find(target);
      if (found === undefined || found.index >= one.index) return [];
      const isOwnSet = found.path[0] === one.path[0];
      return found.path.length === 2 && !isOwnSet
        ? [planned.find(({ path }) => path[0] === found.path[0])?.id ?? '']
        : [found.id];
    });
    return ids.length === 0 ? undefined : [...new Set(ids)];
  });
}

describe('JSON requests', () => {
  law(
    'law 2: decoding an encoded batch gives its plan, and encoding that gives the same octets',
    fc.property(jsonBatchCase(), (given) => {
      const { batch, options } = given;
      const request = encodeBatchRequest(batch, options);
      expectIds(request.plan);
      const decoded = decodeBatchRequest(request);
      expect(decoded.flat().map(modelOf)).toEqual(expectedOf(given, request));
      expect(decoded.map((item) => ('method' in item ? 0 : item.length))).toEqual(
        batch.map((item) => (Array.isArray(item) ? item.length : 0)),
      );
      expect(decoded.flat().map(({ dependsOn }) => dependsOn)).toEqual(expectedNeeds(request));
      expect(decoded.flat().map((operation) => operation.if)).toEqual(
        batch.flat().map((operation) => (operation as Operation).if),
      );
      expect(decoded).toMatchObject({ format: 'json', version: options.version, boundaries: [] });
      expect(decoded.continueOnError).toBe(options.continueOnError);

      const again = encodeBatchRequest(decoded, options);
      expect(again.headers).toEqual(request.headers);
      expect(latin1(again.body)).toBe(latin1(request.body));
    }),
    6,
  );

  law(
    'law 2: of any batch that multipart can say, JSON says the same or refuses it',
    fc.property(batchCase, ({ batch, options }) => {
      let request: ReturnType<typeof encodeBatchRequest>;
      try {
        request = encodeBatchRequest(batch, { ...options, format: 'json' });
      } catch (error) {
        expect(error).toBeInstanceOf(BatchUsageError);
        return;
      }
      const expected = expectedModel(request.plan, options.accept ?? 'add').flat();
      const operations = batch.flat() as Operation[];
      for (const [at, operation] of decodeBatchRequest(request).flat().entries()) {
        const { method, url, headers } = expected[at] ?? { headers: [] };
        expect(operation).toMatchObject({ method, url });
        expect([...operation.headers]).toEqual(joined(headers));
        expect(latin1(operation.bytes)).toBe(latin1(octetsOf(operations[at]?.body)));
      }
    }),
    6,
  );

  law(
    'the format is that of the specification, as another reader has it',
    fc.property(jsonBatchCase(), ({ batch, options }) => {
      const { body, contentType } = encodeBatchRequest(batch, options);
      expect(contentType).toBe('application/json');
      const parsed = jsonBatchSchema.safeParse(parse(body));
      expect(parsed.error?.issues).toBeUndefined();
      expect(parsed.data?.requests).toHaveLength(batch.flat().length);
    }),
    2,
  );

  law(
    'law 6: no body, URL, header, condition or id becomes structure',
    fc.property(
      fc.array(fc.tuple(hostileText, hostileText, fc.constantFrom('text/plain', 'application/json', 'a/b')), {
        minLength: 1,
        maxLength: 4,
      }),
      (all) => {
        const batch = all.map(([body, more, contentType]) => ({
          method: 'PUT',
          url: `P('${more.replace(/[^\x20-\x7e]|#/g, '')}')`,
          headers: { 'Content-Type': contentType, 'X-Custom': more.replace(/[^\x20-\x7e]/g, '') },
          if: `x${more}`,
          body: contentType === 'application/json' ? JSON.stringify(body) : body,
        }));
        const { body } = encodeBatchRequest(batch, { format: 'json' });
        const { requests, ...others } = parse(body);
        expect(others).toEqual({});
        expect(requests).toHaveLength(batch.length);
        for (const request of requests) {
          expect(Object.keys(request).sort()).toEqual(
            ['id', 'if', 'method', 'url', 'headers', 'body'].filter((name) => name in request).sort(),
          );
        }
      },
    ),
    3,
  );

  law(
    "law 6: JSON of the caller's is one value, or it is refused",
    fc.property(
      fc.oneof(
        hostileText,
        fc
          .array(
            fc.constantFrom(
              '{',
              '}',
              '[',
              ']',
              ',',
              ':',
              '"',
              '"a"',
              '1',
              'null',
              ' ',
              '\\',
              '\n',
              'e5',
              '-',
            ),
            { maxLength: 8 },
          )
          .map((all) => all.join('')),
        fc.json().map((json) => `${json},"x":1`),
        fc.json().map((json) => json.slice(0, -1)),
        fc.json(),
      ),
      fc.constantFrom('text', 'octets', 'function'),
      (json, how) => {
        const headers = { 'Content-Type': 'application/json' };
        const body = how === 'octets' ? utf8(json) : how === 'text' ? json : { a: 1 };
        const options = {
          format: 'json',
          ...(how === 'function' && { json: { stringify: () => json } }),
        } as const;
        let request: ReturnType<typeof encodeBatchRequest>;
        try {
          request = encodeBatchRequest([{ method: 'PUT', url: 'P', headers, body }], options);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchUsageError);
          // What JSON.parse takes is refused only for what the format has no words for.
          const valid = isJson(json) && json.trim() === json && json !== 'null' && json !== '';
          if (valid) expect((error as BatchUsageError).code).toBe('body-not-encodable');
          return;
        }
        const [only, ...more] = parse(request.body).requests;
        expect(more).toEqual([]);
        if (json !== '') expect(only.body).toEqual(JSON.parse(json));
        expect(latin1(decodeBatchRequest(request).flat()[0]?.bytes ?? utf8(''))).toBe(latin1(utf8(json)));
      },
    ),
    6,
  );

  law(
    'law 4: a request cut anywhere is refused; behind its end nothing changes',
    fc.property(
      jsonBatchCase(),
      fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      ({ batch, options }, places) => {
        const { headers, body } = encodeBatchRequest(batch, options);
        const message = utf8(`${strict.decode(body)} \r\n\t`);
        for (const length of [
          ...places.map((place) => place % body.length),
          body.length - 1,
          body.length - 2,
        ]) {
          const run = () => decodeBatchRequest({ headers, body: message.subarray(0, length) });
          expect({ length, refused: isBatchError(catching(run), 'unexpected-end') }).toEqual({
            length,
            refused: true,
          });
        }
        for (let length = body.length; length <= message.length; length++) {
          expect(decodeBatchRequest({ headers, body: message.subarray(0, length) })).toHaveLength(
            batch.length,
          );
        }
      },
    ),
  );

  law(
    'law 9: truncated gives the items that were whole',
    fc.property(jsonBatchCase(), fc.nat(), ({ batch, options }, place) => {
      const { headers, body } = encodeBatchRequest(batch, options);
      const cut = { headers, body: body.subarray(0, place % body.length) };
      const whole = decodeBatchRequest({ headers, body });
      const read = catching(() => decodeBatchRequest(cut, { tolerate: ['truncated'] }));
      if (isBatchError(read)) {
        // A dependency may have been cut off with what it is on; nothing of a batch is one not yet.
        expect(['unexpected-end', 'not-a-batch', 'unknown-reference']).toContain(read.code);
        return;
      }
      const items = read as readonly unknown[];
      expect(items.length).toBeLessThan(whole.length + 1);
      expect(JSON.stringify(items)).toBe(JSON.stringify(whole.slice(0, items.length)));
    }),
    2,
  );

  law(
    "law 8: the caller's objects are never changed",
    fc.property(jsonBatchCase(), ({ batch, options }) => {
      const unchanged = [deepFreeze(batch), deepFreeze(options)];
      const request = encodeBatchRequest(batch, options);
      unchanged.push(deepFreeze(request));
      encodeBatchRequest(decodeBatchRequest(request), options);
      for (const check of unchanged) check();
      expect(request.plan.batch).toBe(batch);
    }),
  );
});

/** Something that happens to the requests of a batch. */
type Change = (requests: Record<string, unknown>[]) => void;

const odd = fc.constantFrom<unknown>(null, 1, true, [], {}, '', 'x', '1', 'group1', ['1'], ['group1'], ['x']);
const MEMBERS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  id: fc.constantFrom('1', '2', 'group1', 'a b', 'ä'),
  method: fc.constantFrom('get', 'Put', 'DELETE', 'HEAD', 'patch'),
  url: fc.constantFrom('P', '/svc/P', '$1', '$2/Q', '$metadata', 'P Q', 'Pä', 'P\n', '$batch', 'a/$batch?x'),
  atomicityGroup: fc.constantFrom('group1', 'group2', '1', 'g g'),
  dependsOn: fc.array(fc.constantFrom('1', '2', '3', 'group1', 'group2'), { maxLength: 2 }),
  if: fc.constantFrom('true', ''),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'Content-Type', 'prefer', 'Prefer', 'x y', 'x-a'),
    fc.constantFrom<unknown>('application/json', 'text/plain', 'image/png', 'a;b', 'ä', '日', 'a\nb', 1),
    { maxKeys: 2, noNullPrototype: true },
  ),
  body: fc.constantFrom<unknown>(null, 1, 'eA', 'e', 'e==', '?', {}, [1]),
  '@annotation': fc.constant({ id: 1 }),
  Body: fc.constant(1),
};

const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(
      fc.nat(),
      fc
        .constantFrom(...Object.keys(MEMBERS))
        .chain((name) =>
          fc.tuple(fc.constant(name), fc.oneof({ weight: 4, arbitrary: MEMBERS[name] ?? odd }, odd)),
        ),
    )
    .map(
      ([at, [name, value]]): Change =>
        (requests) => {
          const request = requests[at % requests.length];
          if (request !== undefined) request[name] = value;
        },
    ),
  fc.tuple(fc.nat(), fc.constantFrom(...Object.keys(MEMBERS))).map(
    ([at, name]): Change =>
      (requests) => {
        delete requests[at % requests.length]?.[name];
      },
  ),
  fc.tuple(fc.nat(), fc.nat(), fc.boolean()).map(
    ([from, to, copies]): Change =>
      (requests) => {
        const [moved] = requests.splice(from % requests.length, 1);
        if (moved === undefined) return;
        requests.splice(to % (requests.length + 1), 0, moved);
        if (copies) requests.push({ ...moved, id: 'copy' });
      },
  ),
);

/** A batch of ours with none, one or more changes. */
const changed = fc
  .tuple(jsonBatchCase(), fc.array(change, { maxLength: 3 }))
  .map(([{ batch, options }, changes]): unknown => {
    const message = parse(encodeBatchRequest(batch, options).body);
    for (const each of changes) each(message.requests);
    return message;
  });

describe('JSON requests of others', () => {
  law(
    'are accepted where the schema of the specification accepts them, and refused where it does not',
    fc.property(
      fc.oneof(
        { weight: 20, arbitrary: changed },
        fc.record({ requests: odd, other: odd }, { requiredKeys: [] }),
        fc.jsonValue({ maxDepth: 2 }),
      ),
      fc.constantFrom(undefined, ' ', '\n\t'),
      (value, indent) => {
        const body = JSON.stringify(value, null, indent);
        const decoded = catching(() => decodeBatchRequest({ contentType: 'application/json', body }));
        const isAccepted = !isBatchError(decoded);
        const { success, error } = jsonBatchSchema.safeParse(JSON.parse(body));
        expect({
          body,
          isAccepted,
          why: isBatchError(decoded) ? decoded.code : error?.issues[0]?.message,
        }).toEqual({
          body,
          isAccepted: success,
          why: expect.anything(),
          ...(success && isAccepted && { why: undefined }),
        });
      },
    ),
    30,
  );

  law(
    'that are damaged are refused, or mean what any reader of JSON sees in them',
    fc.property(jsonBatchCase(), damage, ({ batch, options }, harm) => {
      const { headers, body } = encodeBatchRequest(batch, options);
      const damaged = harm(body);
      const decoded = catching(() => decodeBatchRequest({ headers, body: damaged }));
      if (isBatchError(decoded)) return;
      const { requests } = parse(damaged.subarray(damaged[0] === 0xef ? 3 : 0));
      const operations = (decoded as ReturnType<typeof decodeBatchRequest>).flat();
      expect(operations.map(({ id, url }) => [id, url])).toEqual(
        requests.map(({ id, url }: { id: string; url: string }) => [id, url]),
      );
    }),
    10,
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function catching(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
