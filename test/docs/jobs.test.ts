import { expect, it } from 'vitest';
import * as jobs from '../../src/jobs.ts';
import { codeSpans, readText, tableRows } from './markdown.ts';
import { unionMembers } from './source-text.ts';

const text = readText('docs/jobs.md');

it('docs/jobs.md has each warning once', () => {
  const told = tableRows(text, 'warning').map(([name = '']) => codeSpans(name)[0]);
  expect(told.sort()).toEqual(unionMembers('src/jobs/job.ts', 'JobWarningCode').sort());
});

it('docs/jobs.md has each outcome once', () => {
  const told = tableRows(text, 'outcome').map(([name = '']) => codeSpans(name)[0]);
  expect(told).toEqual(['succeeded', 'failed', 'not-executed', 'cancelled', 'pending', 'unknown']);
});

it('docs/jobs.md names all states of a job', () => {
  for (const state of unionMembers('src/jobs/job.ts', 'JobState')) expect(text).toContain(`\`${state}\``);
});

it('docs/jobs.md compares the services that there are', () => {
  const [, ...functions] = tableRows(text, '').find(([name]) => name === 'function') ?? [];
  const named = functions.flatMap((cell) => codeSpans(cell)).filter((name) => name !== 'encodeBatchRequest');
  const callable = Object.keys(jobs).filter((name) => !['runJob', 'resumeJob', 'callService'].includes(name));
  expect(named.sort()).toEqual(callable.sort());
});
