import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEcwidDouble } from '../doubles/ecwid/ecwid-double.ts';
import { createKiboDouble } from '../doubles/kibo/kibo-double.ts';
import { createODataDouble } from '../doubles/odata/odata-double.ts';
import { createQuartileDouble } from '../doubles/quartile/quartile-double.ts';
import type { ServiceDouble } from '../doubles/service-double.ts';
import { promisedLines } from './promised-lines.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const programs = readdirSync(`${ROOT}examples/jobs`);
const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.spyOn(console, 'log').mockImplementation((...values) => {
    printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Files take real time: while one is under way, that of the program stands still. */
const files = vi.hoisted(() => ({ underWay: 0 }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const counted = (work: (...args: never[]) => Promise<unknown>) => {
    return (...args: never[]) => {
      files.underWay++;
      return work(...args).finally(() => files.underWay--);
    };
  };
  const { readFile, writeFile, rm } = real;
  return { ...real, readFile: counted(readFile), writeFile: counted(writeFile), rm: counted(rm) };
});

/** Runs a program to its end, in which hours take no time. */
async function runProgram(file: string): Promise<void> {
  let isOver = false;
  const run = import(/* @vite-ignore */ `../../examples/jobs/${file}`).finally(() => {
    isOver = true;
  });
  run.catch(() => {});
  while (!isOver) {
    // Without timers it is still being loaded.
    if (files.underWay === 0 && vi.getTimerCount() > 0) await vi.advanceTimersByTimeAsync(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await run;
}

function expectPromised(file: string): void {
  const program = readFileSync(`${ROOT}examples/jobs/${file}`, 'utf8');
  expect(printed).toEqual(promisedLines(program));
}

function connect(double: ServiceDouble): ServiceDouble {
  vi.stubGlobal('fetch', double.fetch);
  return double;
}

describe('the programs of docs/jobs.md', () => {
  it.each(programs)('%s stands there', (file) => {
    const program = readFileSync(`${ROOT}examples/jobs/${file}`, 'utf8');
    const marker = `<!-- examples/jobs/${file} -->`;
    expect(readFileSync(`${ROOT}docs/jobs.md`, 'utf8')).toContain(
      `${marker}\n\`\`\`ts\n${program.trimEnd()}\n\`\`\`\n`,
    );
  });

  it('are four', () => {
    expect(programs).toEqual(['ecwid-resumed.ts', 'kibo-tonight.ts', 'odata-later.ts', 'quartile-rows.ts']);
  });

  it('go on with a batch of Ecwid whose answer was lost with the process', async () => {
    await rm(join(tmpdir(), 'ecwid-job.json'), { force: true });
    const double = createEcwidDouble({ storeId: 1003, token: 'secret_token' });
    // The first process ends before it reads the answer.
    let asked = 0;
    vi.stubGlobal('fetch', async (url: string, init: object) => {
      const answer = await double.fetch(url, init);
      return asked++ === 0 ? new Promise(() => {}) : answer;
    });
    const lost = import('../../examples/jobs/ecwid-resumed.ts?first' as string);
    lost.catch(() => {});
    while (asked === 0) await new Promise((resolve) => setImmediate(resolve));
    // With its timers it is gone: no deadline wakes it.
    vi.clearAllTimers();
    connect(double);
    await runProgram('ecwid-resumed.ts');
    expectPromised('ecwid-resumed.ts');
    expect(double.log.executions).toHaveLength(2);
    expect(double.log.violations).toEqual([]);
  });

  it('schedule a job of Kibo for tonight, and read it next morning', async () => {
    const double = connect(
      createKiboDouble({
        headers: { Authorization: 'Bearer token' },
        process: ({ key }) => (key.startsWith('P2') ? 'ValidationFailed' : 'Completed'),
      }),
    );
    await runProgram('kibo-tonight.ts');
    expectPromised('kibo-tonight.ts');
    expect(double.log.violations).toEqual([]);
  });

  it('process 250 rows at Quartile', async () => {
    const double = connect(
      createQuartileDouble({
        subscriptionKey: 'subscription-key',
        token: 'access-token',
        process: ({ asin }) =>
          asin === 'B107'
            ? { success: false, message: 'no such product', process: 'INSERT' }
            : { success: true, message: 'successfully', process: 'INSERT' },
      }),
    );
    await runProgram('quartile-rows.ts');
    expectPromised('quartile-rows.ts');
    expect(double.log.violations).toEqual([]);
  });

  it('send a batch of OData that is answered later', async () => {
    const double = connect(
      createODataDouble({
        respond: (method) =>
          method === 'POST'
            ? { status: 201, body: { id: 8 } }
            : { status: 404, body: { error: { code: 'NotFound', message: 'no report' } } },
      }),
    );
    await runProgram('odata-later.ts');
    expectPromised('odata-later.ts');
    expect(double.log.violations).toEqual([]);
  });
});
