import { ByteWriter } from '../../bytes/byte-writer.ts';
import { countLineFeeds } from '../../bytes/line-feeds.ts';
import { excerptAt, LineIndex } from '../../bytes/position.ts';
import { BatchLimitError, type SyntaxErrorPlace } from '../../errors.ts';
import { MultipartScanner } from '../../mime/multipart-scanner.ts';
import {
  BEGINNING_BYTES,
  type LineEndMistake,
  PartPath,
  type Path,
  type Places,
  type Reading,
} from '../../reading.ts';
import type { MultipartEnd, RawPart } from './read-parts.ts';

/**
 * The path of a part that has octets of its own: it tells lines after the chunks that the part came in are gone.
 *
 * It holds them itself, since a WeakMap would keep all parts alive until V8 marks its whole heap: a short collection takes
 * the values of a WeakMap for reachable.
 */
class StreamedPath extends PartPath {
  /** The part, from its header block on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where in the message they begin, and in which line. */
  readonly base: number;
  readonly line: number;
  #lines: LineIndex | undefined;

  constructor(
    index: number,
    bytes: Uint8Array<ArrayBuffer>,
    base: number,
    line: number,
    mistake: LineEndMistake | undefined,
  ) {
    super(undefined, index, mistake);
    this.bytes = bytes;
    this.base = base;
    this.line = line;
  }

  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.bytes);
    return this.#lines;
  }
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** What a {@link PartStream} tells, in the order of the octets. */
export interface PartEvents {
  /** A part has ended; nothing behind it was looked at yet. */
  part(part: RawPart): void;
  /** Parts that are not to be held; absent where all are. */
  readonly large?: LargeParts | undefined;
}

/** Takes the contents of parts that are too large to be held. */
export interface LargeParts {
  /** Octets of a part's content from which on it is large. */
  readonly threshold: number;
  /**
   * Asked when a part turns out to be large, with what is there of it, again whenever that has doubled, and at its end, until
   * it answers with a sink for the octets to come. A part that has one is told to the sink only.
   */
  open(part: RawPart): PartSink | undefined;
}

/** Where the rest of a large part goes. */
export interface PartSink {
  write(octets: Uint8Array): void;
  /** The part has ended: by a delimiter (`whole`), or with the message. */
  end(whole: boolean): void;
}

/** Cuts a multipart that comes in chunks into whole parts; holds one part, and no more of the message. */
export class PartStream implements Places {
  readonly #reading: Reading;
  readonly #scanner: MultipartScanner;
  readonly #events: PartEvents;
  readonly #beginning = new Uint8Array(BEGINNING_BYTES);
  #size = 0;
  #chunk: Uint8Array = NOTHING;
  /** Line feeds before the octet `#countedTo`, which is in the chunk or at its edge. */
  #lineFeeds = 0;
  #countedTo = 0;

  // The part at hand, from its header block on, in one piece: most parts are copied once, all in all.
  /** Its octets so far, but for those in the chunk. One for all parts: room that is made once leaves no garbage behind. */
  readonly #held = new ByteWriter(0);
  /** Its octets in the chunk. */
  #from = 0;
  #to = 0;
  #base = 0;
  #line = 1;
  #headerLength = 0;
  #bodyStart = 0;
  /** How much of its content has to be there before it is asked whether it is to be held. */
  #askAt = 0;
  #sink: PartSink | undefined;

