import { startChild } from './start-child.ts';
import { tableAccount } from './table-account.ts';

export interface Servers {
  readonly tablePort: number;
  readonly capPort: number;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const started = await Promise.allSettled([
    startChild(new URL('./azurite-table.mjs', import.meta.url), {
      INTEROP_TABLE_ACCOUNT: tableAccount.name,
      INTEROP_TABLE_KEY: tableAccount.key,
    }),
    startChild(new URL('./cap.mjs', import.meta.url)),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((s) => (s.status === 'fulfilled' ? s.value.stop() : undefined)));
  };
  const [table, cap] = started;
  if (table.status === 'fulfilled' && cap.status === 'fulfilled') {
    return { tablePort: table.value.port, capPort: cap.value.port, stop };
  }
  await stop();
  throw new AggregateError(
    started.flatMap((s) => (s.status === 'rejected' ? [s.reason] : [])),
    'the interop servers did not start',
  );
}
