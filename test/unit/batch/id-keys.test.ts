import { describe, expect, it } from 'vitest';
import { compileIdKeys } from '../../../src/batch/id-keys.ts';

describe('ids', () => {
  it('are compared letter by letter where no service says otherwise', () => {
    for (const keys of [compileIdKeys(undefined), compileIdKeys({ name: 's' })]) {
      expect(keys.sent('A')).toBe('A');
      expect(keys.received('a')).toBe('a');
    }
  });

  it('are read as the service means them', () => {
    const keys = compileIdKeys({ name: 's', foldsIds: true, sentId: (id) => id.replace(/^x-/, '') });
    expect(keys.sent('Colour')).toBe('colour');
    expect(keys.received('x-COLOUR')).toBe('colour');
  });
});
