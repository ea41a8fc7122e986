import { octetsOf } from './octets-of.ts';

/** Octets as they come: a ReadableStream, in any runtime, or an async iterable. */
export type ByteSource =
  | AsyncIterable<Uint8Array>
  | {
      getReader(): {
        read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
        cancel(reason?: unknown): Promise<void>;
        releaseLock?(): void;
      };
    };

/** The chunks of a source, one at a time: nothing is read before it is asked for. */
export interface ChunkReader {
  /**
   * The next chunk; undefined at the end. Rejects with what the source fails with, with a TypeError for a chunk that is no
   * octets, and at once where the reading is stopped meanwhile.
   */
  next(): Promise<Uint8Array | undefined>;
  /** Lets the source know, once, that nobody reads on; nobody waits for what it does about it. */
  stop(): void;
}

/** Whether something is one of the two kinds of source, as far as can be told without reading it. */
export function isByteSource(value: unknown): value is ByteSource {
  if (typeof value !== 'object' || value === null) return false;
  const { getReader, [Symbol.asyncIterator]: iterate } = value as Record<PropertyKey, unknown>;
  return typeof getReader === 'function' || typeof iterate === 'function';
}

/** Reads a source, which is opened with the first chunk: one that can't be fails then. */
export function readChunks(source: ByteSource): ChunkReader {
  return new SourceReader(source);
}

class SourceReader implements ChunkReader {
  readonly #source: ByteSource;
  #opened: OpenSource | undefined;
  /** Whether there is nothing left to stop. */
  #isOver = false;
  /** Ends the read that is under way. */
  #interrupt = () => {};

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#isOver) return undefined;
    const { done, value } = await this.#read();
    if (done) {
      this.#isOver = true;
      this.#opened?.release();
      return undefined;
    }
    const bytes = octetsOf(value);
    if (bytes !== undefined) return bytes;
    throw new TypeError(
      'expected chunks of bytes: typed arrays, DataViews or ArrayBuffers whose memory is there',
    );
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#cancel();
    this.#interrupt();
  }

  #read(): Promise<Read> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => reject(new Error('the reading was stopped'));
      const onFailure = (failure: unknown) => {
        // Its owner knows: there is nothing left to stop.
        this.#isOver = true;
        reject(failure);
      };
      this.#open().read().then(resolve, onFailure);
    });
  }

  async #cancel(): Promise<void> {
    try {
      await this.#open().cancel();
    } catch {
      // It is left all the same.
    }
  }

  #open(): OpenSource {
    this.#opened ??= openSource(this.#source);
    return this.#opened;
  }
}

interface Read {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

/** What both kinds of source can do; nothing of it throws at once. */
interface OpenSource {
  read(): Promise<Read>;
  cancel(): Promise<unknown>;
  /** Lets others read on, where there can be others. */
  release(): void;
}

function openSource(source: ByteSource): OpenSource {
  // First, because the iterator of a ReadableStream can't be left while it reads.
  if ('getReader' in source) {
    const reader = source.getReader();
    const release = () => reader.releaseLock?.();
    return {
      read: async () => reader.read(),
      cancel: async () => {
        await reader.cancel();
        release();
      },
      release,
    };
  }
  const iterator = source[Symbol.asyncIterator]();
  return {
    read: async () => iterator.next(),
    cancel: async () => iterator.return?.(),
    release: () => {},
  };
}
