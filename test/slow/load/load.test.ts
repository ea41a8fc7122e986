import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as sendRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Batch, encodeBatchRequest, readBatchResponse, valuesOf } from '../../../src/index.ts';
import type { ServerState } from './load-server.ts';

/** The clients of the rounds: before the large one and after it the server holds the same. */
const ROUNDS = [200, 1_000, 200];
const OPERATIONS = 100;
const MIB = 1024 * 1024;

let origin = '';
let stop = () => {};

beforeAll(async () => {
  const server = fork(fileURLToPath(new URL('load-server.ts', import.meta.url)), {
    execArgv: ['--expose-gc', '--import', 'tsx'],
  });
  stop = () => void server.kill();
  const [port] = await once(server, 'message');
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => stop());

/** Numbers from 0 to 1, the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Each third item is a change set of five; bodies are small and not, and what looks like a delimiter stands in some. */
function batchOf(name: string, random: () => number): Batch {
  const operation = (index: number) => {
    const text = `${index % 10 === 0 ? '\r\n--batch_\r\n' : ''}${'x'.repeat(Math.floor(random() ** 4 * 5_000))}`;
    return { method: 'POST', url: `E(${index})`, body: { name: `${name}/${index}`, text } };
  };
  const items: Batch[number][] = [];
  for (let index = 0; index < OPERATIONS; ) {
    const count = items.length % 3 === 2 ? Math.min(5, OPERATIONS - index) : 1;
    const set = Array.from({ length: count }, (_, at) => operation(index + at));
    items.push(count === 1 ? (set[0] as Batch[number]) : set);
    index += count;
  }
  return items;
}

type Outcome = 'answered' | 'aborted';
const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });

/** Sends a batch, and reads its answer to the end or goes away at some point; throws where an answer is lost or another's. */
async function converse(name: string, random: () => number): Promise<Outcome> {
  const batch = batchOf(name, random);
  const request = encodeBatchRequest(batch);
  const goesAway = random() < 0.3;
  // After so many octets of the answer, of a few hundred thousand.
  let patience = goesAway ? random() * 200_000 : Number.POSITIVE_INFINITY;
  const { method, headers } = request;
  const outgoing = sendRequest(`${origin}/odata/$batch`, { method, headers, agent });
  outgoing.end(request.body);
  if (patience < 20_000) return leaveEarly(outgoing, random() * 200);

  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks = async function* () {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      patience -= chunk.length;
      if (patience < 0) throw new Error('impatient');
      yield chunk;
    }
  };
  const answer = {
    status: incoming.statusCode ?? 0,
    headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
    body: chunks(),
  };
  const results = await readBatchResponse(answer, { request }).catch((error: unknown) => {
    if (patience < 0) return undefined;
    throw error;
  });
  if (results === undefined) return 'aborted';
  const values = valuesOf(results).flat() as { name: string; text: string }[];
  const expected = batch.flat().map(({ body }) => body as { name: string; text: string });
  expect(values.map(({ name, text }) => ({ name, text }))).toEqual(expected);
  return 'answered';
}

/** Goes away before there is an answer, or just when it comes. */
async function leaveEarly(outgoing: ReturnType<typeof sendRequest>, after: number): Promise<Outcome> {
  outgoing.on('error', () => {});
  await new Promise((resolve) => setTimeout(resolve, after));
  outgoing.destroy();
  return 'aborted';
}

async function state(): Promise<ServerState> {
  return (await (await fetch(`${origin}/state`)).json()) as ServerState;
}

/** So many clients at once; when all of them have gone nothing may run any more. */
async function round(clients: number): Promise<{ outcomes: Outcome[]; after: ServerState }> {
  const outcomes = await Promise.all(
    Array.from({ length: clients }, (_, index) => converse(`${clients}.${index}`, numbers(index))),
  );
  let after = await state();
  for (let tries = 0; after.running > 0 && tries < 50; tries++) after = await state();
  return { outcomes, after };
}

describe('a batch endpoint under load', () => {
  it('answers a thousand batches of a hundred operations at once, loses none and mixes up none', async () => {
    const heaps: number[] = [];
    for (const clients of ROUNDS) {
      const { begun } = await state();
      const { outcomes, after } = await round(clients);
      const answered = outcomes.filter((outcome) => outcome === 'answered').length;
      const ran = after.begun - begun;
      const heap = (after.heap / MIB).toFixed(1);
      console.log(`${answered} of ${clients} answered, ${ran} operations, then a heap of ${heap} MiB`);
      expect(answered).toBeGreaterThan(clients / 2);
      expect(answered).toBeLessThan(clients);
      expect(after).toMatchObject({ running: 0, open: 0, errors: [] });
      // Clients that went away stopped their batches.
      expect(ran).toBeGreaterThanOrEqual(answered * OPERATIONS);
      expect(ran).toBeLessThan(clients * OPERATIONS);
      heaps.push(after.heap);
    }
    // What the large round needed it has given back.
    expect((heaps[2] ?? 0) - (heaps[0] ?? 0)).toBeLessThan(4 * MIB);
  });
});
