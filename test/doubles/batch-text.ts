// Batches as text, read and written by hand: what the codec makes must mean the same to somebody who never saw it.

/** One request, alone or out of a batch. */
export interface TextRequest {
  readonly method: string;
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One answer. */
export interface TextAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function readFields(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

/** The requests of a multipart batch without change sets. */
export function readBatch(contentType: string, body: string): TextRequest[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error('no boundary');
  const [, ...parts] = body.split(`--${boundary}`);
  const end = parts.findIndex((part) => part.startsWith('--'));
  if (end === -1) throw new Error('no close delimiter');
  return parts.slice(0, end).map((part) => {
    const [, , request = ''] = /^(\r\n.*?)\r\n\r\n(.*)\r\n$/s.exec(part) ?? [];
    const [head = '', ...rest] = request.split('\r\n\r\n');
    const [line = '', ...fields] = head.split('\r\n');
    const [method = '', url = ''] = line.split(' ');
    return { method, url, headers: readFields(fields), body: rest.join('\r\n\r\n').trim() };
  });
}

/** A multipart answer. */
export function writeBatch(answers: readonly TextAnswer[], boundary: string): string {
  const parts = answers.map(({ status, headers = {}, body = '' }) => {
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n';
    return `--${boundary}\r\n${head}HTTP/1.1 ${status} X\r\n${fields.join('')}\r\n${body}\r\n`;
  });
  return `${parts.join('')}--${boundary}--\r\n`;
}
