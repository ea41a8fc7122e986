import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type Batch,
  BatchUsageError,
  decodeBatchRequest,
  type EncodedBatchRequest,
  encodeBatchRequest,
  encodeBatchResponse,
  isBatchError,
  type Operation,
  reference,
} from '../../src/index.ts';
import { batchCase, contentId } from './arbitrary-batch.ts';
import { boundaries, boundary, hostileText } from './arbitrary-octets.ts';
import { responses } from './arbitrary-response.ts';
import { law } from './law.ts';
import { latin1, linesOf, occurrences, utf8 } from './octets.ts';

/** Boundaries that the batch was written with: from its Content-Type, and from those of its change sets. */
function boundariesOf({ contentType, body, plan }: EncodedBatchRequest): string[] {
  const sets = plan.items.filter((item) => Array.isArray(item)).length;
  const fields = latin1(body).matchAll(/^Content-Type: multipart\/mixed; boundary=(.*)\r\n\r\n--/gm);
  const given = [
    contentType.slice('multipart/mixed; boundary='.length),
    ...Array.from(fields, ([, one = '']) => one),
  ];
  expect(given.length).toBe(1 + sets);
  return given.map((each) => each.replace(/^"(.*)"$/, '$1'));
}

/** Every delimiter stands once for each part, every close delimiter once, and nothing of either stands anywhere else. */
function expectStructure(request: EncodedBatchRequest): void {
  const { body, plan } = request;
  const [batch = '', ...sets] = boundariesOf(request);
  const counts = [
    plan.items.length,
    ...plan.items.filter((item) => Array.isArray(item)).map((set) => set.length),
  ];
  for (const [at, each] of [batch, ...sets].entries()) {
    expect(linesOf(body, `--${each}`)).toBe(counts[at]);
    expect(linesOf(body, `--${each}--`)).toBe(1);
    expect(occurrences(body, `\r\n--${each}`)).toBe((counts[at] ?? 0) + (at === 0 ? 0 : 1));
  }
  // Request lines that a reader of lines would see outside bodies: one for each operation.
  const operations = plan.items.flat();
  expect(linesOf(body, 'Content-Transfer-Encoding: binary')).toBeGreaterThanOrEqual(operations.length);
}

/** Does `--boundary` stand in anything that the caller gave: URLs, ids, header values, bodies? */
function expectNotInContent(request: EncodedBatchRequest): void {
  const decoded = decodeBatchRequest({ headers: request.headers, body: request.body });
  for (const each of boundariesOf(request)) {
    for (const { method, url, id = '', headers, bytes } of decoded.flat()) {
      const text = [method, url, ...Array.from(headers, (pair) => pair.join(': '))].join('\n');
      expect({ each, url: text.includes(`--${each}`) }).toEqual({ each, url: false });
      expect({ each, id, found: id.includes(`--${each}`) }).toEqual({ each, id, found: false });
      expect({ each, inBody: occurrences(bytes, `--${each}`) }).toEqual({ each, inBody: 0 });
    }
  }
}

const tryEncode = (batch: Batch, options: object): EncodedBatchRequest | BatchUsageError => {
  try {
    return encodeBatchRequest(batch, options);
  } catch (error) {
    if (error instanceof BatchUsageError) return error;
    throw error;
  }
};

