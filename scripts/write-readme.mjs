// Writes programs that tests run into the documents that name them; with --check it only tells whether they stand there.
import { readFileSync, writeFileSync } from 'node:fs';

const DOCUMENTS = [
  'README.md',
  'docs/guides/sending.md',
  'docs/jobs.md',
  'docs/serving.md',
  'docs/services/README.md',
];
const PROGRAM = /(<!-- ((?:examples|test)\/[\w/-]+\.ts) -->\n)(?:```ts\n.*?\n```\n)?/gs;

const root = new URL('../', import.meta.url);
for (const name of DOCUMENTS) {
  const document = readFileSync(new URL(name, root), 'utf8');
  const written = document.replace(PROGRAM, (_, marker, file) => {
    const program = readFileSync(new URL(file, root), 'utf8').trimEnd();
    return `${marker}\`\`\`ts\n${program}\n\`\`\`\n`;
  });
  if (written === document) continue;
  if (process.argv.includes('--check')) {
    console.error(`${name} does not hold its programs: run npm run readme`);
    process.exitCode = 1;
  } else writeFileSync(new URL(name, root), written);
}