  constructor(boundary: string, reading: Reading, events: PartEvents) {
    this.#reading = reading;
    this.#events = events;
    this.#scanner = new MultipartScanner(
      { boundary, offset: 0, partsLimit: 'maxParts', path: '', reading },
      {
        partBegin: (window, start, end, body, offset) => this.#begin(window, start, end, body, offset),
        data: (window, start, end) => this.#data(window, start, end),
        partEnd: (_, whole) => this.#end(whole),
      },
    );
  }

  /** Octets so far. */
  get size(): number {
    return this.#size;
  }

  get beginning(): Uint8Array {
    return this.#beginning.subarray(0, this.#size);
  }

  get end(): MultipartEnd {
    return this.#scanner;
  }

  /** Takes the next octets. Throws BatchLimitError at the first one too many, when those before it were taken. */
  write(chunk: Uint8Array): void {
    const { maxMessageBytes } = this.#reading.limits;
    const room = maxMessageBytes - this.#size;
    this.#scan(chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length > room) {
      throw new BatchLimitError('maxMessageBytes', maxMessageBytes, maxMessageBytes + 1);
    }
  }

  /** Says that there are no more octets. */
  finish(): void {
    this.#scanner.end();
  }

  #scan(chunk: Uint8Array): void {
    if (this.#size < BEGINNING_BYTES) {
      this.#beginning.set(chunk.subarray(0, BEGINNING_BYTES - this.#size), this.#size);
    }
    this.#size += chunk.length;
    this.#chunk = chunk;
    this.#scanner.write(chunk);
    this.#leaveChunk();
  }

  /** Where an octet is: of a part that somebody still holds, of the chunk at hand, or the end of what was read. */
  placeAt(offset: number, path: Path): SyntaxErrorPlace {
    const part = partWith(offset, path);
    return {
      offset,
      path: path.toString(),
      line: this.lineAt(offset, path),
      excerpt: part === undefined ? '…\n^' : excerptAt(part.bytes, offset - part.base),
    };
  }

  lineAt(offset: number, path: Path): number {
    const part = partWith(offset, path);
    if (part !== undefined) return part.line - 1 + part.lines.lineAt(offset - part.base);
    if (offset === 0) return 1;
    // What the scanner warns of comes in the order of the octets.
    this.#countTo(offset);
    return 1 + this.#lineFeeds;
  }

  #begin(window: Uint8Array, start: number, end: number, body: number, offset: number): void {
    this.#base = offset + start;
    this.#line = this.#lineOf(window, start);
    this.#headerLength = end - start;
    this.#bodyStart = body - start;
    this.#askAt = this.#threshold;
    this.#extend(window, start, body);
  }

  #data(window: Uint8Array, start: number, end: number): void {
    if (this.#sink !== undefined) {
      this.#sink.write(window.subarray(start, end));
      return;
    }
    this.#extend(window, start, end);
    if (this.#contentLength > this.#askAt) this.#ask();
  }

  /** Octets of the part's content that are held. */
  get #contentLength(): number {
    return this.#held.length + this.#to - this.#from - this.#bodyStart;
  }

  get #threshold(): number {
    return this.#events.large?.threshold ?? Number.POSITIVE_INFINITY;
  }

  #ask(): void {
    this.#askAt = this.#contentLength * 2;
    const bytes = this.#take();
    this.#sink = this.#events.large?.open(this.#part(bytes));
    if (this.#sink === undefined) this.#held.bytes(bytes);
  }

  /** The line of the part's first octet, which may have come in an earlier chunk and be counted already. */
  #lineOf(window: Uint8Array, start: number): number {
    this.#countTo(this.#base);
    const counted = this.#countedTo - this.#base;
    return 1 + this.#lineFeeds - countLineFeeds(window, start, start + counted);
  }

  #countTo(offset: number): void {
    if (offset <= this.#countedTo) return;
    const chunkStart = this.#size - this.#chunk.length;
    this.#lineFeeds += countLineFeeds(this.#chunk, this.#countedTo - chunkStart, offset - chunkStart);
    this.#countedTo = offset;
  }

  /** The next octets of the part. Only the chunk outlives the call: the scanner's own memory changes with its next step. */
  #extend(window: Uint8Array, start: number, end: number): void {
    if (window !== this.#chunk) {
      this.#held.bytes(window.subarray(start, end));
      return;
    }
    if (this.#to === 0) this.#from = start;
    this.#to = end;
  }

  #end(whole: boolean): void {
    // Whether the head was there when it was last asked depends on how the octets were cut (law 3).
    if (whole && this.#sink === undefined && this.#contentLength > this.#threshold) this.#ask();
    if (this.#sink !== undefined) {
      const sink = this.#sink;
      this.#sink = undefined;
      sink.end(whole);
      return;
    }
    const bytes = this.#take();
    if (whole) this.#events.part(this.#part(bytes));
  }

  /** The part at hand, with these octets for its own. */
  #part(bytes: Uint8Array<ArrayBuffer>): RawPart {
    const base = this.#base;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { partCount, mistake } = this.#scanner;
    return {
      headerBlock: { bytes, start: 0, end: this.#headerLength, base, view },
      body: { bytes, start: this.#bodyStart, end: bytes.length, base, view },
      path: new StreamedPath(partCount - 1, bytes, base, this.#line, mistake),
    };
  }

  /** The octets of the part in memory of its own: the chunk is the caller's, who may use it again. */
  #take(): Uint8Array<ArrayBuffer> {
    const last = this.#chunk.subarray(this.#from, this.#to);
    this.#from = 0;
    this.#to = 0;
    if (this.#held.length === 0) return new Uint8Array(last);
    this.#held.bytes(last);
    return this.#held.take();
  }

  /** Keeps of a chunk what is needed behind it. */
  #leaveChunk(): void {
    this.#countTo(this.#size);
    this.#held.bytes(this.#chunk.subarray(this.#from, this.#to));
    this.#from = 0;
    this.#to = 0;
    this.#chunk = NOTHING;
  }
}

/** The part of a path, where the octet is one of its own. */
function partWith(offset: number, path: Path): StreamedPath | undefined {
  const part = path instanceof PartPath ? path.root : undefined;
  if (!(part instanceof StreamedPath)) return undefined;
  return offset >= part.base && offset <= part.base + part.bytes.length ? part : undefined;
}
