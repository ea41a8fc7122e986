import type { RandomSource } from '../batch/encode-options.ts';
import type { GivenBatch, PreparedBatch, Service } from '../batch/service.ts';
import { uuid } from '../transport/uuid.ts';

/** Header fields by which a service knows a request again (OData Repeatable Requests 1.0, sections 3.1 and 3.2). */
export type RepeatabilityFields = readonly (readonly [name: string, value: string])[];

/** @param now milliseconds since 1970 */
export function repeatabilityFields(random: RandomSource, now: number): RepeatabilityFields {
  return [
    ['Repeatability-Request-ID', uuid(random(new Uint8Array(16)))],
    ['Repeatability-First-Sent', new Date(now).toUTCString()],
  ];
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
