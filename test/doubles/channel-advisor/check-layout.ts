/** What a body has to agree with. */
export interface ExpectedLayout {
  /** That of the header: "this value must be identical for the request to execute". */
  readonly boundary: string;
  /** Who reads a set finds its parts behind a blank line, which the tables do not print. */
  readonly reads: 'parts' | 'set';
}

/**
 * What is wrong with the body of a batch by the two tables of the page "Batch Requests"; undefined where nothing is. It goes line
 * by line and knows nothing of the codec.
 */
export function checkLayout(body: string, { boundary, reads }: ExpectedLayout): string | undefined {
  if (!/^[A-Za-z0-9]+$/.test(boundary)) return 'the boundary has special characters';
  if (/(?<!\r)\n/.test(body)) return 'a line ends without CR';
  const lines = body.split('\r\n');
  if (lines.pop() !== '') return 'the last line does not end';

  const isFlat = lines[0] === `--${boundary}`;
  const wrapper = isFlat ? [] : ['--batch', `Content-Type: multipart/mixed; boundary=${boundary}`];
  for (const [index, line] of wrapper.entries()) {
    if (lines[index] !== line) return `line ${index + 1} is not ${line}`;
  }
  const end = isFlat ? [`--${boundary}--`] : [`--${boundary}--`, '--batch--'];
  for (const line of end.reverse()) if (lines.pop() !== line) return `${line} is missing at the end`;

  const parts: string[][] = [];
  const isSpaced = reads === 'set' && lines[wrapper.length] === '';
  for (const line of lines.slice(wrapper.length + Number(isSpaced))) {
    if (line === `--${boundary}`) parts.push([]);
    else if (parts.length === 0) return 'a line stands before the first request';
    else parts.at(-1)?.push(line);
  }
  if (parts.length === 0) return 'there is no request';
  for (const [index, part] of parts.entries()) {
    const problem = checkPart(part, index + 1);
    if (problem !== undefined) return `request ${index + 1}: ${problem}`;
  }
  return undefined;
}

function checkPart(lines: readonly string[], number: number): string | undefined {
  const [type, encoding, id, blank, request = '', ...rest] = lines;
  if (type !== 'Content-Type: application/http') return 'expected Content-Type: application/http';
  if (encoding !== 'Content-Transfer-Encoding: binary') return 'expected Content-Transfer-Encoding: binary';
  if (id !== `Content-ID: ${number}`) return `expected Content-ID: ${number}`;
  if (blank !== '') return 'expected a new line behind the headers';
  const [, method = ''] = /^(GET|POST|PUT|PATCH|DELETE) https?:\/\/\S+ HTTP\/1\.1$/.exec(request) ?? [];
  if (method === '') return 'expected a method, a full URL and HTTP/1.1';

  const empty = rest.indexOf('');
  const headers = rest.slice(0, empty);
  if (empty === -1) return 'expected a new line behind the request';
  if (headers.some((line) => /^(authorization|content-id):/i.test(line)))
    return 'a header that belongs elsewhere';
  const body = rest.slice(empty + 1);
  if (body.at(-1) !== '') return 'expected a new line at the end';
  const content = body.slice(0, -1).join('\r\n');
  const isJson = headers.includes('Content-Type: application/json');
  if (content === '') return isJson ? 'a Content-Type without a body' : undefined;
  if (method === 'GET' || method === 'DELETE') return `a body behind ${method}`;
  if (!isJson) return 'expected Content-Type: application/json';
  try {
    JSON.parse(content);
    return undefined;
  } catch {
    return 'the body is no JSON';
  }
}
