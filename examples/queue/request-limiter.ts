import { Redis } from 'ioredis';

/** What all workers together may send. */
export interface RequestRate {
  readonly requests: number;
  readonly seconds: number;
}

/**
 * A window that slides, in Redis, whose clock is everybody's. A request counts until the window's length after its end; one whose
 * worker died, until that after the longest time that it may take.
 */
const TAKE = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local requests, window, longest, cost, name = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  local used, entries = 0, redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
  for place = 1, #entries, 2 do used = used + tonumber(string.match(entries[place], '^%d+')) end
  if used + cost <= requests then
    redis.call('ZADD', KEYS[1], now + window + longest, cost .. ':' .. name)
    return 0
  end
  for place = 1, #entries, 2 do
    used = used - tonumber(string.match(entries[place], '^%d+'))
    if used + cost <= requests then return math.max(1, math.ceil(tonumber(entries[place + 1]) - now)) end
  end
  return window
`;
const END = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZADD', KEYS[1], 'XX', now + tonumber(ARGV[1]), ARGV[2])
`;

/** One for all workers, in Redis. */
export class RequestLimiter {
  readonly #redis: Redis;
  readonly #rate: RequestRate;
  readonly #longestMs: number;

  constructor(redisUrl: string, rate: RequestRate, longestMs: number) {
    this.#redis = new Redis(redisUrl);
    this.#rate = rate;
    this.#longestMs = longestMs;
  }

  /** 0 where so many requests may be made now, else how many milliseconds to wait before asking again. */
  async take(cost: number, name: string): Promise<number> {
    const { requests, seconds } = this.#rate;
    const args = [requests, seconds * 1000, this.#longestMs, cost, name];
    return Number(await this.#redis.eval(TAKE, 1, 'requests', ...args));
  }

  async end(cost: number, name: string): Promise<void> {
    await this.#redis.eval(END, 1, 'requests', this.#rate.seconds * 1000, `${cost}:${name}`);
  }

  async close(): Promise<void> {
    await this.#redis.quit();
  }
}
