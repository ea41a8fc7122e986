import type { CredentialRefusal } from '../batch/service.ts';
import { latin1 } from '../bytes/text.ts';

/** An answer that may refuse the credentials of its request. */
export interface RefusingAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly bytes: Uint8Array;
  readonly error?: { readonly code: string } | undefined;
}

/**
 * How sure it is that an answer means the credentials: `certain` where the service says so in words of its own, `possible` where
 * it is the status alone.
 */
export type RefusalOfCredentials = 'certain' | 'possible';

/** Tells whether an answer refuses the credentials of its request; undefined where it means something else. */
export type RefusalOf = (answer: RefusingAnswer) => RefusalOfCredentials | undefined;

/** What every service means by it. */
const UNAUTHORIZED: CredentialRefusal = { status: 401 };
/** Octets of a body in which a code is looked for. */
const MAX_OCTETS = 8192;

/** Prepares the reading of answers; 401 is a refusal in any case. */
export function compileCredentialRefusals(refusals: readonly CredentialRefusal[]): RefusalOf {
  const rules = [...refusals, UNAUTHORIZED].map((refusal) => ({
    matches: compileRefusal(refusal),
    meaning: refusal.header === undefined && refusal.codes === undefined ? 'possible' : 'certain',
  })) satisfies { matches: unknown; meaning: RefusalOfCredentials }[];
  return (answer) => {
    const meanings = rules.flatMap(({ matches, meaning }) => (matches(answer) ? [meaning] : []));
    return meanings.includes('certain') ? 'certain' : meanings[0];
  };
}

function compileRefusal({ status, header, codes }: CredentialRefusal): (answer: RefusingAnswer) => boolean {
  const word = codes && new RegExp(`(?<![\\w-])(?:${codes.map(quoted).join('|')})(?![\\w-])`);
  return (answer) => {
    if (answer.status !== status) return false;
    if (header !== undefined && !hasField(answer, header)) return false;
    return codes === undefined || word === undefined || codes.includes(codeOf(answer)) || isIn(answer, word);
  };
}

function hasField({ headers }: RefusingAnswer, [name, value]: readonly [string, string]): boolean {
  return headers.get(name)?.trim().toLowerCase() === value.toLowerCase();
}

/** SharePoint writes the name of the exception behind its codes. */
function codeOf({ error }: RefusingAnswer): string {
  return error?.code.split(',')[0]?.trim() ?? '';
}

/** Whether a code stands in a body of which nobody could read the error. */
function isIn({ status, bytes, error }: RefusingAnswer, code: RegExp): boolean {
  const isRead = error !== undefined && error.code !== String(status);
  return !isRead && code.test(latin1(bytes, 0, Math.min(bytes.length, MAX_OCTETS)));
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
