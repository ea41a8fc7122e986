import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  BatchUsageError,
  convertBatch,
  type DecodedBatch,
  type DecodedOperation,
  decodeBatchRequest,
  decodeBatchResponse,
  encodeBatchRequest,
  encodeBatchResponse,
  type OperationResult,
} from '../../src/index.ts';
import { batchCase } from './arbitrary-batch.ts';
import { jsonBatchCase } from './arbitrary-json-batch.ts';
import { deepFreeze } from './deep-freeze.ts';
import { law } from './law.ts';
import { latin1 } from './octets.ts';

/** What both formats say of an operation. */
function modelOf({ method, url, headers, id, bytes }: DecodedOperation) {
  const fields = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = fields.get(name.toLowerCase()) ?? '';
    fields.set(name.toLowerCase(), [before, value].filter((each) => each !== '').join(', '));
  }
  return { method, url, id, headers: [...fields], body: latin1(bytes) };
}

const modelsOf = (batch: DecodedBatch) =>
  batch.map((item) => ('method' in item ? modelOf(item) : item.map(modelOf)));

const attempt = <T>(run: () => T): T | BatchUsageError => {
  try {
    return run();
  } catch (error) {
    if (error instanceof BatchUsageError) return error;
    throw error;
  }
};

/** Which items fail when they are executed, by place. */
const failures = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
/** In which order a service takes what it may take at once. */
const haste = fc.array(fc.nat(), { minLength: 12, maxLength: 12 });

const membersOf = (item: DecodedBatch[number]) => ('method' in item ? [item] : item);

