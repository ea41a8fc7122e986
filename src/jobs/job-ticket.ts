import * as z from 'zod/mini';
import { usageError } from '../batch/issues.ts';
import { utf8Encoder } from '../bytes/text.ts';
import type { JobTicket, TicketPart } from './job.ts';
import type { JobItem, JobPlan } from './job-service.ts';
import { sha256 } from './sha256.ts';

const count = z.int().check(z.gte(0));

const TICKET = z.object({
  format: z.literal(1),
  service: z.string(),
  createdAt: z.number(),
  submit: z.optional(z.unknown()),
  inputs: z.object({ count, digest: z.string() }),
  parts: z.array(
    z.object({
      from: count,
      to: count,
      state: z.enum(['prepared', 'sending', 'submitted', 'started', 'finished']),
      key: z.optional(z.string()),
      id: z.optional(z.string()),
      next: z.optional(z.string()),
      accepted: z.optional(count),
      sentAt: z.optional(z.number()),
    }),
  ),
});

/** The ticket of a job that was not begun. */
export function newJobTicket(
  service: string,
  plan: JobPlan<unknown>,
  digest: string,
  createdAt: number,
): JobTicket {
  const { length } = plan.items;
  const parts: TicketPart[] = [];
  for (let from = 0; from < length; from += plan.partSize) {
    const to = Math.min(from + plan.partSize, length);
    parts.push({ from, to, state: 'prepared', ...(plan.makeKey && { key: plan.makeKey() }) });
  }
  const submit = plan.submit === undefined ? {} : { submit: plan.submit };
  return { format: 1, service, createdAt, ...submit, inputs: { count: length, digest }, parts };
}

/** In the registry of all realms: what Node, Deno and Bun ask how an object is printed. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * A copy for the caller: data, so that whatever it is kept with keeps all of it. Only printing leaves out what the service
 * knows the job by, which may hold a query or come from a body, and what the service is told.
 */
export function copyOfTicket(ticket: JobTicket): JobTicket {
  const copy = JSON.parse(JSON.stringify(ticket)) as JobTicket;
  const { submit: _submit, ...printed } = copy;
  Object.defineProperty(copy, INSPECT, { value: () => printed });
  for (const part of copy.parts) {
    const { key: _key, id: _id, next: _next, ...printedPart } = part;
    Object.defineProperty(part, INSPECT, { value: () => printedPart });
  }
  return copy;
}

/** Reads a ticket that was kept somewhere. Throws BatchUsageError `invalid-ticket`, `ticket-mismatch`. */
export function readJobTicket(value: unknown, service: string): JobTicket {
  const parsed = TICKET.safeParse(value);
  if (!parsed.success || !isGapless(parsed.data as JobTicket)) {
    throw usageError('ticket', 'invalid-ticket', 'expected a ticket as onTicket was given it');
  }
  const ticket = parsed.data as JobTicket;
  if (ticket.service === service) return ticket;
  const message = `expected a ticket of ${service}, not of ${JSON.stringify(ticket.service)}`;
  throw usageError('ticket.service', 'ticket-mismatch', message);
}

/** Makes sure that a ticket is of these very inputs. Throws BatchUsageError `ticket-mismatch`. */
export function matchJobTicket(ticket: JobTicket, digest: string, length: number): void {
  if (ticket.inputs.count !== length) {
    const message = `expected the ${ticket.inputs.count} inputs that the ticket is of, not ${length}`;
    throw usageError('inputs', 'ticket-mismatch', message);
  }
  if (ticket.inputs.digest === digest) return;
  throw usageError('inputs', 'ticket-mismatch', 'expected the very inputs that the ticket is of');
}

function isGapless({ parts, inputs }: JobTicket): boolean {
  let at = 0;
  for (const { from, to, accepted = 0 } of parts) {
    if (from !== at || to <= from || accepted > to - from) return false;
    at = to;
  }
  return at === inputs.count;
}

/** SHA-256 of what is sent for each input, in hexadecimal digits. */
export function digestOf(items: readonly JobItem[]): string {
  return sha256(utf8Encoder.encode(JSON.stringify(items.map(({ wire }) => wire))));
}
