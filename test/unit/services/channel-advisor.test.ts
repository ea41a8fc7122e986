import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ChannelAdvisorOptions, channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { explainRewrite } from '../../../src/services/explain-rewrite.ts';
import { FIXTURE_ROOT } from '../../conformance/fixture.ts';
import { issuesOf } from '../catch-error.ts';

const endpoint = z.strictObject({ methods: z.array(z.string()), url: z.string() });
const table = z
  .strictObject({
    title: z.string(),
    source: z.string(),
    endpoint: z.string(),
    notBatchable: z.array(z.string()),
    rows: z.array(
      z.strictObject({ methods: z.array(z.string()), alias: z.string(), real: z.array(endpoint).min(1) }),
    ),
  })
  .parse(JSON.parse(readFileSync(`${FIXTURE_ROOT}services/channeladvisor-endpoints.json`, 'utf8')));

/** What stands for the words of the page: longer ones first, so that none is read as part of another. */
const EXAMPLES = [
  ["'AttributeName'", "'Size'"],
  ["'Attribute Name'", "'Size'"],
  ["'PlacementName'", "'ITEMIMAGEURL1'"],
  ["'Placement Name'", "'ITEMIMAGEURL1'"],
  ["'LabelName'", "'eBay'"],
  ["'Label Name'", "'eBay'"],
  ['(ComponentID)', '(456)'],
  ['=Component ID', '=456'],
  ['(DC Id)', '(2)'],
  ['=DC Id', '=2'],
  ['(ID)', '(123)'],
  ['=ID', '=123'],
] as const;

function example(printed: string): string {
  return EXAMPLES.reduce((text, [word, value]) => text.replaceAll(word, value), printed);
}

/** A body where the page has one. */
const bodyFor = (method: string) => (method === 'DELETE' ? {} : { body: { Value: 'v' } });

/** The option that chooses among the real URIs of a row. */
function optionsFor(real: string): ChannelAdvisorOptions {
  if (real === '/v1/AttributeValues') return { attributes: 'post' };
  return real.endsWith('/UpdateAttributes') ? { attributes: 'action' } : {};
}

const cells = table.rows.flatMap(({ methods, alias, real }) =>
  real.flatMap(({ methods: sent, url }) =>
    methods.map((method) => {
      // "PATCH or PUT" on both sides means that the method is kept; one method on the right is what is sent.
      const expected = sent.includes(method) ? method : (sent[0] ?? '');
      return [method, example(alias), expected, example(url).replace(', ', ','), optionsFor(url)] as const;
    }),
  ),
);

describe("the endpoint table of ChannelAdvisor's page", () => {
  it('has each method of each row in each alternative', () => {
    expect(cells).toHaveLength(2 * 3 + 1 + 4 * 3);
  });

  it.each(cells)('%s %s becomes %s %s (%j)', (method, alias, sent, real, options) => {
    const operation = { method, url: alias, ...bodyFor(method) };
    expect(explainRewrite(channelAdvisor(options), operation)).toMatchObject({
      outcome: 'rewritten',
      method: sent,
      from: alias,
      to: real,
    });
  });

  it.each(cells)('%s %s: what it becomes (%s %s) is left alone', (_method, _alias, sent, real, options) => {
    const operation = { method: sent, url: real, ...bodyFor(sent) };
    expect(explainRewrite(channelAdvisor(options), operation)).toMatchObject({
      outcome: 'unchanged',
      warnings: [],
    });
  });

  it.each(cells)('%s %s (to %s %s, %j) is left alone as GET', (_method, alias, _sent, _real, options) => {
    expect(explainRewrite(channelAdvisor(options), { method: 'GET', url: alias })).toMatchObject({
      outcome: 'unchanged',
      warnings: [],
    });
  });

  it.each(table.rows.flatMap(({ real }) => real.map(({ url }) => url)).filter((url) => url.includes(', ')))(
    '%s can be typed as it is printed',
    (printed) => {
      expect(explainRewrite(channelAdvisor(), { method: 'PATCH', url: example(printed) })).toMatchObject({
        outcome: 'rewritten',
        to: example(printed).replace(', ', ','),
        warnings: [{ code: 'space-in-url' }],
      });
    },
  );

  it.each(table.notBatchable)('%s is refused', (printed) => {
    for (const method of ['GET', 'POST', 'PUT']) {
      expect(explainRewrite(channelAdvisor(), { method, url: example(printed) })).toMatchObject({
        code: 'not-batchable',
      });
    }
  });
});

describe('channelAdvisor', () => {
  it.each<[unknown, string]>([
    [{ attributes: 'keys' }, 'options.attributes: invalid-option'],
    [{ attribute: 'keyed' }, 'options.attribute: unknown-option'],
    [{ keySeparator: ', ' }, 'options.keySeparator: invalid-option'],
    [{ profileId: 1 }, 'options.profileId: invalid-option'],
    [{ attributes: 'post', profileId: 0 }, 'options.profileId: invalid-option'],
  ])('refuses the options %j', (options, expected) => {
    expect(issuesOf(() => channelAdvisor(options as ChannelAdvisorOptions))).toEqual([expected]);
  });
});
