import type { Issues } from '../batch/issues.ts';
import { isFieldValue, isToken } from '../mime/header-field.ts';

const NAME = 'options.credentialRefusals';

/** Tells what is wrong with the refusals of an option. */
export function checkCredentialRefusals(given: unknown, issues: Issues): void {
  if (given === undefined) return;
  if (!Array.isArray(given)) {
    issues.add(NAME, 'invalid-option', 'expected a list of answers, each with a status');
    return;
  }
  for (const [place, one] of given.entries()) {
    const { status, header, codes }: Record<string, unknown> = one ?? {};
    const check = (member: string, isRight: boolean, expected: string) => {
      if (!isRight) issues.add(`${NAME}[${place}].${member}`, 'invalid-option', `expected ${expected}`);
    };
    check('status', isFailure(status), 'a status from 400 to 599');
    check('header', header === undefined || isField(header), 'the name of a field and its value');
    check('codes', codes === undefined || isListOfTexts(codes), 'a list of one code or more');
  }
}

function isFailure(status: unknown): boolean {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
}

function isField(header: unknown): boolean {
  const [name, value]: readonly unknown[] = Array.isArray(header) ? header : [];
  return typeof name === 'string' && isToken(name) && typeof value === 'string' && isFieldValue(value);
}

function isListOfTexts(codes: unknown): boolean {
  return (
    Array.isArray(codes) && codes.length > 0 && codes.every((code) => typeof code === 'string' && code !== '')
  );
}
