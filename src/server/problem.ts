import type { OutgoingResponse } from '../batch/outgoing-response.ts';
import type { ODataVersion } from '../odata/version.ts';

/** What is wrong with a batch or an operation, as its client is told. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** More about it, for developers. */
  readonly details?: { readonly [name: string]: string | number } | undefined;
}

/** The error body of a version: what its clients look for. */
export function problemBody({ code, message, details }: Problem, version: ODataVersion): object {
  const more = details === undefined ? {} : { innererror: details };
  if (version === '4.0' || version === '4.01') return { error: { code, message, ...more } };
  const error = { code, message: { lang: 'en', value: message }, ...more };
  return version === '3.0' ? { 'odata.error': error } : { error };
}

/** A problem as the answer to an operation. */
export function problemResponse(problem: Problem, version: ODataVersion): OutgoingResponse {
  return { status: problem.status, body: problemBody(problem, version) };
}
