import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../src/transport/fetch.ts';
import { createEcwidDouble, startEcwidDouble } from '../../doubles/ecwid/ecwid-double.ts';
import { seededRandom, shuffled } from '../../doubles/seeded-random.ts';
import { randomTrouble, type Trouble, type TroubleScript } from '../../doubles/trouble.ts';
import { rejectionOf } from '../catch-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const STORE = { storeId: 1003, token: 'secret_token' };
const URL = 'https://app.ecwid.com/api/v3/1003/batch';
const CREATE = {
  method: 'POST',
  headers: {
    Authorization: 'Bearer secret_token',
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache',
  },
  body: '[{"path":"/profile","method":"GET"}]',
};
const once =
  (trouble: Trouble): TroubleScript =>
  ({ nth }) =>
    nth === 0 ? trouble : undefined;

/** How many batches there are. */
function created(log: { requests: readonly { kind: string; acted: boolean }[] }): number {
  return log.requests.filter(({ kind, acted }) => kind === 'create' && acted).length;
}

const TROUBLES: [string, Trouble, { acted: number; delivery: string }][] = [
  ['lost before it is acted on', { insteadOfActing: 'lose' }, { acted: 0, delivery: 'lost' }],
  ['lost after it was acted on', { afterActing: 'lose' }, { acted: 1, delivery: 'lost' }],
  ['cut in the middle', { afterActing: 'cut' }, { acted: 1, delivery: 'cut' }],
];

describe('trouble', () => {
  it.each(TROUBLES)('in process: %s', async (_, trouble, { acted, delivery }) => {
    const double = createEcwidDouble({ ...STORE, trouble: once(trouble) });
    const error = await rejectionOf(double.fetch(URL, CREATE).then((response) => response.text()));
    expect(error).toBeInstanceOf(TypeError);
    expect(created(double.log)).toBe(acted);
    expect(double.log.requests).toMatchObject([{ delivery }]);
    expect((await double.fetch(URL, CREATE)).status).toBe(200);
  });

  it.each(TROUBLES)('over a socket: %s', async (_, trouble, { acted, delivery }) => {
    const { double, fetch, close } = await startEcwidDouble({ ...STORE, trouble: once(trouble) });
    const error = await rejectionOf(fetch(URL, CREATE).then((response) => response.text()));
    expect(error).toBeInstanceOf(TypeError);
    expect(created(double.log)).toBe(acted);
    expect(double.log.requests).toMatchObject([{ delivery }]);
    expect((await fetch(URL, CREATE)).status).toBe(200);
    await close();
  });

  it('answers otherwise, before or after acting', async () => {
    const unavailable = { status: 503, headers: { 'Retry-After': '7' }, text: 'later' };
    for (const [trouble, acted] of [
      [{ insteadOfActing: unavailable }, 0],
      [{ afterActing: unavailable }, 1],
      [{ afterActing: () => unavailable }, 1],
    ] as const) {
      const double = createEcwidDouble({ ...STORE, clock: new VirtualClock(), trouble: once(trouble) });
      const response = await double.fetch(URL, CREATE);
      expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '7']);
      expect(await response.text()).toBe('later');
      expect(created(double.log)).toBe(acted);
      await double.fetch(URL, CREATE);
      expect(double.log.early).toMatchObject([{ index: 1 }]);
    }
  });

  it('is late, and acts although its client gave up', async () => {
    const clock = new VirtualClock();
    const begun = clock.now();
    const trouble = once({ delayBefore: 1000, delayAfter: 500 });
    const double = createEcwidDouble({ ...STORE, clock, trouble });
    const controller = new AbortController();
    const sent = rejectionOf(double.fetch(URL, { ...CREATE, signal: controller.signal }));
    await clock.advance(400);
    controller.abort('enough');
    expect(await sent).toBe('enough');
    await clock.advance(400);
    expect(created(double.log)).toBe(0);
    await clock.advance(1000);
    expect(created(double.log)).toBe(1);
    expect(double.log.requests).toMatchObject([{ at: begun, delivery: 'lost', status: undefined }]);
    expect(await rejectionOf(double.fetch(URL, { ...CREATE, signal: controller.signal }))).toBe('enough');
    expect(double.log.requests).toHaveLength(1);
  });

  it('of the double itself is a violation, not a lost connection', async () => {
    const allows = () => {
      throw new Error('a mistake');
    };
    const double = createEcwidDouble({ ...STORE, allows });
    expect((await double.fetch(URL, CREATE)).status).toBe(500);
    expect(double.log.violations).toEqual([{ request: 0, code: 'double-failed', message: 'a mistake' }]);
  });

  it('by chance is the same for the same seed, never too much in a row, and of every kind', () => {
    const draw = (seed: number) => {
      const script = randomTrouble({
        random: seededRandom(seed),
        rate: 0.9,
        maxInARow: 2,
        kinds: ['status'],
      });
      return Array.from({ length: 300 }, (_, nth) => {
        expect(
          script({ kind: 'create', nth, index: nth, at: 0, method: 'POST', target: '/' }),
        ).toBeUndefined();
        return script({ kind: 'status', nth, index: nth, at: 0, method: 'GET', target: '/' });
      });
    };
    const drawn = draw(7);
    expect(draw(7)).toEqual(drawn);
    expect(draw(8)).not.toEqual(drawn);
    expect(drawn.some((trouble, at) => trouble && drawn[at + 1] && drawn[at + 2])).toBe(false);
    const forms = new Set(
      drawn.map((trouble) =>
        JSON.stringify(trouble, (name, value) => (/^delay|^Retry/.test(name) ? 0 : value)),
      ),
    );
    expect(forms.size).toBe(9);
  });
});

describe('the fetch of a double', () => {
  it('stands in for any other, in process and over a socket', async () => {
    const server = await startEcwidDouble(STORE);
    const fetches: Fetch[] = [createEcwidDouble(STORE).fetch, server.fetch];
    for (const fetch of fetches) {
      const { method, headers, body } = CREATE;
      const signal = new AbortController().signal;
      const octets = new TextEncoder().encode(body);
      const response = await fetch(URL, { method, headers, body: octets, redirect: 'manual', signal });
      expect([response.status, response.url]).toEqual([200, '']);
    }
    await server.close();
  });
});

describe('a fixed seed', () => {
  it('gives numbers from 0 to 1, evenly, and a true shuffle', () => {
    const random = seededRandom(1);
    const drawn = Array.from({ length: 10_000 }, random);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(drawn.reduce((sum, value) => sum + value, 0) / 10_000).toBeCloseTo(0.5, 1);
    const values = [1, 2, 3, 4, 5, 6, 7, 8];
    const other = shuffled(values, random);
    expect(other).not.toEqual(values);
    expect(other.toSorted((a, b) => a - b)).toEqual(values);
  });
});
