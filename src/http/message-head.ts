import { reasonPhrase } from './reason-phrase.ts';

type Fields = Iterable<readonly [name: string, value: string]>;

/** Request line, headers and the empty line behind them (RFC 9112 section 3). */
export function requestHead(
  method: string,
  target: string,
  headers: Fields,
  toLines: ToLines = fieldLines,
): string {
  return `${method} ${target} HTTP/1.1\r\n${toLines(headers)}\r\n`;
}

/** Status line, headers and the empty line behind them (RFC 9112 section 4). */
export function responseHead(status: number, statusText: string | undefined, headers: Fields): string {
  return `HTTP/1.1 ${status} ${statusText || reasonPhrase(status)}\r\n${fieldLines(headers)}\r\n`;
}

/** Writes headers as lines. */
export type ToLines = (headers: Fields) => string;

/** Writes headers as lines; the very list that it was given last it does not write again. */
export function rememberingFieldLines(): ToLines {
  let last: Fields = [];
  let lines = '';
  return (headers) => {
    if (headers !== last) lines = fieldLines(headers);
    last = headers;
    return lines;
  };
}

function fieldLines(headers: Fields): string {
  let lines = '';
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
  return lines;
}
