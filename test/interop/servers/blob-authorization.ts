import { createHmac } from 'node:crypto';
import { storageAccount } from './storage-account.ts';

const EMPTY_FIELDS = 7;

/** What a request to the blob service says of itself. */
export interface BlobRequest {
  readonly method: string;
  /** Below the account, with its query. */
  readonly path: string;
  readonly contentType?: string;
  readonly contentLength?: number;
  /** `x-ms-*` fields, beside the date. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** SharedKey headers for one request, or for one operation of a batch: those have their own. */
export function blobAuthorization(request: BlobRequest): Record<string, string> {
  const { method, path, contentType = '', contentLength = 0 } = request;
  const headers: Record<string, string> = { ...request.headers, 'x-ms-date': new Date().toUTCString() };
  const url = new URL(`http://host/${storageAccount.name}/${path}`);
  const canonicalHeaders = Object.keys(headers)
    .sort()
    .map((name) => `${name}:${headers[name]}\n`)
    .join('');
  const query = [...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1));
  // The account twice: once as such, once because here it is part of the path.
  const resource = `/${storageAccount.name}${url.pathname}${query.map(([name, value]) => `\n${name}:${value}`).join('')}`;
  const signed = [
    method,
    '',
    '',
    contentLength === 0 ? '' : String(contentLength),
    '',
    contentType,
    '\n'.repeat(EMPTY_FIELDS - 2),
    canonicalHeaders + resource,
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(storageAccount.key, 'base64'))
    .update(signed)
    .digest('base64');
  return { ...headers, Authorization: `SharedKey ${storageAccount.name}:${signature}` };
}
