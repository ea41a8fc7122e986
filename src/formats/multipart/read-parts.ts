import { MultipartScanner, type MultipartScanOptions } from '../../mime/multipart-scanner.ts';
import type { Slice } from '../../reading.ts';

/** One part of a multipart, as it stands in the message. */
export interface RawPart {
  readonly headerBlock: Slice;
  readonly body: Slice;
  /** Such as `parts[2].changeset[0]`. */
  readonly path: string;
}

/** How a multipart ended. */
export interface MultipartEnd {
  readonly partCount: number;
  readonly opened: boolean;
  readonly closed: boolean;
}

/** How to read a multipart that is all there. */
export type ReadPartsOptions = Omit<MultipartScanOptions, 'offset'> & {
  /** The name of the list that the parts are in: `parts`, `parts[2].changeset`. */
  readonly list: string;
};

/**
 * Tells the parts of a multipart that is all there, without copying an octet: in one write the scanner's views are views
 * of the message.
 *
 * A part that the message's end cut off is left out; in a change set, whose end the outer delimiter tells, it is whole.
 */
export function readParts(
  multipart: Slice,
  { list, ...options }: ReadPartsOptions,
  onPart: (part: RawPart) => void,
): MultipartEnd {
  const { bytes, offset } = multipart;
  const slice = (start: number, end: number): Slice => ({
    bytes: bytes.subarray(start - offset, end - offset),
    offset: start,
  });
  const endIsKnown = options.partsLimit === 'maxOperationsPerChangeSet';
  let headerBlock = slice(offset, offset);
  let bodyStart = offset;
  const scanner = new MultipartScanner(
    { ...options, offset },
    {
      partBegin(block, start, body) {
        headerBlock = slice(start, start + block.length);
        bodyStart = body;
      },
      data() {},
      partEnd(end, whole) {
        if (!whole && !endIsKnown) return;
        const path = `${list}[${scanner.partCount - 1}]`;
        onPart({ headerBlock, body: slice(bodyStart, Math.max(bodyStart, end)), path });
      },
    },
  );
  scanner.end(bytes);
  return { partCount: scanner.partCount, opened: scanner.opened, closed: scanner.closed };
}
