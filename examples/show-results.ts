import type { ErrorResults } from 'odata-batch-codec';

type Result = Exclude<ErrorResults[number], readonly unknown[]>;

/** A table of results, one line for each operation. */
export function showResults(results: ErrorResults): string {
  const rows = results
    .flat()
    .map((result) => [
      result.path.join('.'),
      operationText(result, results.flat()),
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
function operationText({ operation }: Result, all: readonly Result[]): string {
  if (operation === undefined) return '';
  const { method, url } = operation;
  if (typeof url === 'string') return `${method} ${url}`;
  if ('href' in url) return `${method} ${url.href}`;
  const { target, path } = url;
  const id = typeof target === 'string' ? target : all.find(({ operation }) => operation === target)?.id;
  return `${method} $${id}${path}`;
}

function detail(result: Result): string {
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
