import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChannelAdvisorDouble, serveChannelAdvisor } from './channel-advisor/serve-channel-advisor.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What came of the program. */
export interface UpdateRun {
  readonly service: ChannelAdvisorDouble;
  /** The CSV of outcomes, line by line. */
  readonly lines: readonly string[];
  readonly kills: number;
  /** How often a new token was asked for. */
  readonly tokens: number;
}

/**
 * Runs the program of docs/guides/sending.md on a CSV of so many rows, every thousandth of a product that does not exist.
 *
 * @param killAfter kills it (as `kill -9` does) whenever the service has worked on so many batches, and starts it again
 */
export async function runUpdateAttributes(rows: number, killAfter: readonly number[]): Promise<UpdateRun> {
  const folder = await mkdtemp(join(tmpdir(), 'update-attributes-'));
  let onBatch = () => {};
  let tokens = 0;
  const service = await serveChannelAdvisor({
    products: Array.from({ length: rows }, (_, row) => row).filter(exists),
    token: 'good',
    intercept({ url }) {
      if (url.endsWith('$batch')) onBatch();
      if (!url.endsWith('/oauth2/token')) return undefined;
      tokens++;
      return Response.json({ access_token: 'good' });
    },
  });
  try {
    const files = ['updates.csv', 'outcomes.csv', 'journal.ndjson'].map((name) => join(folder, name));
    const csv = Array.from({ length: rows }, (_, row) => {
      return `${row},"Size, ""EU""",v${row}`;
    });
    await writeFile(files[0] ?? '', ['product,attribute,value', ...csv].join('\n'));
    let kills = 0;
    for (;;) {
      let batches = 0;
      const program = start([...files, new URL(service.serviceRoot).origin]);
      onBatch = () => {
        if (++batches !== killAfter[kills]) return;
        kills++;
        // In the middle of it.
        setTimeout(() => program.kill(), 3);
      };
      if ((await program.ended) !== 'killed') break;
    }
    return { service, lines: (await readFile(files[1] ?? '', 'utf8')).trim().split('\n'), kills, tokens };
  } finally {
    await service.stop();
    await rm(folder, { recursive: true });
  }
}

/** Every thousandth product does not. */
function exists(row: number): boolean {
  return row % 1000 !== 999;
}

/** How many rows have their attribute. */
export function countUpdated({ catalog }: ChannelAdvisorDouble, rows: number): number {
  const attributeOf = (row: number) => catalog.product(row)?.attributes.get('Size, "EU"');
  return Array.from({ length: rows }, (_, row) => attributeOf(row) === `v${row}`).filter(Boolean).length;
}

function start(args: readonly string[]) {
  const script = join(ROOT, 'test/doubles/update-attributes-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: ROOT });
  let errors = '';
  child.stdout.resume();
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = new Promise<'killed' | 'done'>((resolve, reject) => {
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve('killed');
      else if (code === 0) resolve('done');
      else reject(new Error(errors));
    });
  });
  return { ended, kill: () => child.kill('SIGKILL') };
}
