import { MultipartParser, parseMultipart } from '@remix-run/multipart-parser';
import { readAnswers } from './http-answer.ts';
import { packageVersion } from './package-version.ts';
import type { Peer } from './peer.ts';

const limits = {
  maxFileSize: Number.POSITIVE_INFINITY,
  maxParts: Number.POSITIVE_INFINITY,
  maxTotalSize: Number.POSITIVE_INFINITY,
};

/** What became of `@mjackson/multipart-parser`. */
export const remixRun: Peer = {
  name: '@remix-run/multipart-parser',
  version: packageVersion('@remix-run/multipart-parser'),
  decoder: () => (bytes, contentType) =>
    readAnswers(
      (octets, boundary) =>
        Array.from(parseMultipart(octets, { boundary, ...limits }), (part) => ({
          contentType: part.headers['content-type'] ?? '',
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
