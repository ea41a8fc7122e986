import { MultipartScanner, type MultipartScanOptions } from '../../mime/multipart-scanner.ts';
import { type LineEndMistake, PartPath, type Slice } from '../../reading.ts';

/** One part of a multipart, as it stands in the message. */
export interface RawPart {
  readonly headerBlock: Slice;
  readonly body: Slice;
  readonly path: PartPath;
  /** Whether the header block is known to be that of the part before, octet for octet. */
  readonly headersAgain?: boolean | undefined;
}

/** How a multipart ended. */
export interface MultipartEnd {
  readonly partCount: number;
  readonly opened: boolean;
  readonly closed: boolean;
  /** Whether `--boundary` stands in the text around a multipart without parts. */
  readonly hasStrayDelimiter: boolean;
  /** A line of its last part, or of the text before the first one, that was not read as it was meant. */
  readonly mistake: LineEndMistake | undefined;
}

/** How to read a multipart that is all there. */
export interface ReadPartsOptions extends Pick<MultipartScanOptions, 'boundary' | 'reading'> {
  /** The change set that the multipart is; undefined for the batch. */
  readonly changeSet: PartPath | undefined;
}

/**
 * Tells the parts of a multipart that is all there, without copying an octet: in one call the scanner's window is the
 * message.
 *
 * A part that the message's end cut off is left out; in a change set, whose end the outer delimiter tells, it is whole.
 */
export function readParts(
  multipart: Slice,
  { boundary, reading, changeSet }: ReadPartsOptions,
  onPart: (part: RawPart) => void,
): MultipartEnd {
  const base = multipart.base + multipart.start;
  const bytes = multipart.bytes.subarray(multipart.start, multipart.end);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let index = 0;
  let headerStart = 0;
  let headerEnd = 0;
  let bodyStart = 0;
  let headersAgain = false;
  const scanner = new MultipartScanner(
    {
      boundary,
      reading,
      offset: base,
      partsLimit: changeSet === undefined ? 'maxParts' : 'maxOperationsPerChangeSet',
      path: changeSet ?? '',
    },
    {
      partBegin(_window, start, end, body, _offset, again) {
        headersAgain = again;
        headerStart = start;
        headerEnd = end;
        bodyStart = body;
      },
      data() {},
      partEnd(offset, whole) {
        if (!whole && changeSet === undefined) return;
        onPart({
          headerBlock: { bytes, start: headerStart, end: headerEnd, base, view },
          body: { bytes, start: bodyStart, end: Math.max(bodyStart, offset - base), base, view },
          path: new PartPath(changeSet, index++, scanner.mistake),
          headersAgain,
        });
      },
    },
  );
  scanner.end(bytes);
  return scanner;
}
