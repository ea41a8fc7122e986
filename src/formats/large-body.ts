import { checkChoice } from '../batch/check-choice.ts';
import { Issues, usageError } from '../batch/issues.ts';
import { type ByteStream, toByteStream } from '../bytes/byte-stream.ts';
import type { ChunkReader } from '../bytes/read-chunks.ts';
import type { NamesOf, OptionNames } from '../expect-options.ts';

/** What happens to bodies that are too large to be held. */
export interface LargeBodyOptions {
  /**
   * `buffer`: every body is held until its part has ended. `stream`: that of a part that is larger than `largeBodyBytes` comes
   * as a stream, where it can; none does where `content-length-trusted` is tolerated. Default `buffer`.
   */
  readonly largeBody?: 'buffer' | 'stream' | undefined;
  /**
   * Octets of a part, the HTTP head in it included, that are still held: the body of one that has more is streamed.
   * Default 1 MiB.
   */
  readonly largeBodyBytes?: number | undefined;
}

/** The names of them. */
export const LARGE_BODY_OPTIONS: OptionNames = {
  largeBody: true,
  largeBodyBytes: true,
} satisfies NamesOf<LargeBodyOptions>;

const DEFAULT_LARGE_BODY_BYTES = 1024 * 1024;

/** From how many octets of its content on a part is streamed; undefined where none is. Throws BatchUsageError. */
export function largeBodyThreshold({ largeBody, largeBodyBytes }: LargeBodyOptions): number | undefined {
  const issues = new Issues();
  checkChoice('options.largeBody', largeBody, ['buffer', 'stream'], issues);
  if (largeBodyBytes !== undefined && !(typeof largeBodyBytes === 'number' && largeBodyBytes >= 0)) {
    issues.add('options.largeBodyBytes', 'invalid-option', 'expected a number from 0');
  }
  issues.throwIfAny();
  return largeBody === 'stream' ? (largeBodyBytes ?? DEFAULT_LARGE_BODY_BYTES) : undefined;
}

/**
 * A body that is read while it comes. It has to be read, or cancelled, before the next item is asked for: what is left of
 * it then is passed over, and reading it throws BatchUsageError `body-passed-over`.
 */
export class LargeBody implements ChunkReader {
  readonly stream: ByteStream;
  readonly #advance: () => Promise<void>;
  #chunks: Uint8Array[] = [];
  #isWhole = false;
  #isLeft = false;
  #failure: { readonly error: unknown } | undefined;
  #wake = () => {};

  /** @param advance reads the next chunk of the message; never throws */
  constructor(advance: () => Promise<void>) {
    this.#advance = advance;
    this.stream = toByteStream(this);
  }

  /** Whether its last octet has come. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Takes the next octets; they are copied, and not by `slice`, which of a Buffer gives the same memory. */
  write(octets: Uint8Array): void {
    if (!this.#isLeft && octets.length > 0) this.#chunks.push(new Uint8Array(octets));
  }

  end(): void {
    this.#isWhole = true;
  }

  /** Says that the rest will never come. */
  fail(error: unknown): void {
    if (this.#isWhole) return;
    this.#failure ??= { error };
    this.#wake();
  }

  /** Says that somebody asked for what comes behind it. */
  passOver(): void {
    if (this.#isLeft || (this.#isWhole && this.#chunks.length === 0)) return;
    const message = 'the body was passed over: read or cancel it before the next item is asked for';
    this.#failure ??= { error: usageError('body', 'body-passed-over', message) };
    this.stop();
  }

  async next(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#isWhole && !this.#isLeft && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#advance().then(resolve);
      });
    }
    if (this.#failure !== undefined && this.#chunks.length === 0) throw this.#failure.error;
    return this.#chunks.shift();
  }

  stop(): void {
    this.#isLeft = true;
    this.#chunks = [];
    this.#wake();
  }
}
