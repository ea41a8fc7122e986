import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 3_000;

export interface ServerChild {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts one server in a process of its own and waits until it prints `READY <port>`. */
export async function startChild(
  script: URL,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerChild> {
  const child = fork(script, [], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // tsx and vitest hand their loaders down to children; the servers are plain JavaScript.
    execArgv: [],
  });
  const exited = once(child, 'exit');
  const said: string[] = [];

  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(timer);
  };

  const ready = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${START_LIMIT_MS} ms`)), START_LIMIT_MS);
    const onLine = (line: string): void => {
      if (said.push(line) > 200) said.shift();
      const port = /^READY (\d+)$/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on('line', onLine);
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`ended before it was ready (${signal ?? code})`));
    });
  });

  try {
    return { port: await ready, stop };
  } catch (cause) {
    await stop();
    throw new Error(`${script.pathname.split('/').at(-1)}: ${(cause as Error).message}\n${said.join('\n')}`, {
      cause,
    });
  }
}
