import { type ByteSource, isByteSource } from '../bytes/read-chunks.ts';
import type { Issues, Name } from './issues.ts';
import { isPlainData } from './plain-data.ts';

/** A body that is read while it is written: its octets are never all there. */
export interface StreamedBody {
  readonly source: () => ByteSource;
  /** Octets; undefined where nobody can tell before the end. */
  readonly size: number | undefined;
  /** How issues name it. */
  readonly name: Name;
}

/** A Blob of any runtime. */
interface BlobLike {
  readonly size: number;
  readonly type: string;
  stream(): ByteSource;
}

/** Tells a body that only the streaming encoders take. */
export function isStreamed(body: unknown): body is BlobLike | ByteSource {
  if (typeof body === 'object' && body !== null && isPlainData(body)) return false;
  return isBlob(body) || isByteSource(body);
}

/** The media type that a Blob brings along, if it has one; not one that only calls itself a Blob's (law 6). */
export function mediaTypeOfBlob(body: unknown): string | undefined {
  const type: unknown = isBlob(body) ? body.type : undefined;
  return typeof type === 'string' && /^[\x21-\x7e][\x20-\x7e]*$/.test(type) ? type : undefined;
}

/**
 * Makes streamed bodies of what callers give, one message after the other.
 *
 * Issues: `body-not-encodable` for a stream that somebody reads already, that was read for another message, or that stands in
 * two places.
 */
export class StreamedBodies {
  readonly #nameOf = new WeakMap<object, Name>();

  /**
   * The streamed body; undefined where the body is of another kind.
   *
   * @param declaredLength the message's Content-Length, which tells the size of a stream that can't
   */
  take(
    body: unknown,
    declaredLength: string | undefined,
    name: Name,
    issues: Issues,
  ): StreamedBody | undefined {
    if (isBlob(body)) return { source: () => body.stream(), size: body.size, name };
    if (!isByteSource(body)) return undefined;
    const other = this.#nameOf.get(body);
    if (other !== undefined) {
      issues.add(name, 'body-not-encodable', `the stream is that of ${other} too: it can be read once`);
    } else if ((body as { locked?: unknown }).locked === true) {
      issues.add(name, 'body-not-encodable', 'the stream is locked: somebody else reads it');
    } else if (BEGUN.has(body)) {
      issues.add(name, 'body-not-encodable', READ_ALREADY);
    }
    this.#nameOf.set(body, name);
    const size = /^\d{1,15}$/.test(declaredLength ?? '') ? Number(declaredLength) : undefined;
    return { source: () => begin(body), size, name };
  }
}

/** Streams that were read for some message: nothing is left of them, and nothing else tells. */
const BEGUN = /* @__PURE__ */ new WeakSet<object>();
const READ_ALREADY = 'the stream was read for another message: it can be read once';

function begin(body: ByteSource): ByteSource {
  if (BEGUN.has(body)) throw new TypeError(READ_ALREADY);
  if (isReadOnce(body)) BEGUN.add(body);
  return body;
}

/** A ReadableStream, a generator, or a stream of Node; any other iterable may begin anew. */
function isReadOnce(body: ByteSource): boolean {
  return ['getReader', 'next', 'pipe'].some(
    (name) => typeof (body as unknown as Record<string, unknown>)[name] === 'function',
  );
}

function isBlob(body: unknown): body is BlobLike {
  const tag = Object.prototype.toString.call(body);
  if (tag !== '[object Blob]' && tag !== '[object File]') return false;
  const { size, stream } = body as Record<keyof BlobLike, unknown>;
  return Number.isSafeInteger(size) && typeof stream === 'function';
}
