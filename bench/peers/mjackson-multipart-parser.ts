import { MultipartParser, parseMultipart } from '@mjackson/multipart-parser';
import { readAnswers } from './http-answer.ts';
import { packageVersion } from './package-version.ts';
import type { Peer } from './peer.ts';

const limits = { maxFileSize: Number.POSITIVE_INFINITY };

/** A parser for form data that reads any multipart without a preamble. */
export const mjackson: Peer = {
  name: '@mjackson/multipart-parser',
  version: packageVersion('@mjackson/multipart-parser'),
  decoder: () => (bytes, contentType) =>
    readAnswers(
      (octets, boundary) =>
        Array.from(parseMultipart(octets, { boundary, ...limits }), (part) => ({
          contentType: part.headers.get('Content-Type') ?? '',
          octets: part.bytes,
        })),
      bytes,
      contentType,
    ),
  pushParser(boundary) {
    const parser = new MultipartParser(boundary, limits);
    const frame = { parts: 0, octets: 0 };
    return {
      write(chunk) {
        for (const part of parser.write(chunk)) {
          frame.parts++;
          frame.octets += part.size;
        }
      },
      end() {
        parser.finish();
        return frame;
      },
    };
  },
};
