import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readText } from './markdown.ts';

const DECISIONS = 'docs/decisions';

/** Documents of the repository, those of packages left out. */
function documents(folder: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist|\.git)$/.test(entry.name) ? [] : documents(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** The names that headings have as targets. */
function anchors(markdown: string): string[] {
  const headings = Array.from(markdown.matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with a link of a document; undefined where it leads somewhere. */
function problemOf(document: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : posix.join(posix.dirname(document), path);
  if (!existsSync(`${ROOT}${target}`)) return `${document}: ${link}: there is no ${target}`;
  if (anchor === undefined || anchors(readText(target)).includes(anchor)) return undefined;
  return `${document}: ${link}: ${target} has no heading of that name`;
}

describe('the documents', () => {
  const all = documents('.');

  it('are found', () => {
    expect(all).toEqual(expect.arrayContaining(['README.md', 'docs/serving.md', 'spec-fixtures/README.md']));
  });

  it.each(all)('%s links to what is there', (document) => {
    const links = Array.from(readText(document).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link);
    const inside = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(
      inside.map((link) => problemOf(document, link)).filter((problem) => problem !== undefined),
    ).toEqual([]);
  });
});

describe('the decisions', () => {
  const files = readdirSync(`${ROOT}${DECISIONS}`).filter((file) => file !== 'README.md');

  it('are numbered from 1, each once, in their names and titles alike', () => {
    const numbers = files.map((_, index) => String(index + 1).padStart(3, '0'));
    expect(files.map((file) => file.slice(0, 3))).toEqual(numbers);
    const titles = files.map((file) => readText(`${DECISIONS}/${file}`).slice(0, '# 000:'.length));
    expect(titles).toEqual(numbers.map((number) => `# ${number}:`));
  });
});
