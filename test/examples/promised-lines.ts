/** What a program says that it prints: the comments behind its console.log calls, and those below one in a loop. */
export function promisedLines(program: string): string[] {
  const lines = program.split('\n');
  return lines.flatMap((line, index) => {
    const [, behind] = /console\.log\(.*;\s*\/\/ (.*)$/.exec(line) ?? [];
    if (behind !== undefined) return [behind];
    if (!line.includes('console.log(')) return [];
    const below = lines.slice(index + 1);
    const start = below.findIndex((next) => /^\s*\/\/ /.test(next));
    // A loop whose body stands on several lines ends before they do.
    if (
      start === -1 ||
      !below.slice(0, start).every((next) => /^\s*[)}\]];?\s*$/.test(next) || next.trim() === '')
    )
      return [];
    const rest = below.slice(start);
    const end = rest.findIndex((next) => !/^\s*\/\/ /.test(next));
    return (end === -1 ? rest : rest.slice(0, end)).map((next) => next.replace(/^\s*\/\/ /, ''));
  });
}
