import { entityOf } from './entity.ts';
import { SeededRandom } from './seeded-random.ts';

/** A request to encode; its body becomes JSON. */
export interface BenchOperation {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Operations to encode, and what they are called. */
export interface OperationShape {
  readonly name: string;
  readonly operations: readonly BenchOperation[];
}

/** Where every operation goes; some clients can only be given the pieces. */
export const SERVICE = { origin: 'https://services.example.com', path: 'V4', entitySet: 'Products' } as const;

function operationShape(name: string, count: number, bytes: number): OperationShape {
  const random = new SeededRandom(count * bytes);
  const operations = Array.from(
    { length: count },
    (): BenchOperation => ({
      method: 'POST',
      url: `${SERVICE.origin}/${SERVICE.path}/${SERVICE.entitySet}`,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: entityOf(random, bytes),
    }),
  );
  return { name, operations };
}

export const encodeManySmall = operationShape('1000 × 1 KiB', 1000, 1024);
export const encodeManyTiny = operationShape('1000 × 300 B', 1000, 300);
export const encodeFewLarge = operationShape('100 × 20 KB', 100, 20_000);
