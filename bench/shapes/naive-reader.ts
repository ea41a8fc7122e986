/** One HTTP message of a batch, read by splitting text: slow, simple and independent of every parser measured here. */
export interface NaiveMessage {
  readonly startLine: string;
  readonly body: Buffer;
}

/** The messages of a batch in order, change sets flattened. Good for messages whose bodies hold no delimiter line. */
export function readNaively(bytes: Uint8Array, contentType: string): NaiveMessage[] {
  return parts(Buffer.from(bytes).toString('latin1'), contentType);
}

function parts(text: string, contentType: string): NaiveMessage[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const [head, ...rest] = `\r\n${text}`.split(`\r\n--${boundary}--`);
  if (head === undefined || rest.length === 0) throw new Error('no close delimiter');
  return head.split(`\r\n--${boundary}\r\n`).slice(1).flatMap(messagesOf);
}

function messagesOf(part: string): NaiveMessage[] {
  const [headers, content] = cut(part, '\r\n\r\n');
  const contentType = /^content-type:(.*)$/im.exec(headers)?.[1]?.trim() ?? '';
  if (contentType.startsWith('multipart/mixed')) return parts(content, contentType);
  // RFC 9112 section 2.2: empty lines before the start line are ignored.
  const [head, body] = cut(content.replace(/^(\r\n)+/, ''), '\r\n\r\n');
  return [{ startLine: cut(head, '\r\n')[0], body: Buffer.from(body, 'latin1') }];
}

function cut(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + at.length)];
}
