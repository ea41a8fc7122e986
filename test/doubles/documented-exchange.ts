import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A request and its answer, copied by hand from a service's document. */
export interface DocumentedExchange {
  /** The document, and the place in it. */
  readonly document: string;
  readonly request: {
    readonly method: string;
    readonly origin: string;
    readonly target: string;
    /** Those that the document shows. */
    readonly headers: Readonly<Record<string, string>>;
    /** The JSON of the body; not there where there is no body. */
    readonly body?: unknown;
  };
  readonly response: {
    /** Not there where the document shows none. */
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    /** The body as it is printed, where that is no JSON. */
    readonly text?: string;
    /** Where `text` is no JSON: the first octet that can't stand there, and its place from 1. */
    readonly invalidAt?: { readonly offset: number; readonly line: number; readonly column: number };
  };
}

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Reads a fixture of one of the doubles. */
export function documentedExchange(service: 'ecwid' | 'quartile' | 'kibo', name: string): DocumentedExchange {
  return JSON.parse(readFileSync(`${HERE}${service}/fixtures/${name}.json`, 'utf8'));
}

/** The request of a fixture, as a fetch takes it; the host is in the URL. */
export function asFetched({ request }: DocumentedExchange): {
  readonly url: string;
  readonly init: { method: string; headers: Record<string, string>; body?: string };
} {
  const { Host: _, ...headers } = request.headers;
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  return { url: request.origin + request.target, init: { method: request.method, headers, ...body } };
}
