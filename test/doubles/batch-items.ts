// Batches in both formats, with change sets, read and written by hand.
import { readFields, type TextAnswer, type TextRequest } from './batch-text.ts';

/** A request inside a batch, and by what its answer is known. */
export interface ItemRequest extends TextRequest {
  readonly id: string | undefined;
}

/** An answer to one request, and by what it is known. */
export interface ItemAnswer extends TextAnswer {
  readonly id: string | undefined;
}

export type RequestItem = ItemRequest | readonly ItemRequest[];
export type AnswerItem = ItemAnswer | readonly ItemAnswer[];

const BOUNDARY = 'answer';

/** The operations of a batch, those of a change set together. */
export function readItems(contentType: string, body: string): RequestItem[] {
  return contentType.startsWith('application/json') ? readJson(body) : readMultipart(contentType, body);
}

/** An answer in the format of its request. */
export function writeItems(contentType: string, items: readonly AnswerItem[]): TextAnswer {
  if (!contentType.startsWith('application/json')) {
    const headers = { 'Content-Type': `multipart/mixed; boundary=${BOUNDARY}` };
    return { status: 200, headers, body: writeMultipart(items, BOUNDARY) };
  }
  const responses = items.flatMap((item, place) =>
    [item].flat().map(({ id, status, headers, body }) => ({
      id,
      ...(Array.isArray(item) && { atomicityGroup: `g${place}` }),
      status,
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body: JSON.parse(body) }),
    })),
  );
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ responses }),
  };
}

interface JsonRequest {
  readonly id: string;
  readonly atomicityGroup?: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function readJson(text: string): RequestItem[] {
  const items: RequestItem[] = [];
  const groups = new Map<string, ItemRequest[]>();
  for (const request of (JSON.parse(text) as { requests: JsonRequest[] }).requests) {
    const { id, atomicityGroup, method, url, headers = {}, body } = request;
    const fields = readFields(Object.entries(headers).map(([name, value]) => `${name}: ${value}`));
    const item = { id, method: method.toUpperCase(), url, headers: fields, body: JSON.stringify(body) ?? '' };
    const group = atomicityGroup === undefined ? undefined : groups.get(atomicityGroup);
    if (group !== undefined) group.push(item);
    else if (atomicityGroup === undefined) items.push(item);
    else {
      const opened = [item];
      groups.set(atomicityGroup, opened);
      items.push(opened);
    }
  }
  return items;
}

function readMultipart(contentType: string, body: string): RequestItem[] {
  return partsOf(contentType, body).map((part) => {
    const [fields, content] = headAndBody(part);
    const type = fields['content-type'] ?? '';
    if (type.startsWith('multipart/')) return partsOf(type, content).map(readPart);
    return readPart(part);
  });
}

function partsOf(contentType: string, body: string): string[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  const [, ...parts] = `\r\n${body}`.split(`\r\n--${boundary}`);
  const end = parts.findIndex((part) => part.startsWith('--'));
  if (boundary === undefined || end === -1) throw new Error('no batch');
  return parts.slice(0, end).map((part) => part.slice(2));
}

function readPart(part: string): ItemRequest {
  const [fields, request] = headAndBody(part);
  const [line = ''] = request.split('\r\n');
  const [method = '', url = ''] = line.split(' ');
  const [headers, body] = headAndBody(request.slice(line.length + 2));
  const id = fields['content-id'] ?? headers['content-id'];
  return { id, method, url, headers, body: body.trim() };
}

function headAndBody(text: string): [Record<string, string>, string] {
  const end = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n') + 2;
  const lines = text.slice(0, end).split('\r\n');
  return [readFields(lines.filter((line) => line.includes(':'))), text.slice(end + 2)];
}

function writeMultipart(items: readonly AnswerItem[], boundary: string): string {
  const parts = items.map((item, place) => {
    if (!Array.isArray(item)) return `--${boundary}\r\n${writePart(item as ItemAnswer)}\r\n`;
    const inner = `set${place}`;
    const set = writeMultipart(item as readonly ItemAnswer[], inner);
    return `--${boundary}\r\nContent-Type: multipart/mixed; boundary=${inner}\r\n\r\n${set}\r\n`;
  });
  return `${parts.join('')}--${boundary}--\r\n`;
}

function writePart({ id, status, headers = {}, body = '' }: ItemAnswer): string {
  const known = id === undefined ? '' : `Content-ID: ${id}\r\n`;
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n${known}\r\n`;
  return `${head}HTTP/1.1 ${status} X\r\n${fields.join('')}\r\n${body}`;
}
