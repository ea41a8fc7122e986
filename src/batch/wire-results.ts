import { answered } from './outcome.ts';
import { isNest, type ReceivedItem } from './received-item.ts';
import type { WireResult } from './result.ts';

/** What the wire says, in its order, where the requests are not known: each answer stands for itself. */
export function wireResults(received: readonly ReceivedItem[]): (WireResult | WireResult[])[] {
  let index = 0;
  return received.map((item, place) => {
    if (!isNest(item))
      return answered({ operation: undefined, id: item.id, index: index++, path: [place] }, item.answer);
    return item.map(({ id, answer }, member) =>
      answered({ operation: undefined, id, index: index++, path: [place, member] }, answer),
    );
  });
}
