import { parseMultipartMessage } from '@apeleghq/multipart-parser';
import { type MimePart, readAnswers } from './http-answer.ts';
import { packageVersion } from './package-version.ts';
import type { Peer } from './peer.ts';

/** Reads a stream; the parts of nested multiparts are read as multiparts of their own, as with the other parsers. */
export const apeleghq: Peer = {
  name: '@apeleghq/multipart-parser',
  version: packageVersion('@apeleghq/multipart-parser'),
  decoder: () => (bytes, contentType) => readAnswers(readParts, bytes, contentType),
  pushParser(boundary) {
    let feed: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        feed = controller;
      },
    });
    const frame = count(stream, boundary);
    // Whoever waits for the end hears of it.
    frame.catch(() => {});
    return {
      write: (chunk) => feed?.enqueue(chunk),
      end() {
        feed?.close();
        return frame;
      },
    };
  },
};

async function readParts(octets: Uint8Array, boundary: string): Promise<MimePart[]> {
  const parts: MimePart[] = [];
  for await (const { headers, body } of parseMultipartMessage(
    new Blob([octets as BlobPart]).stream(),
    boundary,
  )) {
    parts.push({ contentType: headers.get('content-type') ?? '', octets: body ?? new Uint8Array(0) });
  }
  return parts;
}

async function count(stream: ReadableStream<Uint8Array>, boundary: string) {
  const frame = { parts: 0, octets: 0 };
  for await (const { body } of parseMultipartMessage(stream, boundary)) {
    frame.parts++;
    frame.octets += body?.length ?? 0;
  }
  return frame;
}
