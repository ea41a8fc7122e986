import { guardCallbacks, Issues, usageError } from '../batch/issues.ts';
import type { Batch } from '../batch/operation.ts';
import { BatchUsageError } from '../errors.ts';
import { encodeBatchRequest } from '../formats/encode-batch-request.ts';
import { relocateIssues } from './relocate-issues.ts';
import type { SendSettings } from './send-settings.ts';
import { splitBatch } from './split-batch.ts';

/** Tells all that is wrong with a batch before anything is sent. Throws BatchUsageError. */
export function checkBatch(batch: Batch, settings: SendSettings): void {
  const { encoding, limits, budget, isDirect } = settings;
  const headers = typeof settings.headers === 'function' ? undefined : settings.headers;
  const issues = new Issues();
  let from = 0;
  for (const part of splitBatch(batch, { ...encoding, batchLimits: limits })) {
    const places = part.map((_, item) => from + item);
    from += part.length;
    try {
      guardCallbacks(() => encodeBatchRequest(part, { ...encoding, headers, onWarning: undefined }));
    } catch (error) {
      if (!(error instanceof BatchUsageError)) throw error;
      for (const { issue } of relocateIssues(error.issues, places)) {
        issues.add(issue.path, issue.code, issue.message, error.cause);
      }
    }
  }
  issues.throwIfAny();
  const least = isDirect ? 1 : budget.costOf(1);
  if (least <= budget.capacity) return;
  const message = `a batch counts for at least ${least} requests, and the budget gives ${budget.capacity} at once`;
  throw usageError('options.budget', 'budget-too-small', message);
}
