import { startServers } from '../servers/start-servers.ts';
import { recordAzurite } from './record-azurite.ts';
import { recordCap } from './record-cap.ts';
import { recordClients } from './record-clients.ts';
import { Recordings } from './recordings.ts';

/** Runs every scenario against servers of its own, so that nothing else is in them. */
export async function recordAll(): Promise<Recordings> {
  const recordings = new Recordings();
  const servers = await startServers();
  try {
    await recordAzurite(servers.tablePort, recordings);
    await recordCap(servers.capPort, recordings);
    await recordClients(recordings);
  } finally {
    await servers.stop();
  }
  return recordings;
}
