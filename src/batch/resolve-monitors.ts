import { resolveUrl } from '../odata/resolve-url.ts';
import type { AnyResult } from './result.ts';

/** Any results: nested like the batch or the answer, of known requests or of none. */
type Results = readonly (AnyResult | readonly AnyResult[])[];

/**
 * The results with absolute monitors: a Location is relative to the URL that the answer came from. As they stand where nobody
 * knows it.
 */
export function resolveMonitors<R extends Results>(results: R, url: string | undefined): R {
  if (url === undefined || !/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url)) return results;
  const resolve = (result: AnyResult): AnyResult =>
    result.outcome === 'pending' ? { ...result, monitor: resolveUrl(result.monitor, url) } : result;
  const isList = (item: Results[number]): item is readonly AnyResult[] => Array.isArray(item);
  return results.map((item) => (isList(item) ? item.map(resolve) : resolve(item))) as unknown as R;
}
