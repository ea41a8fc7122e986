import { startChild } from './start-child.ts';
import { storageAccount } from './storage-account.ts';

export interface Servers {
  readonly tablePort: number;
  readonly blobPort: number;
  readonly capPort: number;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const account = { INTEROP_STORAGE_ACCOUNT: storageAccount.name, INTEROP_STORAGE_KEY: storageAccount.key };
  const started = await Promise.allSettled([
    startChild(new URL('./azurite-table.mjs', import.meta.url), account),
    startChild(new URL('./azurite-blob.mjs', import.meta.url), account),
    startChild(new URL('./cap.mjs', import.meta.url)),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((s) => (s.status === 'fulfilled' ? s.value.stop() : undefined)));
  };
  const [table, blob, cap] = started;
  if (table.status === 'fulfilled' && blob.status === 'fulfilled' && cap.status === 'fulfilled') {
    return { tablePort: table.value.port, blobPort: blob.value.port, capPort: cap.value.port, stop };
  }
  await stop();
  throw new AggregateError(
    started.flatMap((s) => (s.status === 'rejected' ? [s.reason] : [])),
    'the interop servers did not start',
  );
}
