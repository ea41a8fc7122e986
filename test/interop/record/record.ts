import { fileURLToPath } from 'node:url';
import { recordAll } from './record-all.ts';

// npm run record [-- folder]: writes spec-fixtures/recorded anew. Two runs give the same bytes.

const folder = process.argv[2] ?? fileURLToPath(new URL('../../../spec-fixtures/recorded', import.meta.url));
const { files, write } = await recordAll();
await write(folder);
console.log(`${files.size} files in ${folder}`);
