import { describe, expect, it } from 'vitest';
import { csrfToken, estimate, sendBatch, sendBatchStream, splitBatch } from '../../src/client.ts';
import {
  convertBatch,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchRequestStream,
} from '../../src/index.ts';
import { channelAdvisor, explainRewrite, isRetryable } from '../../src/services.ts';
import { rejectionOf } from './catch-error.ts';

const batch = [{ method: 'GET', url: 'Products' }];
const message = { contentType: 'application/json', body: '{"requests":[]}' };

/** All that take a service, in whatever way. */
const TAKERS: readonly [string, (service: never) => unknown][] = [
  ['encodeBatchRequest', (service) => encodeBatchRequest(batch, { service })],
  ['encodeBatchRequestStream', (service) => encodeBatchRequestStream(batch, { service })],
  ['decodeBatchRequest', (service) => decodeBatchRequest(message, { service })],
  ['decodeBatchResponse', (service) => decodeBatchResponse(message, { service })],
  ['convertBatch', (service) => convertBatch(message, { format: 'json', service })],
  ['sendBatch', (service) => sendBatch(batch, { service })],
  ['sendBatchStream', (service) => sendBatchStream(batch, { service }).next()],
  ['splitBatch', (service) => splitBatch(batch, { service })],
  ['csrfToken', (service) => csrfToken({ service })],
  ['estimate', (service) => estimate(5, service)],
  ['explainRewrite', (service) => explainRewrite(service, { method: 'GET', url: 'Products' })],
  ['isRetryable', (service) => isRetryable(service, {} as never)],
];

describe('a service', () => {
  it.each(TAKERS)('that is not called is refused by %s, which says so', async (_, take) => {
    const error = await rejectionOf((async () => take(channelAdvisor as never))());
    expect(error).toMatchObject({
      code: 'invalid-option',
      issues: [{ path: expect.stringMatching(/service$/) }],
    });
    expect((error as Error).message).toMatch(/, not a function: call it: channelAdvisor\(\)$/);
  });

  it.each(TAKERS)('that is given by its name is refused by %s', async (_, take) => {
    const error = await rejectionOf((async () => take('channelAdvisor' as never))());
    expect(error).toMatchObject({
      code: 'invalid-option',
      issues: [{ path: expect.stringMatching(/service$/) }],
    });
    expect((error as Error).message).toMatch(/expected a service/);
  });
});
