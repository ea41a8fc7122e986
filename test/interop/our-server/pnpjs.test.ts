import { BrowserFetch, DefaultParse } from '@pnp/queryable';
import { DefaultHeaders, DefaultInit, spfi } from '@pnp/sp';
import '@pnp/sp/batching.js';
import '@pnp/sp/items/index.js';
import '@pnp/sp/lists/index.js';
import '@pnp/sp/webs/index.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DefaultEndpoint, startDefaultEndpoint } from './start-default-endpoint.ts';

const ROOT = '/sites/dev/_api/';
let byDefault: DefaultEndpoint;
let flat: DefaultEndpoint;
beforeAll(async () => {
  byDefault = await startDefaultEndpoint(ROOT);
  flat = await startDefaultEndpoint(ROOT, { changeSetAnswers: 'flat' });
});
afterAll(() => Promise.all([byDefault.stop(), flat.stop()]));
beforeEach(() => {
  for (const { asked } of [byDefault, flat]) asked.length = 0;
});

function batchAt({ origin }: DefaultEndpoint) {
  const sp = spfi(`${origin}/sites/dev`).using(
    DefaultInit(),
    DefaultHeaders(),
    BrowserFetch(),
    DefaultParse(),
  );
  const [batched, execute] = sp.batched();
  const outcomes: unknown[] = [];
  /** Notes what the caller gets for an operation of the batch, in its place. */
  const note = (place: number, operation: Promise<unknown>) => {
    operation.then(
      (value) => {
        outcomes[place] = value;
      },
      (error: { status?: number; message: string }) => {
        outcomes[place] = { refused: error.status ?? error.message };
      },
    );
  };
  return { batched, execute, note, outcomes };
}
const lines = ({ asked }: DefaultEndpoint) => asked.map(({ line }) => line);

describe('PnPjs', () => {
  test('reads answers to reads with the default options, stopped batches apart', async () => {
    const { batched, execute, note, outcomes } = batchAt(byDefault);
    for (let place = 0; place < 20; place++) {
      note(place, batched.web.lists.getByTitle('Tees · 緑茶').items.getById(place)());
    }
    await execute();
    expect(lines(byDefault)).toHaveLength(20);
    expect(outcomes).toEqual(lines(byDefault).map((line) => ({ path: line.slice('GET '.length) })));
    expect(outcomes[3]).toEqual({ path: "web/lists/getByTitle('Tees · 緑茶')/items(3)" });
  });

  test('has its change sets without Content-IDs executed with the default options', async () => {
    const { batched, execute, note } = batchAt(byDefault);
    note(0, batched.web.lists.getByTitle('Teas').items.add({ Title: 'Grün' }));
    // SharePoint answers change sets flat, and PnPjs reads nothing else.
    await expect(execute()).rejects.toThrow(TypeError);
    expect(byDefault.asked).toMatchObject([
      // It ends bodies in an empty line, of which one line end is the body's (M-22).
      { line: "POST web/lists/getByTitle('Teas')/items", body: '{"Title":"Grün"}\n' },
    ]);
  });

  test("reads answers to writes with changeSetAnswers: 'flat'", async () => {
    const { batched, execute, note, outcomes } = batchAt(flat);
    // Each object of PnPjs is good for one operation.
    const items = () => batched.web.lists.getByTitle('Teas').items;
    note(0, items()());
    note(1, items().add({ Title: 'Grüner Tee · 緑茶 · 🍵' }));
    note(2, items().getById(7).update({ Title: 'b' }));
    note(3, items().getById(7)());
    await execute();
    expect(lines(flat)).toEqual([
      "GET web/lists/getByTitle('Teas')/items",
      "POST web/lists/getByTitle('Teas')/items",
      "MERGE web/lists/getByTitle('Teas')/items(7)",
      "GET web/lists/getByTitle('Teas')/items(7)",
    ]);
    expect(outcomes).toMatchObject([
      { path: "web/lists/getByTitle('Teas')/items" },
      // PnPjs takes what `value` holds.
      { Title: 'Grüner Tee · 緑茶 · 🍵' },
      expect.anything(),
      { Title: 'b' },
    ]);
    expect(flat.asked[2]?.headers.get('If-Match')).toBe('*');
  });

  test('learns that a change set failed', async () => {
    const { batched, execute, note, outcomes } = batchAt(flat);
    // Each object of PnPjs is good for one operation.
    const items = () => batched.web.lists.getByTitle('Teas').items;
    note(0, items().add({ Title: 'a' }));
    note(1, items().add({ Title: 'Taken' }));
    await execute();
    expect(outcomes).toEqual([{ refused: 409 }, { refused: 409 }]);
  });
});