describe('structure', () => {
  law(
    'law 6: the parts of a batch are as many as its operations, however they are counted',
    fc.property(batchCase, ({ batch, options }) => {
      const request = encodeBatchRequest(batch, options);
      expectStructure(request);
      expectNotInContent(request);
    }),
    2,
  );

  law(
    "law 6: a caller's boundary that occurs in a body, a URL, a header value or an id is refused",
    fc.property(
      boundary,
      fc.constantFrom('body', 'text', 'json', 'url', 'path', 'header', 'name'),
      fc.constantFrom('', '\r\n', 'x'),
      fc.boolean(),
      (boundary, where, before, inChangeSet) => {
        const hostile = `${before}--${boundary}`;
        const inHeader = hostile.replace('\r\n', ' ');
        const operation: Operation = {
          method: 'POST',
          url: where === 'url' ? `Products/x${hostile.trim()}` : 'Products',
          headers: where === 'header' ? { 'X-Custom': inHeader } : where === 'name' ? [[inHeader, 'x']] : {},
          body:
            where === 'body'
              ? utf8(hostile)
              : where === 'text'
                ? hostile
                : where === 'json'
                  ? [inHeader]
                  : undefined,
        };
        const request = tryEncode(inChangeSet ? [[operation]] : [operation], { boundary });
        if (request instanceof BatchUsageError) return;
        // What was accepted was written so that it holds no boundary: percent-encoded, or escaped by JSON.
        expectStructure(request);
        expectNotInContent(request);
      },
    ),
    6,
  );

  law(
    'law 6: an id that holds a boundary is refused too: it is a header value',
    fc.property(contentId, fc.constantFrom('b', 'x', '-', '~'), fc.boolean(), (id, boundary, inChangeSet) => {
      const operation = { method: 'POST', url: 'Products', id: `${id}--${boundary}` };
      const request = tryEncode(inChangeSet ? [[operation]] : [operation], { boundary });
      if (request instanceof BatchUsageError) return;
      expectStructure(request);
      expectNotInContent(request);
    }),
  );

  law(
    'law 6: with any boundaries and hostile bodies, a batch keeps its structure or is refused',
    fc.property(
      boundaries,
      fc.array(fc.tuple(hostileText, fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 4 }),
      (boundary, drafts) => {
        const batch = drafts.map(([text, which, inChangeSet]) => {
          // A piece of a boundary, or a whole one, between hostile pieces.
          const body = `${text}\r\n--${boundary[which % boundary.length]?.slice(0, 1 + which)}${text}`;
          const operation = { method: 'POST', url: 'Products', body };
          return inChangeSet ? [operation] : operation;
        });
        const request = tryEncode(batch, { boundary });
        if (request instanceof BatchUsageError) {
          expect(['boundary-in-content', 'boundary-conflict']).toContain(request.code);
          return;
        }
        expectStructure(request);
        const decoded = decodeBatchRequest({ headers: request.headers, body: request.body });
        expect(decoded.flat().map((operation) => operation.text())).toEqual(
          // Reading text leaves out a byte order mark.
          batch.flat().map(({ body }) => body.replace(/^\ufeff/, '')),
        );
      },
    ),
    4,
  );

  const PLACES = [
    'method',
    'url',
    'href',
    'path',
    'id',
    'name',
    'value',
    'boundary',
    'inner',
    'outer',
  ] as const;
  law(
    'law 6: CR, LF and NUL are refused in method, URL, header, id and boundary',
    fc.property(
      fc.constantFrom(...PLACES),
      fc.constantFrom('\r', '\n', '\0', '\r\n', '\r\n\r\n', '\r\nX: y', '\n--b', '\x7f', '\x0b'),
      fc.constantFrom('', 'a', 'abc'),
      fc.constantFrom('', 'b', 'bcd'),
      (where, control, before, after) => {
        const text = before + control + after;
        const first: Operation = {
          method: where === 'method' ? text : 'POST',
          url: where === 'url' ? text : where === 'href' ? { href: text } : 'Products',
          id: where === 'id' ? text : 'id-1',
          headers: where === 'name' ? [[text, 'x']] : where === 'value' ? { 'X-Custom': text } : {},
        };
        const second: Operation = {
          method: 'POST',
          url: reference(first, where === 'path' ? text : 'Orders'),
        };
        const options = {
          boundary: where === 'boundary' ? text : where === 'inner' ? ['outer', text] : ['outer', 'inner'],
          headers: where === 'outer' ? { 'X-Custom': text } : {},
        };
        expect(tryEncode([[first, second]], options)).toBeInstanceOf(BatchUsageError);
      },
    ),
    5,
  );

  law(
    'law 6: CR, LF and NUL are refused in all that a response is made of',
    fc.property(
      fc.constantFrom('statusText', 'id', 'name', 'value', 'boundary'),
      fc.constantFrom('\r', '\n', '\0', '\r\n', '\r\n\r\nHTTP/1.1 200 OK', '\n--b', '\x7f'),
      fc.constantFrom('', 'a'),
      fc.constantFrom('', 'b'),
      fc.boolean(),
      (where, control, before, after, inChangeSet) => {
        const text = before + control + after;
        const response = {
          status: 200,
          statusText: where === 'statusText' ? text : 'OK',
          id: where === 'id' ? text : '1',
          headers: where === 'name' ? { [text]: 'x' } : where === 'value' ? { 'X-Custom': text } : {},
        };
        const options = { boundary: where === 'boundary' ? text : 'outer' };
        expect(() => encodeBatchResponse(inChangeSet ? [[response]] : [response], options)).toThrow(
          BatchUsageError,
        );
      },
    ),
    3,
  );

  const token = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const hexadecimal = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

  law(
    'law 6: a random boundary that occurs in the content gives way to another',
    fc.property(
      token,
      token,
      fc.constantFrom('body', 'url', 'header'),
      fc.constantFrom('--batch_', '--changeset_1_', '\r\n--batch_', ''),
      fc.boolean(),
      (first, second, where, before, inChangeSet) => {
        fc.pre(hexadecimal(first) !== hexadecimal(second));
        const hostile = before + hexadecimal(first);
        const printable = hostile.trim();
        const operation: Operation = {
          method: 'POST',
          url: where === 'url' ? `Products('${printable}')` : 'Products',
          headers: where === 'header' ? { 'X-Custom': printable } : {},
          ...(where === 'body' && { body: hostile }),
        };
        const tokens = [first, second];
        let asked = 0;
        const random = (octets: Uint8Array<ArrayBuffer>) => {
          octets.set(tokens[Math.min(asked++, 1)] ?? first);
          return octets;
        };
        const batch = inChangeSet ? [[operation]] : [operation];
        const request = encodeBatchRequest(batch, { random });
        expectStructure(request);
        expectNotInContent(request);
        expect({ where, asked }).toEqual({ where, asked: 2 });

        const stubborn = (octets: Uint8Array<ArrayBuffer>) => {
          octets.set(first);
          return octets;
        };
        const refusal = tryEncode(batch, { random: stubborn });
        expect(isBatchError(refusal, 'boundary-in-content')).toBe(true);
      },
    ),
    2,
  );

  law(
    'law 6: the boundaries of one message are different, and none begins with another',
    fc.property(batchCase, boundaries, fc.boolean(), ({ batch, options }, boundary, own) => {
      const request = tryEncode(batch, own ? { ...options, boundary } : options);
      if (request instanceof BatchUsageError) return;
      const all = boundariesOf(request);
      for (const [at, one] of all.entries()) {
        expect(one).toMatch(/^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/);
        for (const [place, other] of all.entries())
          if (place !== at) expect(other.startsWith(one)).toBe(false);
      }
    }),
    2,
  );

  law(
    'law 6: the parts of a response are as many as its answers',
    fc.property(responses, (answers) => {
      const { body } = encodeBatchResponse(answers, {
        boundary: ['answer', 's-1', 's-2', 's-3', 's-4', 's-5'],
      });
      expect(linesOf(body, '--answer')).toBe(answers.length);
      expect(linesOf(body, '--answer--')).toBe(1);
      expect(occurrences(body, '--answer')).toBe(answers.length + 1);
      const sets = answers.filter((item) => Array.isArray(item));
      for (const [at, set] of sets.entries()) expect(linesOf(body, `--s-${at + 1}`)).toBe(set.length);
    }),
    2,
  );
});
