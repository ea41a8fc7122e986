import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { recordAll } from './record-all.ts';

const folder = new URL('../../../spec-fixtures/recorded/', import.meta.url);

test('servers and clients say today what spec-fixtures/recorded has of them', async () => {
  const { files } = await recordAll();
  expect((await readdir(folder)).sort()).toEqual([...files.keys()].sort());
  for (const [name, content] of files) {
    expect((await readFile(new URL(name, folder))).toString('latin1'), name).toBe(
      Buffer.from(content).toString('latin1'),
    );
  }
});
