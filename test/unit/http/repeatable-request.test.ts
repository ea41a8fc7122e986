import { describe, expect, it } from 'vitest';
import { isRepeatable, type RepeatRule } from '../../../src/http/repeatable-request.ts';

const url = 'https://shop.example/v1/Products(1)';

describe('what may be done twice', () => {
  it.each([
    ['GET', true],
    ['HEAD', true],
    ['OPTIONS', true],
    ['PUT', true],
    ['DELETE', true],
    ['POST', false],
    ['PATCH', false],
    ['MERGE', false],
    ['put', false],
  ])('%s by HTTP itself: %s', (method, expected) => {
    expect(isRepeatable({ method, url })).toBe(expected);
  });

  it('is what the service says', () => {
    const rules: readonly RepeatRule[] = [
      { methods: ['PATCH'] },
      {
        methods: ['POST'],
        path: 'Products({ID})/UpdateQuantity',
        body: { 'Value.UpdateType': ['Absolute'] },
      },
    ];
    const update = (type: unknown, path = 'Products(1)/UpdateQuantity') => ({
      method: 'POST',
      url: `https://shop.example/v1/${path}`,
      body: { Value: { UpdateType: type, Updates: [] } },
    });
    expect(isRepeatable({ method: 'PATCH', url }, rules)).toBe(true);
    expect(isRepeatable({ method: 'GET', url }, rules)).toBe(false);
    expect(isRepeatable(update('Absolute'), rules)).toBe(true);
    expect(isRepeatable(update('Absolute', 'Products(1)/UpdateQuantity?x=1#y'), rules)).toBe(true);
    for (const type of ['Relative', 'absolute', undefined, ['Absolute']]) {
      expect(isRepeatable(update(type), rules)).toBe(false);
    }
    for (const path of [
      'Products(1)/UpdateQuantity/x',
      'MyProducts(1)/UpdateQuantity',
      'Products(1)/x/UpdateQuantity',
    ]) {
      expect(isRepeatable(update('Absolute', path), rules)).toBe(false);
    }
    const text = JSON.stringify(update('Absolute').body);
    for (const body of [text, new TextEncoder().encode(text), new TextEncoder().encode(text).buffer]) {
      expect(isRepeatable({ ...update('x'), body }, rules)).toBe(true);
    }
    for (const body of [undefined, null, '{', new Uint8Array([0xff]), { __proto__: { Value: 1 } }]) {
      expect(isRepeatable({ ...update('x'), body }, rules)).toBe(false);
    }
  });

  it('takes patterns word for word', () => {
    const rule = [{ methods: ['PUT'], path: 'A.B(x={x},y={y})' }];
    expect(isRepeatable({ method: 'PUT', url: '/v1/A.B(x=1,y=2)' }, rule)).toBe(true);
    expect(isRepeatable({ method: 'PUT', url: 'A.B(x=1,y=2)' }, rule)).toBe(true);
    expect(isRepeatable({ method: 'PUT', url: 'AxB(x=1,y=2)' }, rule)).toBe(false);
  });
});
