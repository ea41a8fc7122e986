import type { Operation } from '../../src/batch/operation.ts';
import type { Service } from '../../src/batch/service.ts';
import { seededRandom } from './seeded-random.ts';

/** Reads and writes, safe and unsafe ones, some of them to the same thing; each says its place in X-Op. */
export function mixedOperations(count: number, seed: number): Operation[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index): Operation => {
    const product = Math.floor((random() * count) / 3);
    const headers = { 'X-Op': String(index) };
    const kind = random();
    if (kind < 0.1) return { method: 'GET', url: `/v1/Products(${product})`, headers };
    if (kind < 0.2) {
      const body = { Value: { UpdateType: 'Relative', Quantity: 1 } };
      return { method: 'POST', url: `/v1/Products(${product})/UpdateQuantity`, headers, body };
    }
    const attribute = `/v1/AttributeValues(ProductID=${product},Name='Size')`;
    if (kind < 0.3) return { method: 'DELETE', url: attribute, headers };
    return { method: kind < 0.6 ? 'PUT' : 'PATCH', url: attribute, headers, body: { Value: `v${index}` } };
  });
}

/** A service that takes 100 operations, and says of which it can be told twice. */
export function mixedService(serviceRoot: string, changes: Partial<Service> = {}): Service {
  return {
    name: 'double',
    serviceRoot,
    limits: { maxOperations: 100, countsOperations: true, maxConcurrentRequests: 5 },
    retryable: [406, '5xx'],
    repeatable: [{ methods: ['GET', 'PUT', 'DELETE', 'PATCH'] }],
    ...changes,
  };
}

/** What is safe by the words of the service. */
export function isSafe({ method }: Operation): boolean {
  return method !== 'POST';
}
