import type { Issues } from './issues.ts';

/** Tells where an option is none of the values that it can have; undefined stands for its default. */
export function checkChoice(path: string, value: unknown, choices: readonly unknown[], issues: Issues): void {
  if (value === undefined || choices.includes(value)) return;
  const expected = choices.map((choice) => JSON.stringify(choice)).join(', ');
  issues.add(path, 'invalid-option', `expected ${expected}`);
}
