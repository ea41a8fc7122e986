import type { BatchMessage } from '../../src/formats/open-message.ts';
import { crlf, octets } from './build-octets.ts';

/** One `application/http` part of an answer. */
export interface AnswerPart {
  readonly status: number;
  readonly id?: string | undefined;
  readonly headers?: readonly string[] | undefined;
  readonly body?: string | undefined;
}

export type AnswerItem = AnswerPart | readonly AnswerPart[];

/** The multipart answer to a batch, written without the codec: boundary `b`, change sets `cs0`, `cs1`, … */
export function buildAnswer(items: readonly AnswerItem[], status = 200): BatchMessage {
  return { status, contentType: 'multipart/mixed; boundary=b', body: octets(answerText(items)) };
}

export function answerText(items: readonly AnswerItem[]): string {
  return `${items.map((item, index) => `--b\r\n${itemText(item, index)}\r\n`).join('')}--b--\r\n`;
}

function itemText(item: AnswerItem, index: number): string {
  if (!isNest(item)) return partText(item);
  const members = item.map((part) => `--cs${index}\r\n${partText(part)}\r\n`).join('');
  return `Content-Type: multipart/mixed; boundary=cs${index}\r\n\r\n${members}--cs${index}--`;
}

function partText({ status, id, headers = [], body = '' }: AnswerPart): string {
  const contentId = id === undefined ? [] : [`Content-ID: ${id}`];
  const head = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary', ...contentId, ''];
  return crlf(...head, `HTTP/1.1 ${status} Reason`, ...headers, '') + body;
}

function isNest(item: AnswerItem): item is readonly AnswerPart[] {
  return Array.isArray(item);
}