/** The places of the items that a service executes, in order, as multipart has it. */
function executeMultipart(batch: DecodedBatch, fails: readonly boolean[]): number[] {
  const executed: number[] = [];
  const created = new Set<string>();
  for (const [at, item] of batch.entries()) {
    // What a failed operation should have created can't be referred to.
    const referred = membersOf(item).flatMap(({ url }) => /^\$([^/?#(]+)/.exec(url)?.[1] ?? []);
    const own = membersOf(item).map(({ id }) => id);
    const isHeld = referred.some((id) => isKnown(batch, id) && !created.has(id) && !own.includes(id));
    const failed = isHeld || fails[at % fails.length] === true;
    if (!isHeld) executed.push(at);
    if (!failed) for (const id of own) if (id !== undefined) created.add(id);
    if (failed && batch.continueOnError !== true) break;
  }
  return executed;
}

/** The same as JSON has it: in any order that dependencies leave, the first failures holding back what depends on them. */
function executeJson(batch: DecodedBatch, fails: readonly boolean[], haste: readonly number[]): number[] {
  const executed: number[] = [];
  const state = batch.map((): 'waiting' | 'done' | 'failed' => 'waiting');
  const placeOf = (id: string) =>
    batch.findIndex((item) => membersOf(item).some((member) => member.id === id));
  const needs = batch.map((item, at) =>
    membersOf(item).flatMap(({ dependsOn = [] }) => dependsOn.map(placeOf).filter((place) => place !== at)),
  );
  for (let step = 0; step < batch.length; step++) {
    const ready = batch.flatMap((_, at) =>
      state[at] === 'waiting' && needs[at]?.every((place) => state[place] !== 'waiting') ? [at] : [],
    );
    const at = ready[(haste[step % haste.length] ?? 0) % ready.length] as number;
    const isHeld = needs[at]?.some((place) => state[place] === 'failed') === true;
    if (!isHeld) executed.push(at);
    state[at] = isHeld || fails[at % fails.length] === true ? 'failed' : 'done';
  }
  return executed;
}

function isKnown(batch: DecodedBatch, id: string): boolean {
  return batch.flat().some((operation) => operation.id === id);
}

describe('both formats', () => {
  law(
    'law 5: say the same of a batch that both can say',
    fc.property(jsonBatchCase('as multipart'), ({ batch, options }) => {
      const json = decodeBatchRequest(encodeBatchRequest(batch, options));
      const multipart = decodeBatchRequest(encodeBatchRequest(batch, { ...options, format: 'multipart' }));
      expect(modelsOf(json)).toEqual(modelsOf(multipart));
      expect(json.version).toBe(multipart.version);
      expect(json.continueOnError).toBe(multipart.continueOnError);
    }),
    4,
  );

  law(
    'law 5: give the same results of the same answers',
    fc.property(
      jsonBatchCase('as multipart'),
      fc.array(
        fc.tuple(
          fc.constantFrom(200, 201, 204, 404, 500),
          fc.jsonValue({ maxDepth: 1 }).filter((value) => typeof value !== 'string'),
        ),
        {
          minLength: 6,
          maxLength: 6,
        },
      ),
      fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
      ({ batch, options }, answers, culprits) => {
        const all = [
          ['json', 'json'],
          ['json', 'multipart'],
          ['multipart', 'multipart'],
          ['multipart', 'json'],
        ] as const;
        const [first, ...others] = all.map(([requestFormat, format]) => {
          // Else a multipart batch would stop.
          const request = encodeBatchRequest(batch, {
            ...options,
            format: requestFormat,
            continueOnError: true,
          });
          const responses = request.plan.items.map((item, at) => {
            const [status, value] = answers[at % answers.length] ?? [200, 1];
            const one = { status, ...(status !== 204 && value !== null && { body: value }) };
            if (!Array.isArray(item)) return one;
            const failing = item[(culprits[at % culprits.length] ?? 0) % item.length];
            return status >= 400 ? { ...one, id: failing?.id } : item.map(() => one);
          });
          const encoded = encodeBatchResponse(responses, { request: decodeBatchRequest(request), format });
          const results = decodeBatchResponse(encoded, { request }) as (
            | OperationResult
            | OperationResult[]
          )[];
          return results.flat().map((result) => ({
            outcome: result.outcome,
            id: result.id,
            ...('bytes' in result && {
              status: result.status,
              statusText: result.statusText,
              body: latin1(result.bytes),
              headers: [...result.headers].map(([name, value]) => [name.toLowerCase(), value]),
            }),
            ...(result.outcome === 'rolled-back' && { cause: result.cause.status }),
          }));
        });
        for (const other of others) expect(other).toEqual(first);
      },
    ),
    3,
  );
});

const anyCase = fc.oneof(
  jsonBatchCase('as multipart'),
  jsonBatchCase('with dependencies'),
  jsonBatchCase('all'),
);

describe('conversion', () => {
  law(
    'law 5: multipart to JSON keeps operations, octets, order and end, or is refused',
    fc.property(
      fc.oneof(
        jsonBatchCase('as multipart').map(({ batch, options }) => ({ batch, options })),
        batchCase,
      ),
      failures,
      haste,
      ({ batch, options }, fails, haste) => {
        const request = encodeBatchRequest(batch, { ...options, format: 'multipart' });
        const multipart = decodeBatchRequest(request);
        const unchanged = deepFreeze(multipart);
        const converted = attempt(() => convertBatch(multipart, { format: 'json' }));
        unchanged();
        if (converted instanceof BatchUsageError) {
          const isOrder = converted.issues.some(({ code }) => code === 'order-not-expressible');
          if (!isOrder) return;
          const isConditional = multipart.flat().some(({ headers }) => headers.has('if-none-match'));
          expect((multipart.continueOnError === true && multipart.length > 1) || isConditional).toBe(true);
          return;
        }
        const json = decodeBatchRequest(converted);
        const named = modelsOf(multipart)
          .flat()
          .map((model, at) => ({ ...model, id: model.id ?? json.flat()[at]?.id }));
        expect(modelsOf(json).flat()).toEqual(named);
        expect(json.map((item) => membersOf(item).length)).toEqual(
          multipart.map((item) => membersOf(item).length),
        );
        expect(json.continueOnError).toBe(multipart.continueOnError ?? false);
        expect(executeJson(json, fails, haste)).toEqual(executeMultipart(multipart, fails));

        // And back again it is the same batch.
        const back = decodeBatchRequest(convertBatch(json, { format: 'multipart' }));
        expect(modelsOf(back)).toEqual(modelsOf(json));
        expect(executeMultipart(back, fails)).toEqual(executeMultipart(multipart, fails));
      },
    ),
    6,
  );

  law(
    'law 5: JSON to multipart keeps operations, octets and what a failure holds back, or is refused',
    fc.property(anyCase, failures, haste, ({ batch, options }, fails, haste) => {
      const json = decodeBatchRequest(encodeBatchRequest(batch, options));
      const converted = attempt(() => convertBatch(json, { format: 'multipart' }));
      if (converted instanceof BatchUsageError) {
        for (const { code } of converted.issues) {
          expect(['not-expressible', 'order-not-expressible', 'method-in-change-set']).toContain(code);
        }
        return;
      }
      const multipart = decodeBatchRequest(converted);
      expect(modelsOf(multipart)).toEqual(modelsOf(json));
      expect(multipart.continueOnError).toBe(json.continueOnError ?? true);
      expect(json.flat().every((operation) => operation.if === undefined)).toBe(true);
      const asJson = executeJson(json, fails, haste);
      const asMultipart = executeMultipart(multipart, fails);
      if (json.continueOnError === false) {
        // After a failure JSON may go on with what does not depend on it, or not.
        expect(asMultipart.filter((at) => !asJson.includes(at))).toEqual([]);
      } else {
        expect(asMultipart).toEqual([...asJson].sort((a, b) => a - b));
      }
    }),
    6,
  );

  law(
    'law 5: with the order given up, all that is left is said',
    fc.property(jsonBatchCase('as multipart'), ({ batch, options }) => {
      const request = encodeBatchRequest(batch, { ...options, format: 'multipart', continueOnError: true });
      const json = attempt(() => convertBatch(request, { format: 'json', order: 'ignore' }));
      if (json instanceof BatchUsageError) {
        // A path with a Host, of which nobody says whether it is that of the batch.
        expect(json.code).toBe('service-root-required');
        return;
      }
      const converted = decodeBatchRequest(json);
      expect(modelsOf(converted)).toEqual(modelsOf(decodeBatchRequest(request)));
      expect(converted.continueOnError).toBe(true);
    }),
    2,
  );
});
