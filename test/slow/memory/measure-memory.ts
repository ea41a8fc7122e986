import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ScenarioSettings } from './scenario.ts';

/** What a scenario took. */
export interface MeasuredMemory {
  /** Octets of the process before the scenario, after a warm-up. */
  readonly idle: number;
  /** The most octets at any time, over idle. */
  readonly peak: number;
  /** What the scenario counted. */
  readonly count: number;
  readonly seconds: number;
}

const PROCESS = fileURLToPath(new URL('measured-process.ts', import.meta.url));

/** Runs a scenario in a process of its own: whatever else a test holds is not in the figures. */
export async function measureMemory(scenario: string, settings: ScenarioSettings): Promise<MeasuredMemory> {
  const args = ['--import', 'tsx', PROCESS, scenario, JSON.stringify(settings)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
