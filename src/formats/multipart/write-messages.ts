import type { EncodableBody } from '../../batch/body.ts';
import type { RandomSource } from '../../batch/encode-options.ts';
import type { Issues } from '../../batch/issues.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { multipartMediaType } from '../../mime/boundary.ts';
import { MultipartWriter } from '../../mime/multipart-writer.ts';
import { type Boundaries, type BoundaryPrefixes, chooseBoundaries } from './boundaries.ts';

/** An HTTP message ready to be put into a part. */
export interface OutgoingMessage {
  /** How issues name it. */
  readonly name: string;
  readonly contentId: string | undefined;
  /** Start line, headers and the empty line, in octets as characters. */
  readonly head: string;
  readonly body: EncodableBody | undefined;
}

/** A multipart body and its Content-Type. */
export interface WrittenBatch {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Where the boundaries come from. */
export interface BoundarySettings {
  readonly given: string | readonly string[] | undefined;
  readonly prefixes: BoundaryPrefixes;
  readonly random: RandomSource;
}

/** A second try is one chance in 2^128; a third means that the caller's random source is none. */
const TRIES = 3;

/**
 * Writes messages into parts, those of an inner list into a change set.
 *
 * Every message is searched for every boundary as soon as it is written (M-31). Adds `boundary-in-content`,
 * `invalid-boundary`, `boundary-conflict` to the issues; what is returned is of use only where there are none.
 */
export function writeMessages(
  items: readonly (OutgoingMessage | readonly OutgoingMessage[])[],
  settings: BoundarySettings,
  issues: Issues,
): WrittenBatch {
  const changeSetCount = items.filter(isList).length;
  for (let tried = 1; ; tried++) {
    const boundaries = chooseBoundaries(
      settings.given,
      changeSetCount,
      settings.prefixes,
      settings.random,
      issues,
    );
    // What is wrong with the caller's boundaries comes before what is wrong because of them.
    issues.throwIfAny();
    const body = write(items, boundaries, issues);
    if (body !== undefined) return { contentType: multipartMediaType(boundaries.batch), body };
    if (tried === TRIES) {
      issues.add(
        'options.random',
        'boundary-in-content',
        'the random boundaries occur in the content again and again',
      );
      issues.throwIfAny();
    }
  }
}

/** The octets; undefined where a random boundary occurs in them. */
function write(
  items: readonly (OutgoingMessage | readonly OutgoingMessage[])[],
  boundaries: Boundaries,
  issues: Issues,
): Uint8Array<ArrayBuffer> | undefined {
  const writer = new ByteWriter(expectedSize(items));
  const batch = new MultipartWriter(writer, boundaries.batch);
  let collided = false;
  const put = (multipart: MultipartWriter, message: OutgoingMessage) => {
    const written = putMessage(writer, multipart, message);
    const rival = boundaries.callersIn(written);
    if (rival !== undefined) {
      issues.add(
        message.name,
        'boundary-in-content',
        `the boundary "${rival}" occurs in the operation: choose another, or none`,
      );
    }
    collided ||= boundaries.randomIn(written);
  };

  let changeSet = 0;
  for (const item of items) {
    if (!isList(item)) {
      put(batch, item);
      continue;
    }
    const boundary = boundaries.changeSets[changeSet++] as string;
    batch.part(`Content-Type: ${multipartMediaType(boundary)}\r\n\r\n`);
    const nested = new MultipartWriter(writer, boundary);
    for (const message of item) put(nested, message);
    nested.close();
  }
  batch.close();
  writer.latin1('\r\n');
  return collided ? undefined : writer.finish();
}

/** Writes a part; returns what stands in it, headers and message, which must hold no boundary. */
function putMessage(writer: ByteWriter, multipart: MultipartWriter, message: OutgoingMessage): Uint8Array {
  const { contentId, head, body } = message;
  const idLine = contentId === undefined ? '' : `Content-ID: ${contentId}\r\n`;
  const start = multipart.part(`${MESSAGE_HEADERS}${idLine}\r\n${head}`);
  if (typeof body?.content === 'string') writer.utf8(body.content);
  else if (body !== undefined) writer.bytes(body.content);
  return writer.since(start);
}

/** Content-Transfer-Encoding is an option of 4.01, but until then a duty, and .NET refuses a part without it (X6). */
const MESSAGE_HEADERS = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n';

/** Octets that the frame of one part takes, roughly. */
const FRAME = 160;

/** How many octets to make room for; text beyond ASCII takes more. */
function expectedSize(items: readonly (OutgoingMessage | readonly OutgoingMessage[])[]): number {
  let size = FRAME;
  for (const { head, body } of items.flat()) size += FRAME + head.length + (body?.content.length ?? 0);
  return size + FRAME * items.length;
}

function isList<T>(item: T | readonly T[]): item is readonly T[] {
  return Array.isArray(item);
}
