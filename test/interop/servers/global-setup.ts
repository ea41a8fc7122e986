import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { startServers } from './start-servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    tablePort: number;
    blobPort: number;
    capPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await startServers();
  project.provide('tablePort', servers.tablePort);
  project.provide('blobPort', servers.blobPort);
  project.provide('capPort', servers.capPort);
  return () => servers.stop();
}
