// A second, deliberately simple reader: what a recording means must not come from the codec under test. It
// knows the boundary, trusts the bytes and checks nothing.

export interface SplitMessage {
  readonly startLine: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly id?: string;
  readonly body?: { readonly text: string };
}

/** The HTTP messages of a multipart body; a nested multipart is a list in the list. */
export function splitMultipart(body: string, contentType: string): (SplitMessage | SplitMessage[])[] {
  return parts(body, contentType).map((part) => {
    const { headers, rest } = splitHead(part);
    const type = headerOf(headers, 'content-type') ?? '';
    return type.startsWith('multipart/')
      ? parts(rest, type).map((inner) => splitPart(inner))
      : splitPart(part);
  });
}

function parts(body: string, contentType: string): string[] {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const between = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1);
  const end = between.findIndex((text) => text.startsWith('--'));
  if (end < 0) throw new Error('no close delimiter');
  return between.slice(0, end).map((text) => text.slice(text.indexOf('\r\n') + 2));
}

function splitPart(part: string): SplitMessage {
  const outer = splitHead(part);
  const message = outer.rest.replace(/^(?:\r\n)+/, '');
  const lineEnd = message.indexOf('\r\n');
  const startLine = message.slice(0, lineEnd);
  const { headers, rest } = splitHead(message.slice(lineEnd + 2));
  const id = headerOf(outer.headers, 'content-id') ?? headerOf(headers, 'content-id');
  const bodyless = /^(?:GET|HEAD|DELETE) |^HTTP\/1\.1 (?:1\d\d|204|304)\b/.test(startLine);
  const empty = rest === '' || (bodyless && /^[\r\n]*$/.test(rest));
  return {
    startLine,
    headers,
    ...(id === undefined ? {} : { id }),
    ...(empty ? {} : { body: { text: rest } }),
  };
}

function splitHead(text: string): { headers: [string, string][]; rest: string } {
  if (text.startsWith('\r\n')) return { headers: [], rest: text.slice(2) };
  const end = text.indexOf('\r\n\r\n');
  const lines = (end < 0 ? text : text.slice(0, end)).split('\r\n').filter((line) => line !== '');
  return {
    headers: lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
    rest: end < 0 ? '' : text.slice(end + 4),
  };
}

function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
