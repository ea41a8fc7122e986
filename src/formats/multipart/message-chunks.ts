import { usageError } from '../../batch/issues.ts';
import type { StreamedBody } from '../../batch/streamed-body.ts';
import type { WrittenBatch } from '../../batch/written-batch.ts';
import { ChunkSearch } from '../../bytes/chunk-search.ts';
import { isOctets } from '../../bytes/octets-of.ts';
import { type ChunkReader, readChunks } from '../../bytes/read-chunks.ts';

/** Octets, and bodies whose octets come when they are asked for. */
export type Piece = Uint8Array<ArrayBuffer> | StreamedBody;

/** Pieces of a message that is made while it is sent. */
export interface PieceSource {
  /** The next pieces; undefined at the end. */
  next(): Promise<readonly Piece[] | undefined>;
  /** Says that nobody wants more. */
  stop(): void;
}

/** The pieces of what was written: octets, and between them the streamed bodies. */
export function piecesOf({ body, cuts }: Pick<WrittenBatch, 'body' | 'cuts'>): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const cut of cuts) {
    pieces.push(body.subarray(start, cut.at), cut.body);
    start = cut.at;
  }
  pieces.push(body.subarray(start));
  return pieces;
}

/** How many octets what was written has; undefined where a stream does not tell its size. */
export function contentLengthOf({ body, cuts }: Pick<WrittenBatch, 'body' | 'cuts'>): number | undefined {
  let length: number | undefined = body.length;
  for (const {
    body: { size },
  } of cuts)
    length = length === undefined || size === undefined ? undefined : length + size;
  return length;
}

/** Pieces that are all known. */
export function piecesOnce(pieces: readonly Piece[]): PieceSource {
  let rest: readonly Piece[] | undefined = pieces;
  const take = () => {
    const taken = rest;
    rest = undefined;
    return taken;
  };
  return { next: async () => take(), stop: () => letGo(take() ?? []) };
}

/** Lets go of the sources of bodies that were not begun. */
function letGo(pieces: readonly Piece[]): void {
  for (const piece of pieces) {
    if (isOctets(piece)) continue;
    try {
      readChunks(piece.source()).stop();
    } catch {
      // Somebody else reads it by now, and is who has to let it go.
    }
  }
}

/**
 * Tells a message chunk by chunk; holds one chunk.
 *
 * Where a streamed body holds the boundary (law 6), or more or fewer octets than was said, or fails, it throws a
 * BatchUsageError and the message ends without its close delimiter, so that nobody takes it for whole.
 */
export class MessageChunks implements ChunkReader {
  readonly #source: PieceSource;
  readonly #token: Uint8Array;
  #pieces: readonly Piece[] = [];
  #next = 0;
  #body: BodyChunks | undefined;

  /** @param token what no streamed body may hold */
  constructor(source: PieceSource, token: Uint8Array) {
    this.#source = source;
    this.#token = token;
  }

  async next(): Promise<Uint8Array | undefined> {
    try {
      return await this.#nextChunk();
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** Lets go of the sources of all bodies, those that were not begun among them. */
  stop(): void {
    this.#body?.stop();
    this.#body = undefined;
    const rest = this.#pieces.slice(this.#next);
    this.#pieces = [];
    this.#next = 0;
    letGo(rest);
    this.#source.stop();
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    while (true) {
      const chunk = await this.#body?.next();
      if (chunk !== undefined) return chunk;
      this.#body = undefined;

      if (this.#next === this.#pieces.length) {
        const pieces = await this.#source.next();
        if (pieces === undefined) return undefined;
        this.#pieces = pieces;
        this.#next = 0;
        continue;
      }
      const piece = this.#pieces[this.#next++] as Piece;
      if (!isOctets(piece)) this.#body = new BodyChunks(piece, this.#token);
      else if (piece.length > 0) return piece;
    }
  }
}

/** The chunks of a body, watched. */
class BodyChunks {
  readonly #body: StreamedBody;
  readonly #search: ChunkSearch;
  #chunks: ChunkReader | undefined;
  #length = 0;

  constructor(body: StreamedBody, token: Uint8Array) {
    this.#body = body;
    this.#search = new ChunkSearch(token);
  }

  async next(): Promise<Uint8Array | undefined> {
    const { name, size } = this.#body;
    const chunk = await this.#read().catch((cause: unknown) => {
      throw usageError(name, 'callback-failed', 'the stream of the body failed: see cause', cause);
    });

    this.#length += chunk?.length ?? 0;
    if (size !== undefined && (chunk === undefined ? this.#length < size : this.#length > size)) {
      const found = chunk === undefined ? 'fewer' : 'more';
      throw usageError(name, 'content-length-mismatch', `expected ${size} octets, the stream has ${found}`);
    }
    if (chunk !== undefined && this.#search.endsIn(chunk)) {
      throw usageError(name, 'boundary-in-content', 'the boundary occurs in the body: send the batch again');
    }
    return chunk;
  }

  /** Lets go of the source, be it begun or not. */
  stop(): void {
    if (this.#chunks === undefined) letGo([this.#body]);
    else this.#chunks.stop();
  }

  /** The next chunk that has anything in it. */
  async #read(): Promise<Uint8Array | undefined> {
    this.#chunks ??= readChunks(this.#body.source());
    let chunk: Uint8Array | undefined;
    do chunk = await this.#chunks.next();
    while (chunk?.length === 0);
    return chunk;
  }
}
