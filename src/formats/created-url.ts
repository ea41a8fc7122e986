import type { Batch } from '../batch/operation.ts';
import type { Plan, PlannedOperation } from '../batch/plan.ts';
import type { OperationResult } from '../batch/result.ts';
import { expectArgument, isObject } from '../expect-argument.ts';
import { expectOptions } from '../expect-options.ts';
import { parseUrlReference } from '../odata/content-id.ts';
import { locationOf } from '../odata/resolve-reference.ts';
import { resolveTarget } from '../odata/target.ts';
import { type Planned, requiredPlanOf } from './decode-batch-response.ts';

const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/**
 * The absolute URL of what an operation created: the Location of its answer, else its OData-EntityId. A relative one is relative to
 * the URL of the operation, or to the service root where the service means that. Null where the operation created nothing, and
 * where nobody knows what the URL is relative to: give `serviceRoot` when encoding.
 *
 * Throws BatchUsageError `invalid-option`.
 *
 * @example
 * const [created] = await readBatchResponse(response, { request });
 * createdUrl(created, { request }); // 'https://shop.example/odata/Products(7)'
 */
export function createdUrl(
  result: OperationResult,
  options: { readonly request: Planned<Batch> },
): string | null {
  expectArgument(isObject(result) && 'outcome' in result, 'result', 'the result of one operation');
  const plan = requiredPlanOf(options);
  expectOptions(options, { request: 'object' });
  if (!('headers' in result)) return null;
  const location = locationOf('', result);
  if (location === null) return null;
  const base = baseOf(plan, result.index);
  const found = base === undefined ? null : locationOf(base, result);
  return found !== null && ABSOLUTE.test(found) ? found : null;
}

/** What a relative Location of an operation is relative to; undefined where nobody knows. */
function baseOf(plan: Plan, index: number): string | undefined {
  const { service, serviceRoot = service?.serviceRoot } = plan;
  const root = serviceRoot?.replace(/\/?(?:[?#].*)?$/s, '/');
  if (service?.locationBase === 'service-root') return root;
  const planned: PlannedOperation | undefined = plan.items.flat().find((each) => each.index === index);
  if (planned === undefined) return undefined;
  // What a reference stands for only the service knows; an absolute Location needs no base.
  if (parseUrlReference(planned.url) !== undefined) return '';
  const host = planned.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? null;
  return root === undefined ? planned.url : resolveTarget(planned.url, host, root);
}
