import type { EncodableBody } from '../../batch/body.ts';
import type { RandomSource } from '../../batch/encode-options.ts';
import type { Issues, Name } from '../../batch/issues.ts';
import type { MultipartLayout } from '../../batch/service.ts';
import type { StreamedBody } from '../../batch/streamed-body.ts';
import type { StreamCut, WrittenBatch } from '../../batch/written-batch.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { multipartMediaType } from '../../mime/boundary.ts';
import { MultipartWriter } from '../../mime/multipart-writer.ts';
import { type Boundaries, type BoundaryPrefixes, chooseBoundaries } from './boundaries.ts';
import { layoutBoundaries } from './layout-boundaries.ts';

/** An HTTP message ready to be put into a part. */
export interface OutgoingMessage {
  /** How issues name it. */
  readonly name: Name;
  readonly contentId: string | undefined;
  /** Start line, headers and the empty line, in octets as characters. */
  readonly head: string;
  readonly body: EncodableBody | StreamedBody | undefined;
}

/** A message, or those of a change set. */
export type OutgoingItem = OutgoingMessage | readonly OutgoingMessage[];

/** Where the boundaries come from. */
export interface BoundarySettings {
  readonly given: string | readonly string[] | undefined;
  readonly prefixes: BoundaryPrefixes;
  readonly random: RandomSource;
  readonly layout?: MultipartLayout | undefined;
}

/** A second try is one chance in 2^128; a third means that the caller's random source is none. */
const TRIES = 3;

/**
 * Writes messages into parts, those of an inner list into a change set.
 *
 * Every octet of the messages is searched for every boundary (M-31). Adds `boundary-in-content`,
 * `boundary-not-checkable`, `invalid-boundary`, `boundary-conflict` to the issues; what is returned is of use only where
 * there are none.
 */
