import type { RandomSource } from '../batch/encode-options.ts';
import type { GivenBatch, PreparedBatch, Service } from '../batch/service.ts';

/** Header fields by which a service knows a request again (OData Repeatable Requests 1.0, sections 3.1 and 3.2). */
export type RepeatabilityFields = readonly (readonly [name: string, value: string])[];

/** @param now milliseconds since 1970 */
export function repeatabilityFields(random: RandomSource, now: number): RepeatabilityFields {
  return [
    ['Repeatability-Request-ID', uuid(random(new Uint8Array(16)))],
    ['Repeatability-First-Sent', new Date(now).toUTCString()],
  ];
}

/** A version 4 UUID of random octets (RFC 9562 section 5.4). */
function uuid(octets: Uint8Array): string {
  const hex = Array.from(octets, (octet, index) => {
    const marked = index === 6 ? (octet & 0x0f) | 0x40 : index === 8 ? (octet & 0x3f) | 0x80 : octet;
    return marked.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * The service, which also puts these fields before the caller's.
 *
 * @param fields by place in the flattened batch
 */
export function withFields(service: Service, fields: readonly (RepeatabilityFields | undefined)[]): Service {
  if (fields.every((own) => own === undefined)) return service;
  return {
    ...service,
    prepare(batch: GivenBatch): PreparedBatch {
      const prepared = service.prepare?.(batch) ?? unchanged(batch);
      const operations = prepared.operations.map((operation) => {
        const own = fields[operation.members[0]];
        return own === undefined ? operation : { ...operation, headers: [...operation.headers, ...own] };
      });
      return { ...prepared, operations };
    },
  };
}

function unchanged({ operations }: GivenBatch): PreparedBatch {
  return {
    operations: operations.map(({ index, method, url, body }) => ({
      members: [index],
      method,
      url,
      body,
      headers: [],
      rule: undefined,
    })),
    issues: [],
    warnings: [],
  };
}
