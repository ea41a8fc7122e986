import { cpus } from 'node:os';

/** What the figures hold for. */
export function machineText(): string {
  const [cpu] = cpus();
  return `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores; Node ${process.versions.node} (V8 ${process.versions.v8})`;
}
