import { ByteWriter } from '../../bytes/byte-writer.ts';
import { countLineFeeds } from '../../bytes/line-feeds.ts';
import { excerptAt } from '../../bytes/position.ts';
import { BatchLimitError, type SyntaxErrorPlace } from '../../errors.ts';
import { MultipartScanner } from '../../mime/multipart-scanner.ts';
import { PartPath, type Path, type Places, type Reading, type Slice } from '../../reading.ts';
import type { MultipartEnd, RawPart } from './read-parts.ts';

/** A part with octets of its own, which can tell lines after the chunk it came in is gone. */
interface StreamedPart extends RawPart {
  /** The line of the message that its headers begin in. */
  readonly line: number;
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
   * Asked when a part turns out to be large, with what is there of it, and again whenever that has doubled, until it
   * answers with a sink for the octets to come. A part that has one is told to the sink only.
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
  /** For errors that are found later: a part lives as long as somebody holds its path. */
  readonly #parts = new WeakMap<PartPath, StreamedPart>();
  #size = 0;
  /** Line feeds before the chunk that is being scanned. */
  #lineFeeds = 0;
  #chunk: Uint8Array = NOTHING;
  #window: Uint8Array = NOTHING;
  #windowLine = 1;
  #windowAt = 0;

  #header: Slice = { bytes: NOTHING, start: 0, end: 0, base: 0 };
  #headerLine = 1;
  /** One for all parts: room that is made once leaves no garbage behind. */
  readonly #body = new ByteWriter(0);
  #bodyOffset = 0;
  /** How much of the part has to be there before it is asked whether it is to be held. */
  #askAt = 0;
  #sink: PartSink | undefined;

  constructor(boundary: string, reading: Reading, events: PartEvents) {
    this.#reading = reading;
    this.#events = events;
    this.#scanner = new MultipartScanner(
      { boundary, offset: 0, partsLimit: 'maxParts', path: '', reading },
      {
        partBegin: (window, start, end, body, offset) => this.#begin(window, start, end, body, offset),
        data: (window, start, end) => this.#data(window.subarray(start, end)),
        partEnd: (_, whole) => this.#end(whole),
      },
    );
  }

  /** Octets so far. */
  get size(): number {
    return this.#size;
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
    this.#size += chunk.length;
    this.#chunk = chunk;
    this.#scanner.write(chunk);
    this.#lineFeeds += countLineFeeds(chunk, 0, chunk.length);
    this.#chunk = NOTHING;
    this.#window = NOTHING;
  }

  /** Where an octet is: of a part that somebody still holds, of the chunk at hand, or the end of what was read. */
  placeAt(offset: number, path: Path): SyntaxErrorPlace {
    const slice = this.#sliceAt(offset, path);
    return {
      offset,
      path: path.toString(),
      line: this.lineAt(offset, path),
      excerpt: slice === undefined ? '…\n^' : excerptAt(slice.bytes, offset - slice.base),
    };
  }

  lineAt(offset: number, path: Path): number {
    const part = this.#partAt(path);
    const slice = this.#sliceAt(offset, path);
    if (part !== undefined && slice !== undefined) {
      const { headerBlock, body, line } = part;
      const linesBefore = slice === body ? countLineFeeds(headerBlock.bytes, 0, headerBlock.end) : 0;
      // Between headers and body is the empty line.
      const emptyLine = slice === body && body.base > headerBlock.base + headerBlock.end ? 1 : 0;
      return line + linesBefore + emptyLine + countLineFeeds(slice.bytes, 0, offset - slice.base);
    }
    if (offset === 0) return 1;
    const chunkStart = this.#size - this.#chunk.length;
    return 1 + this.#lineFeeds + countLineFeeds(this.#chunk, 0, Math.max(0, offset - chunkStart));
  }

  #partAt(path: Path): StreamedPart | undefined {
    return path instanceof PartPath ? this.#parts.get(path.root) : undefined;
  }

  #sliceAt(offset: number, path: Path): Slice | undefined {
    const part = this.#partAt(path);
    if (part === undefined) return undefined;
    const { headerBlock, body } = part;
    if (offset >= body.base && offset <= body.base + body.end) return body;
    return offset >= headerBlock.base && offset <= headerBlock.base + headerBlock.end
      ? headerBlock
      : undefined;
  }

  #begin(window: Uint8Array, start: number, end: number, body: number, offset: number): void {
    if (this.#window !== window) {
      // What the scanner held of earlier chunks is counted already.
      const held = window.length - this.#chunk.length;
      this.#window = window;
      this.#windowAt = 0;
      this.#windowLine = 1 + this.#lineFeeds - countLineFeeds(window, 0, held);
    }
    this.#windowLine += countLineFeeds(window, this.#windowAt, start);
    this.#windowAt = start;
    this.#headerLine = this.#windowLine;
    this.#header = {
      bytes: new Uint8Array(window.subarray(start, end)),
      start: 0,
      end: end - start,
      base: offset + start,
    };
    this.#bodyOffset = offset + body;
    this.#askAt = this.#events.large?.threshold ?? Number.POSITIVE_INFINITY;
  }

  #data(octets: Uint8Array): void {
    if (this.#sink !== undefined) {
      this.#sink.write(octets);
      return;
    }
    this.#body.bytes(octets);
    if (this.#body.length <= this.#askAt) return;
    this.#askAt = this.#body.length * 2;
    const part = this.#partOf(this.#body.take());
    this.#sink = this.#events.large?.open(part);
    if (this.#sink === undefined) this.#body.bytes(part.body.bytes);
  }

  #end(whole: boolean): void {
    if (this.#sink !== undefined) {
      const sink = this.#sink;
      this.#sink = undefined;
      sink.end(whole);
      return;
    }
    const bytes = this.#body.take();
    if (whole) this.#events.part(this.#partOf(bytes));
  }

  /** The part at hand, with these octets for its content. */
  #partOf(bytes: Uint8Array<ArrayBuffer>): RawPart {
    const body = { bytes, start: 0, end: bytes.length, base: this.#bodyOffset };
    const path = new PartPath(undefined, this.#scanner.partCount - 1);
    const part = { headerBlock: this.#header, body, path, line: this.#headerLine };
    this.#parts.set(path, part);
    return part;
  }
}
