import { Session } from 'node:inspector';
import { setTimeout as wait } from 'node:timers/promises';
import type { ScenarioSettings } from './scenario.ts';
import { scenarios } from './scenarios.ts';

// What `measureMemory` starts: runs one scenario and prints how much memory it took over idle, as one line of JSON.

const [name = '', settingsText = '{}'] = process.argv.slice(2);
const scenario = scenarios[name];
if (scenario === undefined) throw new Error(`no scenario is called "${name}"`);
const settings: ScenarioSettings = JSON.parse(settingsText);

const WARM_UP = 1024 * 1024;
const warmUp = scenario.prepare({ ...settings, totalBytes: Math.max(WARM_UP, 4 * settings.partBytes) });
await warmUp(() => {});
const run = scenario.prepare(settings);
await collectGarbage();

const idle = process.memoryUsage.rss();
const idleMost = mostEver();
let most = idle;
const start = performance.now();
const count = await run(() => {
  most = Math.max(most, process.memoryUsage.rss());
});
const seconds = (performance.now() - start) / 1000;
// The system's own high-water mark misses nothing; it says something only where it has risen.
if (mostEver() > idleMost) most = mostEver();
console.log(JSON.stringify({ idle, peak: most - idle, count, seconds }));

function mostEver(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** As when memory runs out: all that can be given back to the system is, so that idle is not too high. */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => session.post('HeapProfiler.collectGarbage', resolve));
    // Pages are given back by another thread.
    await wait(200);
  }
  session.disconnect();
}
