import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  BatchUsageError,
  decodeBatchRequest,
  encodeBatchRequest,
  isBatchError,
  reference,
} from '../../src/index.ts';
import { batchCase, headerValue } from './arbitrary-batch.ts';
import { boundaries } from './arbitrary-octets.ts';
import { deepFreeze } from './deep-freeze.ts';
import { expectedModel, expectIds, modelOf } from './expected-plan.ts';
import { law } from './law.ts';
import { latin1, occurrences } from './octets.ts';

describe('requests', () => {
  law(
    'law 2: decoding an encoded batch gives its plan, and encoding that gives the same octets',
    fc.property(batchCase, ({ batch, options }) => {
      const { contentType, headers, body, plan } = encodeBatchRequest(batch, options);
      expectIds(plan);
      const decoded = decodeBatchRequest({ headers, body });

      const expected = expectedModel(plan, options.accept ?? 'add');
      expect(modelOf(decoded)).toEqual(expected);
      expect(plan.items.flat().map(({ method, url, headers }) => ({ method, url, headers }))).toEqual(
        expected.flat().map(({ method, url, headers }) => ({ method, url, headers })),
      );
      expect(decoded.version).toBe(options.version);
      expect(decoded.continueOnError).toBe(options.continueOnError);

      const again = encodeBatchRequest(decoded, { ...options, boundary: decoded.boundaries });
      expect(again.contentType).toBe(contentType);
      expect(again.headers).toEqual(headers);
      expect(latin1(again.body)).toBe(latin1(body));
    }),
    6,
  );

  law(
    'law 2: the fields that a plan lists as added are those that the caller did not give',
    fc.property(batchCase, ({ batch, options }) => {
      const { plan } = encodeBatchRequest(batch, options);
      const expected = expectedModel(plan, 'as-given').flat();
      for (const [at, { headers, addedHeaders, operation }] of plan.items.flat().entries()) {
        const given = headers.slice(0, headers.length - addedHeaders.length);
        expect(headers.slice(given.length).map(([name]) => name)).toEqual(addedHeaders);
        const own = (expected[at]?.headers ?? []).filter(
          ([name], place) => place < given.length || !addedHeaders.includes(name),
        );
        expect(given).toEqual(own);
        expect(plan.batch.flat()).toContain(operation);
      }
    }),
  );

  law(
    'law 2: with boundaries of the whole alphabet, the same; or they are refused for a reason',
    fc.property(batchCase, boundaries, ({ batch, options }, boundary) => {
      const plain = encodeBatchRequest(batch, options);
      try {
        const { headers, body, plan } = encodeBatchRequest(batch, { ...options, boundary });
        const decoded = decodeBatchRequest({ headers, body });
        expect(modelOf(decoded)).toEqual(expectedModel(plan, options.accept ?? 'add'));
        const sets = batch.filter((item) => Array.isArray(item)).length;
        const used = boundary.slice(0, 1 + sets);
        expect(decoded.boundaries.slice(0, used.length)).toEqual(used);
        expect(latin1(encodeBatchRequest(decoded, { ...options, boundary: decoded.boundaries }).body)).toBe(
          latin1(body),
        );
      } catch (error) {
        if (!isBatchError(error)) throw error;
        if (error.code === 'boundary-in-content') {
          // Only "--" and a caller's boundary in the content is a reason.
          expect(boundary.some((each) => occurrences(plain.body, `--${each}`) > 0)).toBe(true);
        } else {
          expect(error.code).toBe('boundary-conflict');
          expect(boundary.some((each) => 'batch_changeset_'.includes(each.slice(0, 6)))).toBe(true);
        }
      }
    }),
    4,
  );

  law(
    'law 2: any plain object is a JSON body, whatever its properties are called',
    fc.property(
      fc.dictionary(
        fc.constantFrom(
          'pipe',
          'then',
          'toJSON',
          'length',
          'getReader',
          'constructor',
          'href',
          'target',
          '__proto__',
          'body',
        ),
        fc.jsonValue({ maxDepth: 1 }),
        { minKeys: 1, noNullPrototype: true },
      ),
      (value) => {
        const { headers, body } = encodeBatchRequest([{ method: 'POST', url: 'Pipes', body: value }]);
        const [decoded] = decodeBatchRequest({ headers, body }).flat();
        expect(decoded?.text()).toBe(JSON.stringify(value));
        expect(decoded?.json()).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
  );

  law(
    'law 2: a method in any letter case comes back as it is, or is refused',
    fc.property(
      fc.constantFrom(
        'get',
        'head',
        'post',
        'put',
        'patch',
        'delete',
        'merge',
        'options',
        'trace',
        'connect',
        'purge',
      ),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      fc.boolean(),
      (word, capitals, inChangeSet) => {
        const method = [...word].map((letter, at) => (capitals[at] ? letter.toUpperCase() : letter)).join('');
        const operation = { method, url: 'Products' };
        let request: ReturnType<typeof encodeBatchRequest>;
        try {
          request = encodeBatchRequest(inChangeSet ? [[operation]] : [operation]);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchUsageError);
          return;
        }
        const [decoded] = decodeBatchRequest({ headers: request.headers, body: request.body }).flat();
        expect(decoded?.method).toBe(method);
      },
    ),
    2,
  );

  law(
    'law 2: a field given twice comes back twice, or is refused',
    fc.property(
      fc.constantFrom(
        'Content-Type',
        'Content-Length',
        'Content-ID',
        'Content-Transfer-Encoding',
        'Content-Encoding',
        'Host',
        'Accept',
        'If-Match',
        'Cookie',
        '__proto__',
      ),
      headerValue,
      headerValue,
      (name, first, second) => {
        const headers: [string, string][] = [
          [name, first],
          [name.toLowerCase(), second],
        ];
        let request: ReturnType<typeof encodeBatchRequest>;
        try {
          request = encodeBatchRequest([{ method: 'POST', url: 'Products', headers, body: 'x' }]);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchUsageError);
          return;
        }
        const [decoded] = decodeBatchRequest({ headers: request.headers, body: request.body }).flat();
        expect(decoded?.headers.getAll(name)).toEqual(
          [first, second].map((value) => value.replace(/^[ \t]+|[ \t]+$/g, '')),
        );
      },
    ),
    2,
  );

  law(
    'law 2: every URL form means the URL that the caller meant',
    fc.property(
      fc.constantFrom('as-given', 'absolute', 'absolute-path', 'relative'),
      fc.constantFrom(
        'https://host.example/svc/',
        'https://host.example/svc',
        'http://host.example:81/',
        'https://host.example/a%20b/c/',
      ),
      fc.oneof(
        fc.constantFrom(
          'Products',
          'Products(1)/Name?$top=1&x=a:b',
          "A('x:y')",
          './B',
          'a/../C',
          '?q=1',
          '/other/D',
          '/svc/E',
          '/',
          'F/',
          'G/..',
        ),
        fc.constantFrom(
          'https://host.example/svc/H',
          'https://elsewhere.example/I?x=1',
          'http://host.example:81/J',
        ),
      ),
      (urlForm, serviceRoot, url) => {
        let request: ReturnType<typeof encodeBatchRequest>;
        try {
          request = encodeBatchRequest([{ method: 'GET', url }], { urlForm, serviceRoot });
        } catch (error) {
          expect(isBatchError(error, 'url-outside-service-root')).toBe(true);
          expect(urlForm).toBe('relative');
          return;
        }
        const [decoded] = decodeBatchRequest(
          { headers: request.headers, body: request.body },
          { serviceRoot },
        ).flat();
        const root = serviceRoot.endsWith('/') ? serviceRoot : `${serviceRoot}/`;
        const meaning = (each: string) =>
          new URL(/^\w+:\/\/|^\/|^\?/.test(each) ? each : `./${each}`, root).href;
        const read = decoded?.absoluteUrl ?? '';
        if (urlForm === 'absolute-path') {
          // The scheme is not on the wire: it is that of the batch itself.
          expect(new URL(read).host).toBe(new URL(meaning(url)).host);
          expect(new URL(read.replaceAll('%3A', ':')).pathname).toBe(new URL(meaning(url)).pathname);
        } else {
          expect(new URL(read).href.replaceAll('%3A', ':')).toBe(meaning(url));
        }
      },
    ),
    3,
  );

  law(
    "law 8: the caller's objects are never changed",
    fc.property(batchCase, boundaries, ({ batch, options }, boundary) => {
      const given = { ...options, boundary };
      const unchanged = [deepFreeze(batch), deepFreeze(given)];
      let plan: ReturnType<typeof encodeBatchRequest>['plan'] | undefined;
      try {
        const request = encodeBatchRequest(batch, given);
        plan = request.plan;
        unchanged.push(deepFreeze(request));
        const decoded = decodeBatchRequest(request);
        encodeBatchRequest(decoded, { ...options, boundary: decoded.boundaries });
      } catch (error) {
        if (!isBatchError(error)) throw error;
      }
      for (const check of unchanged) check();
      if (plan !== undefined) expect(plan.batch).toBe(batch);
    }),
    2,
  );

  law(
    'law 2: a reference by object, by id and as text is written alike',
    fc.property(fc.constantFrom('', 'Orders', '/Orders', '?$top=1', '(1)'), (path) => {
      const written = (['object', 'id', 'text'] as const).map((how) => {
        const target = { method: 'POST', url: 'Customers', id: 'c-1', body: {} };
        const separated = path === 'Orders' ? '/Orders' : path;
        const url =
          how === 'object'
            ? reference(target, path)
            : how === 'id'
              ? reference('c-1', path)
              : `$c-1${separated}`;
        return latin1(
          encodeBatchRequest([[target, { method: 'POST', url, body: {} }]], { boundary: ['outer', 'inner'] })
            .body,
        );
      });
      expect(new Set(written).size).toBe(1);
      expect(written[0]).toContain(`\r\nPOST $c-1${path === 'Orders' ? '/Orders' : path} HTTP/1.1\r\n`);
    }),
    0.2,
  );
});
