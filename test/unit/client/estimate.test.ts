import { describe, expect, it } from 'vitest';
import { estimate } from '../../../src/client/estimate.ts';
import { channelAdvisor } from '../../../src/services/channel-advisor.ts';
import { issuesOf } from '../catch-error.ts';

describe('estimate', () => {
  it('40 000 at ChannelAdvisor: 40 400 requests, 20.2 minutes', () => {
    expect(estimate(40_000, channelAdvisor())).toEqual({ requests: 40_400, batches: 400, minutes: 20.2 });
  });

  it('takes the slowest of the rates', () => {
    const rates = [
      { requests: 100, seconds: 60, per: 'user' as const },
      { requests: 120, seconds: 3600, per: 'user' as const },
    ];
    expect(estimate(240, { name: 'x', limits: { rates, maxOperations: 1 } })).toEqual({
      requests: 240,
      batches: 240,
      minutes: 120,
    });
  });

  it('takes smaller batches where they are asked for', () => {
    const service = channelAdvisor();
    expect(estimate(1000, service, { batchLimits: { maxOperations: 10 } })).toMatchObject({
      requests: 1100,
      batches: 100,
    });
    expect(estimate(0, service)).toEqual({ requests: 0, batches: 0, minutes: 0 });
    expect(estimate(7, { name: 'without limits' })).toEqual({ requests: 1, batches: 1, minutes: 0 });
  });

  it('refuses what is no number of operations', () => {
    expect(issuesOf(() => estimate(-1, { name: 'x' }))).toEqual(['count: invalid-option']);
  });
});