export function writeMessages(
  items: readonly OutgoingItem[],
  settings: BoundarySettings,
  issues: Issues,
): WrittenBatch {
  const changeSetCount = items.filter(isList).length;
  for (let tried = 1; ; tried++) {
    const { given, prefixes, random, layout } = settings;
    // What is streamed can't be searched for a word that is known beforehand.
    const mustBeRandom = tried > 1 || items.flat().some(isStreamed);
    const boundaries =
      layout === undefined
        ? chooseBoundaries(given, changeSetCount, prefixes, random, issues)
        : layoutBoundaries({ layout, given, changeSetCount, prefixes, random, mustBeRandom }, issues);
    // What is wrong with the caller's boundaries comes before what is wrong because of them.
    issues.throwIfAny();
    const writer = new MessageWriter(boundaries, issues, expectedSize(items, boundaries), layout);
    for (const item of items) writer.item(item);
    writer.close();
    const collides = writer.collides();
    if (settings.given !== undefined && writer.cuts.length > 0) refuseGivenBoundary(issues);
    if (!collides) {
      const { contentType, cuts } = writer;
      return { contentType, body: writer.finish(), cuts, token: boundaries.token };
    }
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

/** What is streamed can't be searched before its boundary is told; 128 random bits stand for the search (law 6). */
export function refuseGivenBoundary(issues: Issues): void {
  const message = 'a boundary can be given only where all content is known: leave it out';
  issues.add('options.boundary', 'boundary-not-checkable', message);
}

/** Writes messages one after the other; streamed bodies are left out, and noted. */
export class MessageWriter {
  readonly #boundaries: Boundaries;
  readonly #issues: Issues;
  readonly #writer: ByteWriter;
  readonly #batch: MultipartWriter;
  readonly #layout: MultipartLayout | undefined;
  #changeSetCount = 0;
  #cuts: StreamCut[] = [];
  #places: MessagePlace[] = [];

  /** @param expectedSize how many octets to make room for */
  constructor(boundaries: Boundaries, issues: Issues, expectedSize?: number, layout?: MultipartLayout) {
    this.#boundaries = boundaries;
    this.#layout = layout;
    this.#issues = issues;
    this.#writer = new ByteWriter(expectedSize);
    // Nobody searches these lines for what must not stand in the content.
    this.#writer.postpone(layout?.preamble?.replaceAll('{boundary}', boundaries.batch) ?? '');
    this.#batch = new MultipartWriter(this.#writer, boundaries.batch);
  }

  get contentType(): string {
    return multipartMediaType(this.#boundaries.batch);
  }

  /** The streamed bodies of what was written. */
  get cuts(): readonly StreamCut[] {
    return this.#cuts;
  }

  item(item: OutgoingItem): void {
    if (!isList(item)) {
      this.#message(this.#batch, item);
      return;
    }
    const boundary = this.#boundaries.changeSet(this.#changeSetCount++);
    this.#batch.part('');
    this.#writer.postpone(changeSetHeaders(boundary));
    const nested = new MultipartWriter(this.#writer, boundary);
    for (const message of item) this.#message(nested, message);
    nested.close();
  }

  /** Says that another item comes, so that the one before it is complete already. */
  delimit(): void {
    this.#batch.delimit();
  }

  close(): void {
    this.#batch.close();
    this.#writer.latin1('\r\n');
    this.#writer.postpone(this.#layout?.epilogue ?? '');
  }

  /**
   * Searches all that was written since it was last taken: whether a random boundary occurs in it; issues tell the
   * messages in which one of the caller's does.
   *
   * Boundaries stand in what is postponed, so that one search of the whole is enough.
   */
  collides(): boolean {
    const content = this.#writer.since(0);
    if (this.#boundaries.callersIn(content) !== undefined) this.#nameMessages(content);
    return this.#boundaries.randomIn(content);
  }

  /** All that was written; nothing may be written after it. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#writer.finish();
  }

  /** What was written since it was last taken. */
  take(): Pick<WrittenBatch, 'body' | 'cuts'> {
    const cuts = this.#cuts;
    this.#cuts = [];
    this.#places = [];
    return { body: this.#writer.take(), cuts };
  }

  #message(multipart: MultipartWriter, message: OutgoingMessage): void {
    const { contentId, head, body } = message;
    if (this.#boundaries.hasCallers) this.#places.push({ message, start: this.#writer.length });
    const idLine = contentId === undefined ? '' : `Content-ID: ${contentId}\r\n`;
    const start = `${MESSAGE_HEADERS}${idLine}\r\n${head}`;
    if (body !== undefined && 'content' in body && typeof body.content === 'string') {
      multipart.part(start, body.content + this.#lineBehind(body));
      return;
    }
    multipart.part(start);
    if (body === undefined) return;
    if ('content' in body) this.#writer.bytes(body.content as Uint8Array);
    else this.#cuts.push({ at: this.#writer.length, body });
    this.#writer.latin1(this.#lineBehind(body));
  }

  /** The empty line that a layout wants behind a body. */
  #lineBehind(body: NonNullable<OutgoingMessage['body']>): string {
    if (!this.#layout?.lineBehindBody) return '';
    return 'content' in body && body.content.length === 0 ? '' : '\r\n';
  }

  #nameMessages(content: Uint8Array): void {
    for (const [i, { message, start }] of this.#places.entries()) {
      const rival = this.#boundaries.callersIn(content.subarray(start, this.#places[i + 1]?.start));
      if (rival === undefined) continue;
      this.#issues.add(
        message.name,
        'boundary-in-content',
        `the boundary "${rival}" occurs in the operation: choose another, or none`,
      );
    }
  }
}

/** A message, and where its part begins in what was written. */
interface MessagePlace {
  readonly message: OutgoingMessage;
  readonly start: number;
}

/** Content-Transfer-Encoding is an option of 4.01, but until then a duty, and .NET refuses a part without it (X6). */
const MESSAGE_HEADERS = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n';

function changeSetHeaders(boundary: string): string {
  return `Content-Type: ${multipartMediaType(boundary)}\r\n\r\n`;
}

/** How many octets it all takes if all text is ASCII; where that is too few, they are copied twice. */
function expectedSize(items: readonly OutgoingItem[], { batch, changeSet }: Boundaries): number {
  let size = frameSize(batch, items.length) + '\r\n'.length;
  let changeSetCount = 0;
  for (const item of items) {
    if (!isList(item)) {
      size += messageSize(item);
      continue;
    }
    const boundary = changeSet(changeSetCount++);
    size += changeSetHeaders(boundary).length + frameSize(boundary, item.length);
    for (const message of item) size += messageSize(message);
  }
  return size;
}

/** A delimiter line before each part, the first one without its line end, and the close delimiter. */
function frameSize(boundary: string, parts: number): number {
  return (parts + 1) * `\r\n--${boundary}\r\n`.length - '\r\n'.length;
}

function messageSize({ contentId, head, body }: OutgoingMessage): number {
  const idSize = contentId === undefined ? 0 : 'Content-ID: \r\n'.length + contentId.length;
  return MESSAGE_HEADERS.length + idSize + '\r\n'.length + head.length + heldLength(body);
}

function isStreamed({ body }: OutgoingMessage): boolean {
  return body !== undefined && !('content' in body);
}

function heldLength(body: OutgoingMessage['body']): number {
  return body !== undefined && 'content' in body ? body.content.length : 0;
}

function isList<T>(item: T | readonly T[]): item is readonly T[] {
  return Array.isArray(item);
}
