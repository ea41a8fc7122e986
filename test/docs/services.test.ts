import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as entry from '../../src/services.ts';
import { codeSpans, ROOT, readText, sections, tableRows } from './markdown.ts';

const FOLDER = 'docs/services/';

/** What each page is about. */
const SERVICES: Readonly<Record<string, () => entry.DefinedService>> = {
  'azure-blob': entry.azureBlob,
  'azure-table': entry.azureTable,
  'business-central': entry.businessCentral,
  cap: entry.cap,
  'channel-advisor': entry.channelAdvisor,
  dataverse: entry.dataverse,
  'google-api': () => entry.googleApi({ api: 'drive', version: 'v3' }),
  'microsoft-graph': entry.microsoftGraph,
  odata: entry.odata,
  'sap-business-one': entry.sapBusinessOne,
  'sap-gateway-v2': entry.sapGatewayV2,
  'sap-gateway-v4': entry.sapGatewayV4,
  'share-point': entry.sharePoint,
  'success-factors': entry.successFactors,
};
/** Members that have tables of their own, or no value to show. */
const APART = ['name', 'rules', 'deny', 'allow', 'layout'];

/** The members of a definition, those of objects one by one. */
function factsOf(definition: object, prefix = ''): [string, string][] {
  return Object.entries(definition).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || (prefix === '' && APART.includes(name))) return [];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? factsOf(value, `${prefix}${name}.`) : [[prefix + name, JSON.stringify(value)]];
  });
}

const pages = Object.entries(SERVICES).map(([name, service]) => ({
  name,
  service: service(),
  text: readText(`${FOLDER}${name}.md`),
}));
const sortedByName = (facts: [string, string][]) => facts.sort(([a], [b]) => (a < b ? -1 : 1));

describe('docs/services', () => {
  it('has a page for each service, and one about them all', () => {
    const files = readdirSync(`${ROOT}${FOLDER}`).sort();
    expect(files).toEqual(['README.md', ...Object.keys(SERVICES).map((name) => `${name}.md`)].sort());
    const others = ['defineService', 'explainRewrite', 'isRetryable'];
    const functions = Object.keys(entry).filter((name) => !others.includes(name));
    expect(functions).toHaveLength(pages.length);
  });

  it.each(pages)('$name has each fact of the data with its value, and no other', ({ service, text }) => {
    const rows = tableRows(text, 'fact').flatMap(([fact = '', value = '']): [string, string][] => {
      // What has no name of the data is told in words.
      const [, member] = /^`([\w.]+)`$/.exec(fact) ?? [];
      const [, printed] = /^`(.+)`$/.exec(value) ?? [];
      return member === undefined || printed === undefined ? [] : [[member, printed]];
    });
    expect(sortedByName(rows)).toEqual(sortedByName(factsOf(service.definition)));
  });

  it.each(pages)('$name says where each fact comes from', ({ text }) => {
    const [sources] = sections(text, 2).filter(({ heading }) => heading === 'Sources');
    const numbered = (sources?.text ?? '').split('\n').filter((line) => /^\d+\. /.test(line));
    expect(numbered).not.toEqual([]);
    // Each has a year at least.
    for (const source of numbered) expect(source).toMatch(/\b(19|20)\d\d(-\d\d)?\b|RFC \d/);
    for (const row of tableRows(text, 'fact')) {
      const from = row[2] ?? '';
      expect(from.length, row[0]).toBeGreaterThan(2);
      for (const [, number] of from.matchAll(/\[(\d+)\]/g))
        expect(Number(number)).toBeLessThanOrEqual(numbered.length);
    }
  });

  it.each(pages)('$name says what is not verified', ({ text }) => {
    const [unverified] = sections(text, 2).filter(({ heading }) => heading === 'Unverified');
    expect(unverified?.text).toMatch(/^- .{20,}/);
  });

  it.each(pages)('$name begins with the call, and names its service', ({ service, text }) => {
    expect(codeSpans(text)[0]?.startsWith(`${service.name}(`)).toBe(true);
  });
});
