import type { Plan } from 'odata-batch-codec';

/** What a service's rules made of the operations of a batch, and what is doubtful about it; one line for each. */
export function showRewrites({ items, warnings }: Plan): string {
  const rewrites = items.flat().flatMap(({ rewrite, operation, method }) => {
    if (rewrite === undefined) return [];
    return [
      `${rewrite.rule.padEnd(18)} ${operation.method} ${rewrite.from}\n${' '.repeat(19)}${method} ${rewrite.to}`,
    ];
  });
  return [...rewrites, ...warnings.map(({ path, message }) => `warning: ${path}: ${message}`)].join('\n');
}
