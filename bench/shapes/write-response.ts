import { BOUNDARY, isChangeSet, type Shape, type ShapeAnswer } from './shape.ts';

/** What a client sends as Content-ID: the operation's place in the batch, its place in its change set, and that one's place. */
export type ContentIdOf = (place: number, member: number, set: number) => string;

/** What push parsers count. */
export interface Frame {
  readonly parts: number;
  /** Of the parts' bodies. */
  readonly octets: number;
}

/** A shape as it comes over the wire. */
export interface Message {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly frame: Frame;
}

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 204: 'No Content' };
const CHANGE_SET_BOUNDARY = 'changesetresponse_7b3d0c1e-55aa-4c29-8a54-2e0d5b1f';

/** Writes the answer of a service that echoes the Content-IDs which its client sends. */
export function writeResponse(shape: Shape, contentIdOf: ContentIdOf): Message {
  const chunks: Buffer[] = [];
  let place = 0;
  let octets = 0;
  shape.items.forEach((item, set) => {
    chunks.push(Buffer.from(`--${BOUNDARY}\r\n`));
    let body: Buffer;
    if (isChangeSet(item)) {
      const boundary = `${CHANGE_SET_BOUNDARY}${set}`;
      const members = item.map((answer, member) => {
        const id = contentIdOf(place++, member, set);
        return Buffer.concat([Buffer.from(`--${boundary}\r\n`), ...part(answer, id)]);
      });
      body = Buffer.concat([...members, Buffer.from(`--${boundary}--\r\n`)]);
      chunks.push(Buffer.from(`Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n`));
    } else {
      body = message(item);
      place++;
      chunks.push(partHead(undefined));
    }
    octets += body.length;
    chunks.push(body, Buffer.from('\r\n'));
  });
  chunks.push(Buffer.from(`--${BOUNDARY}--\r\n`));
  return {
    contentType: `multipart/mixed; boundary=${BOUNDARY}`,
    bytes: Buffer.concat(chunks),
    frame: { parts: shape.items.length, octets },
  };
}

function part(answer: ShapeAnswer, contentId: string): Buffer[] {
  return [partHead(contentId), message(answer), Buffer.from('\r\n')];
}

function partHead(contentId: string | undefined): Buffer {
  const id = contentId === undefined ? '' : `Content-ID: ${contentId}\r\n`;
  return Buffer.from(`Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n${id}\r\n`);
}

function message({ status, headers, body }: ShapeAnswer): Buffer {
  const head = [`HTTP/1.1 ${status} ${REASONS[status]}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}
