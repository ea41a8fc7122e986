import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStringLiteral } from '../../src/odata/string-literal.ts';
import { channelAdvisor } from '../../src/services/channel-advisor.ts';
import { rulesOf } from '../../src/services/define-service.ts';
import { parseServiceRoot } from '../../src/services/parsed-url.ts';
import { rewriteOperation } from '../../src/services/rewrite.ts';
import { parseNamedLiterals, parseSegments } from '../../src/services/url-segment.ts';
import type { JudgedOperation, Verdict } from '../../src/services/verdict.ts';
import { deepFreeze } from './deep-freeze.ts';
import { confirmGrowth } from './growth.ts';
import { law } from './law.ts';

const ROOT = 'https://api.channeladvisor.com/v1/';
const root = parseServiceRoot(ROOT);

const strategy = fc.constantFrom('keyed', 'post', 'action');
const keySeparator = fc.constantFrom<',' | ',%20'>(',', ',%20');
const rules = fc
  .record({ attributes: strategy, keySeparator })
  .map((options) => rulesOf(channelAdvisor(options as Parameters<typeof channelAdvisor>[0])));

/** Every text that a key can have: no control characters, since none can be meant. */
const keyText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'\'"()/?#%&=+,;: \\~!*€'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 12,
  })
  .map((text) => text.replace(/[\p{Cc}\p{Surrogate}]/gu, '·'));
const id = fc.integer({ min: 0, max: 2_147_483_647 });

