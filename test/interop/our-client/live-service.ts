import type { EncodeBatchRequestOptions } from '../../../src/index.ts';
import {
  type Batch,
  type BatchResults,
  decodeBatchResponse,
  encodeBatchRequest,
} from '../../../src/index.ts';
import { azureTable, cap } from '../../../src/services.ts';
import { tableAuthorization } from '../servers/table-authorization.ts';

/** A running service and what it wants of a batch. */
export interface LiveService {
  readonly root: string;
  /** Those with its definition. */
  readonly options: EncodeBatchRequestOptions;
  /** Those without it, for what its definition refuses. */
  readonly plainOptions: EncodeBatchRequestOptions;
  /** Headers that every request to it needs; `path` is relative to the root. */
  readonly headers: (path: string) => Record<string, string>;
}

export function capV4(port: number): LiveService {
  const root = `http://127.0.0.1:${port}/odata/v4/interop`;
  const options = { service: cap({ serviceRoot: root }) };
  return { root, options, plainOptions: { version: '4.0' }, headers: () => ({}) };
}

export function capV2(port: number): LiveService {
  const root = `http://127.0.0.1:${port}/odata/v2/interop`;
  return {
    root,
    options: { service: cap({ serviceRoot: root, version: '2.0' }) },
    plainOptions: { version: '2.0', headers: { 'Accept-Language': 'en' } },
    // What fetch would send of its own, `*`, makes the adapter answer 500; a batch has it from the service.
    headers: (path) => (path === '$batch' ? {} : { 'Accept-Language': 'en' }),
  };
}

export function azuriteTable(port: number): LiveService {
  const root = `http://127.0.0.1:${port}/devtest`;
  return {
    root,
    options: { service: azureTable({ serviceRoot: root }) },
    plainOptions: { version: '3.0', urlForm: 'absolute', serviceRoot: root },
    headers: tableAuthorization,
  };
}

/** Sends one batch with the codec, and nothing else of ours. */
export async function send<const B extends Batch>(
  service: LiveService,
  batch: B,
  options: EncodeBatchRequestOptions = {},
): Promise<BatchResults<B>> {
  const request = encodeBatchRequest(batch, { ...service.options, ...options });
  const { status, headers, body } = await fetch(service.options.service?.endpoint ?? '', {
    method: request.method,
    headers: { ...request.headers, ...service.headers('$batch') },
    body: request.body,
  }).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    body: await response.arrayBuffer(),
  }));
  return decodeBatchResponse({ status, headers, body }, { request });
}

/** A plain request, past the codec: what the service really holds. */
export async function read(service: LiveService, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${service.root}/${path}`, {
    headers: { Accept: 'application/json', ...service.headers(path) },
  });
  return { status: response.status, text: await response.text() };
}

/** The outcomes of a batch, nested like it. */
export function outcomes(results: readonly unknown[]): unknown[] {
  return results.map((result) =>
    Array.isArray(result) ? outcomes(result) : (result as { outcome: string }).outcome,
  );
}
