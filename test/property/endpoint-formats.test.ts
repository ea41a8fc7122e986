import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  type BatchFormat,
  BatchUsageError,
  convertBatch,
  type EncodedBatchRequest,
  encodeBatchRequest,
  type Operation,
  type OperationResult,
  readBatchResponse,
  reference,
} from '../../src/index.ts';
import { createBatchHandler } from '../../src/server.ts';
import { law } from './law.ts';

// Batches in both formats, and converted ones, run by the endpoint: what happens is what the format says.

const ROOT = 'https://shop.example/odata/';

interface Draft {
  readonly method: string;
  /** An earlier operation that the URL refers to. */
  readonly refersTo: number | null;
  readonly needs: readonly number[];
  readonly fails: boolean;
}
type Drafts = readonly (Draft | readonly Draft[])[];

const draft: fc.Arbitrary<Draft> = fc.record({
  method: fc.constantFrom('POST', 'POST', 'PATCH'),
  refersTo: fc.option(fc.nat(), { freq: 3 }),
  needs: fc.array(fc.nat(), { maxLength: 2 }),
  fails: fc.integer({ min: 0, max: 3 }).map((one) => one === 0),
});
const drafts: fc.Arbitrary<Drafts> = fc.array(
  fc.oneof({ weight: 2, arbitrary: draft }, fc.array(draft, { minLength: 1, maxLength: 3 })),
  { minLength: 1, maxLength: 7 },
);

/** The batch of drafts: each operation is known by its header, and creates something where it is a POST. */
function makeBatch(items: Drafts, withNeeds: boolean) {
  const all: Operation[] = [];
  const make = ({ method, refersTo, needs }: Draft): Operation => {
    const target = refersTo === null || all.length === 0 ? undefined : all[refersTo % all.length];
    const needed = withNeeds && all.length > 0 ? needs.map((one) => all[one % all.length] as Operation) : [];
    const operation = {
      method,
      url: target === undefined ? 'E' : reference(target, 'N'),
      headers: { 'X-Index': String(all.length) },
      ...(needed.length > 0 && { dependsOn: needed }),
    };
    all.push(operation);
    return operation;
  };
  return items.map((item) => ('method' in item ? make(item) : item.map(make)));
}

/** Sends a batch to the endpoint; tells which operations were run, in order, and what became of all. */
async function run(request: EncodedBatchRequest, items: Drafts, answer: BatchFormat) {
  const ran: number[] = [];
  const flat = items.flat() as Draft[];
  const handler = createBatchHandler({
    serviceRoot: ROOT,
    transaction: (run) => run(),
    responseFormat: 'accept',
    ownHeaders: ['X-Index'],
    fetch: ({ headers, method }) => {
      const index = Number(headers.get('X-Index'));
      ran.push(index);
      if (flat[index]?.fails) return Response.json({ error: { code: 'No', message: 'no' } }, { status: 400 });
      return method === 'POST'
        ? Response.json({ index }, { status: 201, headers: { Location: `E(${index})` } })
        : Response.json({ index });
    },
  });
  const headers = { ...request.headers, Accept: answer === 'json' ? 'application/json' : 'multipart/mixed' };
  const response = await handler(new Request(`${ROOT}$batch`, { ...request, headers }));
  expect(response.status).toBe(200);
  const results = (await readBatchResponse(response, { request })).flat() as OperationResult[];
  return { ran, outcomes: results.map(({ outcome }) => outcome) };
}

/** What a JSON batch means, operation by operation, in the order of the batch. */
function expectedOf(items: Drafts) {
  const done: boolean[] = [];
  const ran: number[] = [];
  const outcomes: string[] = [];
  for (const item of items) {
    const members = 'method' in item ? [item] : item;
    const from = done.length;
    let failed: number | undefined;
    let isHeld = false;
    for (const [member, { needs, refersTo, fails }] of members.entries()) {
      const index = from + member;
      const targets = index === 0 ? [] : [...needs, ...(refersTo === null ? [] : [refersTo])];
      // What comes before in the same set has succeeded, else this one would not be reached.
      if (targets.some((target) => done[target % index] === false && target % index < from)) isHeld = true;
      if (isHeld) break;
      ran.push(index);
      if (!fails) continue;
      failed = index;
      break;
    }
    for (const [member] of members.entries()) {
      const isOk = failed === undefined && !isHeld;
      done.push(isOk);
      const other = isHeld ? 'not-executed' : 'rolled-back';
      outcomes.push(isOk ? 'succeeded' : failed === from + member ? 'failed' : other);
    }
  }
  return { ran, outcomes };
}

const format = fc.constantFrom('json', 'multipart');

/** Something to refer to is what a POST creates. */
const onlyToCreated = (items: Drafts): Drafts => {
  const flat = items.flat() as Draft[];
  let at = 0;
  const keep = (one: Draft): Draft => {
    const index = at++;
    const target = one.refersTo === null || index === 0 ? undefined : flat[one.refersTo % index];
    return target?.method === 'POST' ? one : { ...one, refersTo: null };
  };
  return items.map((item) => ('method' in item ? keep(item) : item.map(keep)));
};

describe('the endpoint', () => {
  law(
    'runs of a JSON batch what its dependencies let it, and says what it did not run',
    fc.asyncProperty(drafts.map(onlyToCreated), format, async (items, answer) => {
      const request = encodeBatchRequest(makeBatch(items, true), { format: 'json' });
      expect(await run(request, items, answer)).toEqual(expectedOf(items));
    }),
    2,
  );

  law(
    'law 5: does the same with a multipart batch that stops and the JSON that it was converted to',
    fc.asyncProperty(drafts.map(onlyToCreated), format, async (items, answer) => {
      const multipart = encodeBatchRequest(makeBatch(items, false));
      const json = convertBatch(multipart, { format: 'json' });
      expect(await run(json, items, answer)).toEqual(await run(multipart, items, answer));
    }),
    2,
  );

  law(
    'law 5: does the same with a JSON batch and the multipart that it was converted to',
    fc.asyncProperty(drafts.map(onlyToCreated), fc.boolean(), format, async (items, withNeeds, answer) => {
      const json = encodeBatchRequest(makeBatch(items, withNeeds), { format: 'json' });
      let multipart: EncodedBatchRequest;
      try {
        multipart = convertBatch(json, { format: 'multipart' });
      } catch (error) {
        expect(withNeeds && error instanceof BatchUsageError).toBe(true);
        return;
      }
      const asJson = await run(json, items, answer);
      const asMultipart = await run(multipart, items, answer);
      expect(asMultipart.ran).toEqual(asJson.ran);
      // Multipart has no word for what was held back: it is answered with 424 as any failure.
      const isOk = (outcome: string) => outcome === 'succeeded';
      expect(asMultipart.outcomes.map(isOk)).toEqual(asJson.outcomes.map(isOk));
    }),
    2,
  );
});
