/** How many lines and how many characters of each are shown. */
const MAX_LINES = 200;
const MAX_LINE = 160;

/** An HTTP message for people to read: line ends as `␍␊`, octets that are no text as `·`, secrets left out. */
export function showMessage(
  startLine: string,
  headers: Iterable<[string, string]>,
  body: Uint8Array,
): string {
  const fields = [...headers].map(([name, value]) => `${name}: ${isSecret(name) ? '…' : value}␍␊`);
  return [`${startLine}␍␊`, ...fields, '␍␊', showOctets(body)].join('\n');
}

function showOctets(body: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(body).replace(/[^\P{C}\r\n]|\uFFFD/gu, '·');
  const lines = text
    .replaceAll('\r\n', '␍␊\n')
    .replaceAll(/\r(?!\n)/g, '␍')
    .replaceAll(/(?<!␊)\n/g, '␊\n')
    .split('\n');
  const shown = lines.slice(0, MAX_LINES).map(shorten);
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, `… ${more} more lines`].join('\n') : shown.join('\n');
}

function shorten(line: string): string {
  if (line.length <= MAX_LINE) return line;
  return `${line.slice(0, MAX_LINE)}… ${line.length - MAX_LINE} more${line.endsWith('␍␊') ? '␍␊' : ''}`;
}

function isSecret(name: string): boolean {
  return /^(authorization|proxy-authorization|cookie|set-cookie|x-csrf-token|x-api-key)$/i.test(name);
}
