import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// Law 10: 1 000 operations in one literal add at most a second to the compiler. A clock says little on a busy machine, so
// this counts the compiler's work, which is the same in every run, and compares times only with each other. On an idle
// machine of two cores the thousand took 0.7 s, of which 0.2 s were the literal itself.

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  paths: { 'odata-batch-codec': [fileURLToPath(new URL('../../src/index.ts', import.meta.url))] },
};
const FILE = fileURLToPath(new URL('./generated-batch.ts', import.meta.url));

/** Every fourth item is a change set of two; every schema, URL and body in one has a type of its own. */
function literalOf(count: number): string {
  const items = Array.from({ length: count }, (_, index) => {
    if (index % 4 !== 3) {
      return `{ method: 'GET', url: 'Products(${index})', headers: { Accept: '*/*' }, schema: trusted<{ name: string }>() }`;
    }
    return `[
      { method: 'POST', url: 'Orders', body: { id: ${index}, lines: [{ amount: 1 }] }, schema: trusted<{ id: ${index} }>() },
      { method: 'PATCH', url: 'Orders(${index})', headers: [['If-Match', '*']], body: { tags: ['a', 2, null] } },
    ]`;
  });
  return `[\n${items.join(',\n')}\n]`;
}

const throughTheCodec = (count: number) => `
  import { decodeBatchResponse, encodeBatchRequest, trusted, valuesOf } from 'odata-batch-codec';
  export const request = encodeBatchRequest(${literalOf(count)});
  export const results = decodeBatchResponse({ body: '' }, { request });
  export const values = valuesOf(results);
  export const name: string = values[0].name;
  export const id: 3 = values[3][0].id;
  for (const result of results.flat()) if (result.ok) result.value;
`;
const asConstant = (count: number) => `
  import { trusted } from 'odata-batch-codec';
  export const batch = ${literalOf(count)} as const;
`;

interface Cost {
  readonly instantiations: number;
  readonly types: number;
  /** Milliseconds of the processor, parsing included, our own source and the libraries not. */
  readonly time: number;
}

const libraries = new Map<string, ts.SourceFile | undefined>();

function compile(text: string): Cost {
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === FILE || fileExists(path);
  host.getSourceFile = (path, language, ...rest) => {
    if (path === FILE) return ts.createSourceFile(path, text, language);
    if (!libraries.has(path)) libraries.set(path, getSourceFile(path, language, ...rest));
    return libraries.get(path);
  };

  const start = process.cpuUsage();
  const program = ts.createProgram([FILE], OPTIONS, host);
  const problems = program.getSemanticDiagnostics(program.getSourceFile(FILE));
  const { user, system } = process.cpuUsage(start);
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  return {
    instantiations: program.getInstantiationCount(),
    types: program.getTypeCount(),
    time: (user + system) / 1000,
  };
}

describe('a batch in one literal', () => {
  const [ten, fiveHundred, thousand] = [10, 500, 1000].map((count) => compile(throughTheCodec(count)));
  if (ten === undefined || fiveHundred === undefined || thousand === undefined)
    throw new Error('unreachable');

  it('costs the compiler so much for each item and no more', () => {
    // 136 and 30 when this was written.
    expect((thousand.instantiations - ten.instantiations) / 990).toBeLessThan(200);
    expect((thousand.types - ten.types) / 990).toBeLessThan(45);
  });

  it('costs twice as much where it is twice as long', () => {
    expect(thousand.instantiations / fiveHundred.instantiations).toBeLessThan(2.1);
    expect(thousand.types / fiveHundred.types).toBeLessThan(2.1);
  });

  it('costs a small multiple of the literal itself', () => {
    // In turn and each at its best: what slows the machine down slows both. 2.5 when this was written.
    const rounds = Array.from({ length: 3 }, () => ({
      codec: compile(throughTheCodec(1000)).time,
      literal: compile(asConstant(1000)).time,
    }));
    const best = (kind: 'codec' | 'literal') => Math.min(...rounds.map((round) => round[kind]));
    expect(best('codec') / best('literal')).toBeLessThan(8);
  });
});
