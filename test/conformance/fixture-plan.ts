import { encodeBatchRequest, type Plan, type PlannedItem } from '../../src/index.ts';
import type { AcceptedResponse, PlannedRequest, RefusedResponse } from './fixture.ts';

/** The plan of the requests that a response fixture answers: ids were sent where the fixture has them. */
export function fixturePlan(fixture: AcceptedResponse | RefusedResponse): Plan | undefined {
  const { requests, version, requestFormat: format, continueOnError } = fixture;
  if (requests === undefined) return undefined;
  const isList = (item: (typeof requests)[number]): item is readonly PlannedRequest[] => Array.isArray(item);
  const batch = requests.map((item) =>
    isList(item) ? item.map((request) => ({ ...request })) : { ...item },
  );
  const { plan } = encodeBatchRequest(batch, { format, version, continueOnError });

  const flat = batch.flat();
  const asSent = (item: PlannedItem): PlannedItem =>
    'index' in item
      ? { ...item, idSent: flat[item.index]?.id !== undefined }
      : item.map((each) => asSent(each) as never);
  return { ...plan, items: plan.items.map(asSent) };
}
