import { machineText } from './machine.ts';
import type { Section } from './tables.ts';

/** The file that a run leaves behind. */
export function resultsMarkdown(sections: readonly Section[], date: Date, rounds: string): string {
  return `# Results

Written by \`npm run bench\` on ${date.toISOString().slice(0, 10)}: ${machineText()}. One process, ${rounds} rounds in turn after a
warm-up; how it is measured: [README.md](README.md).

![The ratios of this run](results.svg)

${sections.map(({ title, text, table }) => `## ${title}\n\n${text}\n\n${table}`).join('\n\n')}
`;
}