/** Three ways to write one literal into a URL: all of it encoded, what has to be, and with quotes encoded too. */
const literal = fc.tuple(keyText, fc.constantFrom(0, 1, 2)).map(([text, how]) => {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  if (how === 0) return encodeURIComponent(quoted);
  if (how === 1) return quoted.replace(/[%/?#]/g, encodeURIComponent);
  return encodeURIComponent(quoted).replaceAll("'", '%27');
});

const NAMED = ['Attributes', 'Images', 'Labels'];
const NUMBERED = ['BundleComponents', 'DCQuantities'];
const alias = fc.oneof(
  fc
    .tuple(id, fc.constantFrom(...NAMED), literal)
    .map(([product, set, key]) => `Products(${product})/${set}(${key})`),
  fc
    .tuple(id, fc.constantFrom(...NUMBERED), id)
    .map(([product, set, key]) => `Products(${product})/${set}(${key})`),
);
const real = fc
  .tuple(
    fc.constantFrom('AttributeValues', 'ProductLabels', 'Images'),
    id,
    fc.constantFrom(',', ', ', ',%20'),
    literal,
  )
  .map(
    ([set, product, comma, key]) =>
      `${set}(ProductID=${product}${comma}${set === 'Images' ? 'PlacementName' : 'Name'}=${key})`,
  );
/** Texts that are nearly one of them: a letter lost, doubled or changed. */
const mutated = fc
  .tuple(
    fc.oneof(alias, real),
    fc.nat(),
    fc.constantFrom('', '/', "'", '(', ')', '?', '%', ' ', ',', '.', 'x', '..', '$1/', '#'),
  )
  .map(([url, place, text]) => {
    const at = place % url.length;
    return url.slice(0, at) + text + url.slice(at + (place % 2));
  });
const lead = fc.constantFrom('', '/v1/', ROOT, 'https://API.channeladvisor.com:443/v1/');
const url = fc.tuple(lead, fc.oneof(alias, real, mutated, fc.webPath())).map((parts) => parts.join(''));

const WRITES = ['PATCH', 'PUT', 'DELETE', 'POST'];
const operation = fc.record({
  method: fc.constantFrom(...WRITES),
  url,
  body: fc.constantFrom(undefined, { Value: 'v' }, '{"Value":"v"}', {}),
  headerNames: fc.constant([]),
});

function next(given: JudgedOperation, verdict: Verdict): JudgedOperation {
  if (verdict.outcome !== 'rewritten') return given;
  const { method, url: to, body } = verdict;
  return { ...given, method, url: to, body };
}

describe('law 8: rewriting', () => {
  law(
    'is idempotent',
    fc.property(rules, operation, (compiled, given) => {
      const once = rewriteOperation(compiled, given, root);
      const again = rewriteOperation(compiled, next(given, once), root);
      if (once.outcome === 'rejected') expect(again).toEqual(once);
      else expect(again.outcome).toBe('unchanged');
      expect(next(next(given, once), again)).toEqual(next(given, once));
    }),
    10,
  );

  law(
    'keeps the keys, whatever their characters',
    fc.property(lead, id, fc.constantFrom(...NAMED), literal, (before, product, set, key) => {
      const given = {
        method: 'DELETE',
        url: `${before}Products(${product})/${set}(${key})`,
        body: undefined,
        headerNames: [],
      };
      const verdict = rewriteOperation(rulesOf(channelAdvisor()), given, root);
      if (verdict.outcome !== 'rewritten') return expect.unreachable(JSON.stringify(verdict));
      expect(verdict.url.startsWith(before)).toBe(true);
      // No more than RFC 3986 lets stand in a path.
      expect(verdict.url.slice(before.length)).toMatch(/^[\w\-.~!$&'()*+,;=:@%]+$/);
      const [segment] = parseSegments(verdict.url.slice(before.length));
      const [first, second] = parseNamedLiterals(segment?.predicate ?? '') ?? [];
      expect(first).toEqual({ name: 'ProductID', literal: String(product) });
      expect(parseStringLiteral(second?.literal ?? '')).toBe(parseStringLiteral(decodeURIComponent(key)));
    }),
    10,
  );

  law(
    'never changes GETs, other hosts, other versions or longer paths',
    fc.property(rules, alias, fc.constantFrom(...WRITES), fc.nat(), (compiled, path, write, which) => {
      const others: readonly (readonly [string, string])[] = [
        ['GET', `/v1/${path}`],
        ['HEAD', ROOT + path],
        ['GET', `/v1/Images(ProductID=1, PlacementName='x')`],
        [write, `https://evil.example/v1/${path}`],
        [write, `https://api.channeladvisor.com.evil.example/v1/${path}`],
        [write, `https://api.channeladvisor.com:444/v1/${path}`],
        [write, `http://api.channeladvisor.com/v1/${path}`],
        [write, `https://user@api.channeladvisor.com/v1/${path}`],
        [write, `/v2/${path}`],
        [write, `/v1beta/${path}`],
        [write, `https://api.channeladvisor.com/v2/${path}`],
        [write, `/v1/${path}/Value`],
        [write, `/v1/${path}/`],
        [write, `/v1/v1/${path}`],
        [write, `/v1/${path.toLowerCase()}`],
        [write, `$1/${path}`],
      ];
      const [method, to] = others[which % others.length] ?? ['', ''];
      const given = { method, url: to, body: { Value: 'v' }, headerNames: [] };
      expect(rewriteOperation(compiled, given, root).outcome).not.toBe('rewritten');
    }),
    10,
  );

  law(
    'never changes what the caller gave',
    fc.property(rules, operation, (compiled, given) => {
      const check = deepFreeze(given);
      rewriteOperation(compiled, given, root);
      check();
    }),
  );

  law(
    'is told of any text at all',
    fc.property(
      rules,
      fc.constantFrom(...WRITES),
      fc.oneof(fc.string({ unit: 'binary' }), mutated),
      (compiled, method, text) => {
        const given = { method, url: text, body: undefined, headerNames: [] };
        for (const from of [root, undefined]) {
          expect(['rewritten', 'unchanged', 'rejected']).toContain(
            rewriteOperation(compiled, given, from).outcome,
          );
        }
      },
    ),
    5,
  );
});

const LONG: Record<string, (size: number) => string> = {
  slashes: (size) => `/v1/${'/'.repeat(size)}`,
  'dot segments': (size) => `/v1/${'a/../'.repeat(size / 5)}Orders`,
  'an alias that goes on': (size) => `/v1/Products(1)/Labels('x')${'/x'.repeat(size / 2)}`,
  'a key of quotes': (size) => `/v1/Products(1)/Labels('${"''".repeat(size / 2)}')`,
  'a key of encoded quotes': (size) => `/v1/Products(1)/Labels('${'%27%27'.repeat(size / 6)}')`,
  'a key of digits': (size) => `/v1/Products(${'1'.repeat(size)})/Labels('x')`,
  'a name before an equals sign': (size) => `/v1/Products(${'a'.repeat(size)})/Labels('x')`,
  'named keys': (size) => `/v1/AttributeValues(${'Name= ,'.repeat(size / 7)})`,
  'spaces behind commas': (size) => `/v1/AttributeValues(ProductID=1,${' '.repeat(size)}Name='x')`,
  'encoded slashes': (size) => `/v1/Orders(1)${'%2F'.repeat(size / 3)}`,
  'quotes and encoded slashes': (size) => `/v1/Orders(${"'%2F".repeat(size / 4)})`,
  'an encoded quote, and nothing behind it ends it': (size) => `/v1/Orders(%27%2F${'%2'.repeat(size / 2)})`,
  'percent signs': (size) => `/v1/Products(1)/Labels('${'%'.repeat(size)}')`,
  parentheses: (size) => `/v1/${'('.repeat(size / 2)}${')'.repeat(size / 2)}`,
  'query options': (size) => `/v1/Orders?${'a&'.repeat(size / 2)}`,
  'a host of colons': (size) => `https://${':1'.repeat(size / 2)}/v1/Orders`,
  'a host of digits': (size) => `https://a:${'1'.repeat(size)}x/v1/Orders`,
};

describe('law 7: rewriting takes linear time', () => {
  const compiled = rulesOf(channelAdvisor());
  it.each(Object.entries(LONG))('%s', async (_, shape) => {
    const workOf = (size: number) => {
      const given = { method: 'PATCH', url: shape(size), body: undefined, headerNames: [] };
      return () => {
        rewriteOperation(compiled, given, root);
      };
    };
    const options = { sizes: [2_000, 20_000], limit: 1.5, fewestRounds: 1, sampleMs: 2 };
    expect((await confirmGrowth(workOf, options)).exponent).toBeLessThan(1.5);
  });
});
