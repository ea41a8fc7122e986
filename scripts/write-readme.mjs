// Writes the programs of examples/readme into README.md; with --check it only tells whether they stand there.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const written = readme.replace(
  /(<!-- (examples\/readme\/[\w-]+\.ts) -->\n)(?:```ts\n.*?\n```\n)?/gs,
  (_, marker, file) => {
    const program = readFileSync(new URL(file, root), 'utf8').trimEnd();
    return `${marker}\`\`\`ts\n${program}\n\`\`\`\n`;
  },
);

if (written !== readme && process.argv.includes('--check')) {
  console.error('README.md does not hold the programs of examples/readme: run npm run readme');
  process.exit(1);
}
writeFileSync(new URL('README.md', root), written);
