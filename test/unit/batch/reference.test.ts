import { describe, expect, it } from 'vitest';
import { reference } from '../../../src/batch/reference.ts';
import { errorOf } from '../catch-error.ts';

describe('reference', () => {
  it('stands for an operation, or for an id, with a path told apart', () => {
    const target = { method: 'POST', url: 'Customers', id: 'c' };
    expect(reference(target, 'Orders')).toMatchObject({ target, path: '/Orders' });
    expect(`${reference(target, '?$top=1')}`).toBe('$c?$top=1');
    expect(`${reference('1')}`).toBe('$1');
    expect(`${reference('1', '0')}`).toBe('$1/0');
  });

  it('to an operation without id does not print itself', () => {
    expect(errorOf(() => String(reference({ method: 'POST', url: 'x' })))).toMatchObject({
      code: 'reference-without-id',
    });
  });
});
