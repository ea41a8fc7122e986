import type { JobResult, JobTicket } from './job.ts';
import type { PartEnd } from './job-run.ts';
import type { JobPlan } from './job-service.ts';

/** One result for each item of a part, in their order. */
export function jobResults<I, V>(
  inputs: readonly I[],
  plan: JobPlan<V>,
  ticket: JobTicket,
  part: number,
  { items, rest }: PartEnd<V>,
): JobResult<I, V>[] {
  const { from = 0, to = 0 } = ticket.parts[part] ?? {};
  return inputs.slice(from, to).map((item, place) => {
    const index = from + place;
    const { operation, id } = plan.items[index] ?? {};
    const { native = {}, ...outcome } = items.get(index) ?? rest;
    const subject = {
      index,
      item,
      ...(operation !== undefined && { operation }),
      ...(id !== undefined && { id }),
      part,
      native,
    };
    return { ...subject, ...outcome } as JobResult<I, V>;
  });
}
