import { isHeadWhole } from '../../http/http-message.ts';
import type { HeaderList } from '../../mime/header-list.ts';
import type { Path, Reading, WarningCode } from '../../reading.ts';
import { type MessagePart, openMessagePart } from './read-batch.ts';
import type { RawPart } from './read-parts.ts';

/** A message with the octets of its body that are there. */
interface Begun {
  readonly headers: HeaderList;
  readonly bytes: Uint8Array;
}

type Warning = [code: WarningCode, offset: number, path: Path];

/** A part whose message is read while its body still comes. What is noticed counts only if it is then streamed. */
export class LargePart {
  readonly message: MessagePart;
  /** What to read the message with. */
  readonly reading: Reading;
  readonly #reading: Reading;
  readonly #warnings: readonly Warning[];
  #contentLength: string | null = null;
  #bodyOffset = 0;
  #length = 0;

  private constructor(message: MessagePart, reading: Reading, noting: Reading, warnings: readonly Warning[]) {
    this.message = message;
    this.reading = noting;
    this.#reading = reading;
    this.#warnings = warnings;
  }

  /** Undefined where the part is a change set, or its message is not there up to the body. */
  static open(part: RawPart, reading: Reading): LargePart | undefined {
    // A Content-Length that is followed would have to end the body before its part does.
    if (reading.tolerate.has('content-length-trusted') || !isHeadWhole(part.body)) return undefined;
    const warnings: Warning[] = [];
    const noting: Reading = { ...reading, warn: (...warning) => warnings.push(warning) };
    const message = openMessagePart(part, noting);
    return message && new LargePart(message, reading, noting, warnings);
  }

  /** Says that the body will be streamed: warnings come out. */
  begin({ headers, bytes }: Begun): void {
    for (const [code, offset, path] of this.#warnings) {
      // So far every body is too short.
      if (code !== 'content-length-mismatch') this.#reading.warn(code, offset, path);
    }
    const { content } = this.message;
    this.#contentLength = headers.get('Content-Length');
    this.#bodyOffset = content.base + content.end - bytes.length;
    this.#length = bytes.length;
  }

  /** Counts octets of the body. */
  count(octets: Uint8Array): void {
    this.#length += octets.length;
  }

  /** Says that the body has ended; warns where it has another length than was said (H-65). */
  end(): void {
    const field = this.#contentLength;
    if (field === null || !/^\d{1,15}$/.test(field) || Number(field) === this.#length) return;
    this.#reading.warn('content-length-mismatch', this.#bodyOffset, this.message.path);
  }
}
