import { BatchLimitError, BatchSyntaxError } from '../errors.ts';
import { type ODataVersion, VERSIONS, versionOf } from '../odata/version.ts';
import type { PlainHeaders } from './fetch-request.ts';
import { type FetchResponse, makeResponse } from './fetch-response.ts';
import { type Problem, problemBody } from './problem.ts';

/** Why a batch as a whole is refused; nothing of it was run (B-08). */
export interface Refusal extends Problem {
  readonly headers?: { readonly [name: string]: string } | undefined;
}

/** The answer to a batch that is refused, in the version that its client speaks. */
export function refuseBatch(
  refusal: Refusal,
  headers: PlainHeaders,
  version: ODataVersion = versionOf(headers) ?? '4.0',
): FetchResponse {
  return makeResponse(JSON.stringify(problemBody(refusal, version)), {
    status: refusal.status,
    headers: {
      'Content-Type': 'application/json',
      [VERSIONS[version].versionHeader]: version,
      ...refusal.headers,
    },
  });
}

/** What the client is told of an error of the decoder; undefined where the error is none of the batch's. */
export function refusalOf(error: unknown, headers: PlainHeaders): Refusal | undefined {
  if (error instanceof BatchLimitError) {
    const { code, message, limit, maximum } = error;
    return { status: 413, code, message, details: { limit, maximum } };
  }
  if (!(error instanceof BatchSyntaxError)) return undefined;
  const { code, path, line, offset } = error;
  // A JSON type is right whatever stands in the body; of others it is the type that is wrong.
  const isJson = /^\s*application\/json\b/i.test(headers.get('Content-Type') ?? '');
  const isOfType = !isJson && path === '' && (code === 'not-a-batch' || code === 'invalid-media-type');
  // The lines behind the first quote the message itself.
  const [message = ''] = error.message.split('\n');
  return { status: isOfType ? 415 : 400, code, message, details: { path, line, offset } };
}
