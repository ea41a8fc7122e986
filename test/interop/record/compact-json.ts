const WIDTH = 110;

/** JSON with what fits on a line on one line, as the fixtures beside the recordings are written. */
export function compactJson(value: unknown): string {
  return print(value, '', 0);
}

/** @param taken what else stands on the first line: a name before, a comma behind */
function print(value: unknown, indent: string, taken: number): string {
  const line = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + taken + line.length <= WIDTH)
    return line;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => inner + print(item, inner, 1))
    : Object.entries(value).map(([key, item]) => {
        const name = `${JSON.stringify(key)}: `;
        return inner + name + print(item, inner, name.length + 1);
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
