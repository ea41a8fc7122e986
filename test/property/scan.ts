import { isBatchError } from '../../src/index.ts';
import type { Limits } from '../../src/limits.ts';
import { MultipartScanner } from '../../src/mime/multipart-scanner.ts';
import { completeLimits } from '../../src/reading.ts';
import type { Tolerance } from '../../src/tolerances.ts';
import { latin1 } from './octets.ts';

/** What a scanner told of a message, adjacent data joined; or the fault that ended it. */
export type Scan =
  | {
      readonly events: readonly ScanEvent[];
      readonly warnings: readonly string[];
      readonly partCount: number;
      readonly opened: boolean;
      readonly closed: boolean;
    }
  | { readonly fault: string };

export type ScanEvent =
  | { readonly begin: string; readonly offset: number; readonly bodyOffset: number }
  | { readonly data: string; readonly offset: number }
  | { readonly end: number; readonly whole: boolean };

export interface ScanSettings {
  readonly boundary: string;
  readonly tolerate?: readonly Tolerance[];
  readonly limits?: Partial<Limits>;
  /** Where the message begins. */
  readonly offset?: number;
}

/** Scans a message in the chunks it is given in. Each chunk is overwritten once it was taken: views must not outlive it. */
export function scan(chunks: readonly Uint8Array[], settings: ScanSettings): Scan {
  const { boundary, tolerate = [], limits, offset = 0 } = settings;
  const events: ScanEvent[] = [];
  const warnings: string[] = [];
  const scanner = new MultipartScanner(
    {
      boundary,
      offset,
      partsLimit: 'maxParts',
      path: '',
      reading: {
        limits: completeLimits(limits),
        tolerate: new Set(tolerate),
        warn: (code, at) => warnings.push(`${code} ${at}`),
        lineAt: () => 1,
      },
    },
    {
      partBegin: (window, start, end, body, offset) =>
        events.push({
          begin: latin1(window.subarray(start, end)),
          offset: offset + start,
          bodyOffset: offset + body,
        }),
      data(window, start, end, offset) {
        const octets = window.subarray(start, end);
        const at = offset + start;
        const last = events.at(-1);
        if (last !== undefined && 'data' in last && last.offset + last.data.length === at) {
          events[events.length - 1] = { data: last.data + latin1(octets), offset: last.offset };
        } else {
          events.push({ data: latin1(octets), offset: at });
        }
      },
      partEnd: (at, whole) => events.push({ end: at, whole }),
    },
  );
  try {
    for (const chunk of chunks) {
      const own = new Uint8Array(chunk);
      scanner.write(own);
      own.fill(0x21);
    }
    scanner.end();
  } catch (error) {
    if (!isBatchError(error)) throw error;
    const { code, limit, maximum, actual } = error as unknown as Record<string, unknown>;
    return { fault: `${code} ${limit} ${maximum} ${actual}` };
  }
  const { partCount, opened, closed } = scanner;
  return { events, warnings, partCount, opened, closed };
}

/** The same with all octets in the last call, as the codec does it where a message is there whole. */
export function scanWhole(bytes: Uint8Array, settings: ScanSettings): Scan {
  return scan([bytes], settings);
}
