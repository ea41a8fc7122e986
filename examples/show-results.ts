import type { OperationResult } from 'odata-batch-codec';

/** A table of results, one line for each operation. */
export function showResults(results: readonly (OperationResult | readonly OperationResult[])[]): string {
  const rows = results
    .flat()
    .map((result) => [
      result.path.join('.'),
      `${result.operation.method} ${urlOf(result, results.flat())}`,
      result.outcome,
      'status' in result ? String(result.status) : '',
      detail(result),
    ]);
  const table = [['place', 'operation', 'outcome', 'status', 'detail'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A reference is shown as it went out: `$2/Photo`. */
function urlOf({ operation: { url } }: OperationResult, all: readonly OperationResult[]): string {
  if (typeof url === 'string') return url;
  if ('href' in url) return url.href;
  const { target, path } = url;
  const id = typeof target === 'string' ? target : all.find(({ operation }) => operation === target)?.id;
  return `$${id}${path}`;
}

function detail(result: OperationResult): string {
  switch (result.outcome) {
    case 'succeeded':
      return shorten(result.value === undefined ? '' : valueText(result.value));
    case 'failed':
      return shorten(`${result.error.code}: ${result.error.message}`);
    case 'rolled-back':
      return shorten(`because of ${result.cause.error.code}: ${result.cause.error.message}`);
    case 'invalid':
      return shorten(result.issues.map(({ message }) => message).join('; '));
    case 'pending':
      return shorten(result.monitor);
    case 'unknown':
      return shorten(result.cause.message);
    default:
      return '';
  }
}

function valueText(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} octets`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= 90 ? line : `${line.slice(0, 90)}…`;
}
