import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DecodedItem } from '../../src/batch/decoded-batch.ts';
import type { Batch } from '../../src/batch/operation.ts';
import { isChangeSet, type PlannedOperation } from '../../src/batch/plan.ts';
import { decodeBatchRequest } from '../../src/formats/decode-batch-request.ts';
import { encodeBatchRequest } from '../../src/formats/encode-batch-request.ts';
import { channelAdvisor } from '../../src/services/channel-advisor.ts';
import type { DefinedService } from '../../src/services/define-service.ts';
import { FIXTURE_ROOT } from './fixture.ts';

const FOLDER = `${FIXTURE_ROOT}services/`;
const SERVICES: Readonly<Record<string, (options: never) => DefinedService>> = { channelAdvisor };

const request = z.strictObject({
  method: z.string(),
  url: z.string(),
  id: z.string().optional(),
  body: z.unknown().optional(),
});
const fixtureFile = z.strictObject({
  title: z.string().regex(/^[A-Z].*[.]$/),
  source: z.string().startsWith('by hand'),
  service: z.enum(Object.keys(SERVICES)),
  options: z.record(z.string(), z.unknown()),
  boundary: z.array(z.string()).optional(),
  contentType: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  requests: z.array(z.union([request, z.array(request)])),
});

const fixtures = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.http'))
  .map((file) => {
    const name = file.slice(0, -'.http'.length);
    const { requests, ...rest } = fixtureFile.parse(
      JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')),
    );
    return { ...rest, name, batch: requests as Batch, bytes: readFileSync(FOLDER + file) };
  });

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const encode = ({ service, options, boundary, batch }: (typeof fixtures)[number]) =>
  encodeBatchRequest(batch, { service: SERVICES[service]?.(options as never), boundary });

describe('batches as services document them', () => {
  it.each(fixtures)('$name: $title', (fixture) => {
    const request = encode(fixture);
    expect(latin1(request.body)).toBe(latin1(fixture.bytes));
    expect(request.contentType).toBe(fixture.contentType);
    expect(request.headers).toEqual({ 'Content-Type': fixture.contentType, ...fixture.headers });
  });

  it.each(fixtures)('$name holds the operations of the plan, whoever reads it', (fixture) => {
    const { plan, contentType, body } = encode(fixture);
    const sent = ({ method, url, wireId, headers }: PlannedOperation) => ({
      method,
      url,
      id: wireId,
      headers,
    });
    // The empty line behind a body is the layout's; by the standard it is part of the body, where JSON does not mind it.
    const read = (item: DecodedItem): unknown =>
      'method' in item
        ? { method: item.method, url: item.url, id: item.id, headers: [...item.headers] }
        : item.map(read);
    const batch = decodeBatchRequest({ contentType, body });
    expect(batch.map(read)).toEqual(
      plan.items.map((item) => (isChangeSet(item) ? item.map(sent) : sent(item))),
    );
    for (const item of batch.flat()) {
      if (item.bytes.length > 0) expect(() => item.json()).not.toThrow();
      expect(item.headers.get('Content-Type')).toBe(item.bytes.length > 0 ? 'application/json' : null);
    }
  });
});
