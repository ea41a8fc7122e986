import type { SyntaxErrorCode } from './errors.ts';

/**
 * A broken rule as the layers below see it: a code and an offset.
 *
 * Only the decoder that holds the whole message can tell the line and the results so far; it turns a fault into a
 * {@link BatchSyntaxError}.
 */
export class Fault extends Error {
  readonly code: SyntaxErrorCode;
  readonly offset: number;
  /** A string, or what prints as one; only who tells the fault puts it into words. */
  readonly path: { toString(): string };

  constructor(code: SyntaxErrorCode, message: string, offset: number, path: { toString(): string }) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.path = path;
  }
}
