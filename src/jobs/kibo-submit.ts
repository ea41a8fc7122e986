import type { Issues } from '../batch/issues.ts';
import { checkSubmitFields } from './submit-fields.ts';

/** What Kibo is told of a job. */
export interface KiboSubmit {
  /** By what the job is known: letters, digits, `-` and `_`. Another one for each job. */
  readonly code: string;
  readonly name: string;
  /** When Kibo begins, with an offset: `2026-01-01T02:00:00Z`. Default as soon as it can. */
  readonly scheduledDate?: string | null | undefined;
  /** Default Kibo's own, which is `Ready`. */
  readonly status?: 'Ready' | 'Pending' | undefined;
  /** Default `Catalog`, which prices and price lists belong to, too. */
  readonly domain?: 'Catalog' | undefined;
}

const FIELDS = ['code', 'name', 'scheduledDate', 'status', 'domain'];
/** Without an offset nobody knows whose midnight is meant. */
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Checks what Kibo is told of a job; gives it with its defaults. */
export function checkKiboSubmit(submit: KiboSubmit | undefined, issues: Issues): KiboSubmit {
  checkSubmitFields(submit, FIELDS, issues);
  const { code, name, scheduledDate, status, domain = 'Catalog' } = submit as KiboSubmit;
  if (typeof code !== 'string' || !/^[\w-]+$/.test(code)) {
    issues.add('submit.code', 'invalid-option', 'expected letters, digits, "-" and "_"');
  }
  if (typeof name !== 'string' || name === '') {
    issues.add('submit.name', 'invalid-option', 'expected a text');
  }
  if (scheduledDate !== undefined && scheduledDate !== null && !isDate(scheduledDate)) {
    const message = 'expected a date with an offset, such as 2026-01-01T02:00:00Z';
    issues.add('submit.scheduledDate', 'invalid-option', message);
  }
  if (![undefined, 'Ready', 'Pending'].includes(status)) {
    issues.add('submit.status', 'invalid-option', 'expected "Ready" or "Pending"');
  }
  if (domain !== 'Catalog') issues.add('submit.domain', 'invalid-option', 'expected "Catalog"');
  return {
    code,
    name,
    ...(scheduledDate !== undefined && { scheduledDate }),
    domain,
    ...(status !== undefined && { status }),
  };
}

/** What there is of days: Date.parse takes the 30th of February for the 2nd of March. */
function isDate(text: unknown): boolean {
  if (typeof text !== 'string' || !DATE.test(text) || !(Date.parse(text) > 0)) return false;
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
