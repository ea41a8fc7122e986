import { expect, it } from 'vitest';
import { hasDependencies } from '../../../src/batch/failed-dependency.ts';
import type { PlannedOperation } from '../../../src/batch/plan.ts';

const planned = (id: string, rest: Partial<PlannedOperation> = {}) => ({ id, ...rest }) as PlannedOperation;

it('an operation can be kept back by what it depends on, or by its condition (J-10)', () => {
  expect(hasDependencies(planned('1'))).toBe(false);
  expect(hasDependencies(planned('1', { dependsOn: ['0'] }))).toBe(true);
  expect(hasDependencies(planned('1', { if: 'true' }))).toBe(true);
});

it('but not by those of its own change set alone', () => {
  const set = [planned('1'), planned('2', { dependsOn: ['1'] })];
  expect(set.some((member) => hasDependencies(member, set))).toBe(false);
  expect(hasDependencies(planned('2', { dependsOn: ['1', 'group1'] }), set)).toBe(true);
});
