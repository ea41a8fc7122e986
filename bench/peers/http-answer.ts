import type { Answer } from './peer.ts';

/** A part of a multipart, as the generic parsers give it. */
export interface MimePart {
  readonly contentType: string;
  readonly octets: Uint8Array;
}

export type PartReader = (octets: Uint8Array, boundary: string) => MimePart[] | Promise<MimePart[]>;

/**
 * What a user of a generic multipart parser has to write to read a batch: nested multiparts and HTTP messages. It is as
 * short as it can be, so that the parser is what is measured.
 */
export async function readAnswers(
  read: PartReader,
  octets: Uint8Array,
  contentType: string,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const part of await read(octets, boundaryOf(contentType))) {
    if (part.contentType.startsWith('multipart/')) {
      answers.push(...(await readAnswers(read, part.octets, part.contentType)));
    } else {
      answers.push(httpAnswer(part.octets));
    }
  }
  return answers;
}

function boundaryOf(contentType: string): string {
  return contentType.slice(contentType.indexOf('boundary=') + 'boundary='.length);
}

function httpAnswer(octets: Uint8Array): Answer {
  const message = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const body = message.indexOf('\r\n\r\n') + 4;
  return { status: Number(message.toString('latin1', 9, 12)), octets: message.subarray(body) };
}
