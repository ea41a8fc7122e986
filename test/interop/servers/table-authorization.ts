import { createHmac } from 'node:crypto';
import { storageAccount } from './storage-account.ts';

/** SharedKeyLite headers for one request; the operations inside a batch need none. */
export function tableAuthorization(path: string): Record<string, string> {
  const date = new Date().toUTCString();
  // The account twice: once as such, once because here it is part of the path.
  const signed = `${date}\n/${storageAccount.name}/${storageAccount.name}/${path}`;
  const signature = createHmac('sha256', Buffer.from(storageAccount.key, 'base64'))
    .update(signed)
    .digest('base64');
  return {
    'x-ms-date': date,
    'x-ms-version': '2019-02-02',
    Authorization: `SharedKeyLite ${storageAccount.name}:${signature}`,
  };
}
