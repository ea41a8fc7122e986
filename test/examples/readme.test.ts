import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerProductRequest } from '../../examples/product-service.ts';
import { ProductStore } from '../../examples/product-store.ts';
import { createBatchHandler } from '../../src/server.ts';
import { promisedLines } from './promised-lines.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const programs = readdirSync(`${ROOT}examples/readme`);
const servicePrograms = readdirSync(`${ROOT}examples/services`);
const serviceRoot = 'https://shop.example/odata/';

const TEAS = [
  { name: 'Assam', price: 4.5 },
  { name: 'Earl Grey', price: 5.25 },
];
/** What the shop sells, where a program needs more than two teas. */
const STOCKS: Readonly<Record<string, readonly { name: string; price: number }[]>> = {
  'thousands.ts': Array.from({ length: 4_000 }, (_, index) => ({ name: `Tea ${index}`, price: 1 })),
};

describe('the programs of the README', () => {
  const printed: string[] = [];

  function openShop(products: readonly { name: string; price: number }[]): void {
    const store = new ProductStore(products);
    const answerBatch = createBatchHandler({
      serviceRoot,
      fetch: (request) => answerProductRequest(store, request, serviceRoot),
      transaction: (run) => store.transaction(run),
    });
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      expect(url).toBe(`${serviceRoot}$batch`);
      return answerBatch(new Request(url, init));
    });
  }

  beforeEach(() => {
    printed.length = 0;
    vi.spyOn(console, 'log').mockImplementation((...values) => {
      printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it.each(programs)('%s stands in the README and prints what it says', async (file) => {
    const program = readFileSync(`${ROOT}examples/readme/${file}`, 'utf8');
    expect(readFileSync(`${ROOT}README.md`, 'utf8')).toContain(`\`\`\`ts\n${program.trimEnd()}\n\`\`\`\n`);

    openShop(STOCKS[file] ?? TEAS);
    await import(/* @vite-ignore */ `../../examples/readme/${file}`);
    const promised = promisedLines(program);
    expect(promised.length).toBeGreaterThan(0);
    expect(printed.map((line) => line.replaceAll('"', "'"))).toEqual(
      promised.map((line) => line.replaceAll('"', "'")),
    );
  });

  it('are eleven', () => {
    expect(programs).toHaveLength(11);
  });
});

describe('the programs of docs/services', () => {
  it.each(servicePrograms)('%s stands there and prints what it says', async (file) => {
    const program = readFileSync(`${ROOT}examples/services/${file}`, 'utf8');
    expect(readFileSync(`${ROOT}docs/services/README.md`, 'utf8')).toContain(
      `<!-- examples/services/${file} -->\n\`\`\`ts\n${program.trimEnd()}\n\`\`\`\n`,
    );
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values) => {
      printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
    });
    try {
      await import(/* @vite-ignore */ `../../examples/services/${file}`);
    } finally {
      vi.restoreAllMocks();
    }
    expect(printed).toEqual(promisedLines(program));
  });

  it('are one', () => {
    expect(servicePrograms).toEqual(['own-service.ts']);
  });
});

describe('the recipes of docs/serving.md', () => {
  const folder = 'test/interop/recipes/';
  const recipes = readdirSync(`${ROOT}${folder}`).filter(
    (file) => !/^(database|recipes\.test)\.ts$/.test(file),
  );

  // What they do, the tests beside them show.
  it.each(recipes)('%s stands there', (file) => {
    const program = readFileSync(`${ROOT}${folder}${file}`, 'utf8');
    expect(readFileSync(`${ROOT}docs/serving.md`, 'utf8')).toContain(
      `<!-- ${folder}${file} -->\n\`\`\`ts\n${program.trimEnd()}\n\`\`\`\n`,
    );
  });

  it('are three, and what one of them needs', () => {
    expect(recipes).toEqual(['express.ts', 'fastify.ts', 'fetch-from.ts', 'hono.ts']);
  });
});
