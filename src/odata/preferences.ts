/** What a Prefer field says that the codec and a service's batch endpoint go by. */
export interface BatchPreferences {
  /** Undefined where the field does not say: multipart batches then stop at the first failure (S-04), JSON ones go on (X7). */
  readonly continueOnError: boolean | undefined;
  readonly respondAsync: boolean;
  /** What a write should be answered with; undefined where the field does not say. */
  readonly return: 'minimal' | 'representation' | undefined;
}

/** One preference (RFC 7240 section 2). */
interface Preference {
  /** In lower case and without the prefix `odata.`, which is optional from 4.01 on (S-05). */
  readonly name: string;
  /** Without its quotes. Empty where there is none, which means the same. */
  readonly value: string;
  /** As it stood, with its parameters. */
  readonly text: string;
}

/** Reads a Prefer field; both spellings of a preference are taken (S-05, S-06), and of OData 3.0's names for `return` too. */
export function readPreferences(prefer: string | null): BatchPreferences {
  const preferences = parsePreferences(prefer);
  const wordOf = (wanted: string) => preferences.find(({ name }) => name === wanted)?.value.toLowerCase();
  return {
    continueOnError: flag(wordOf('continue-on-error')),
    respondAsync: wordOf('respond-async') !== undefined,
    return: returned(preferences),
  };
}

/** A preference without a value means true; undefined where it has neither truth value. */
function flag(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  return value === '' || value === 'true' ? true : value === 'false' ? false : undefined;
}

function returned(preferences: readonly Preference[]): BatchPreferences['return'] {
  for (const { name, value } of preferences) {
    if (name === 'return-no-content') return 'minimal';
    if (name === 'return-content') return 'representation';
    if (name !== 'return') continue;
    const kind = value.toLowerCase();
    return kind === 'minimal' || kind === 'representation' ? kind : undefined;
  }
  return undefined;
}

/** Preferences that hold for their own level, the batch or an operation (H-52, H-56), or that have no place on a batch (H-54). */
const NOT_INHERITED: ReadonlySet<string> = new Set([
  'callback',
  'continue-on-error',
  'maxpagesize',
  'respond-async',
  'return',
  'return-content',
  'return-no-content',
  'track-changes',
  'wait',
]);

/**
 * The Prefer field that an operation goes by: its own, and behind it those of the batch that hold for an operation that does
 * not name them itself. Null where there are none.
 *
 * @param mayAnswerLater whether the operation may be answered later: never in a multipart batch, which ignores its wish (S-10)
 */
export function mergePreferences(
  outer: string | null,
  inner: string | null,
  mayAnswerLater = false,
): string | null {
  const own = parsePreferences(inner).filter(
    ({ name }) => name !== 'continue-on-error' && (mayAnswerLater || name !== 'respond-async'),
  );
  const named = new Set(own.map(({ name }) => name));
  const inherited = parsePreferences(outer).filter(
    ({ name }) => !NOT_INHERITED.has(name) && !named.has(name),
  );
  const merged = [...own, ...inherited].map(({ text }) => text);
  return merged.length === 0 ? null : merged.join(', ');
}

const TOKEN = /[\w!#$%&'*+\-.^`|~]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
const EQUALS = /[ \t]*=[ \t]*/y;
const SEMICOLON = /[ \t]*;[ \t]*/y;
const SEPARATOR = /[ \t,]+/y;
/** Up to the next comma that no quotes are round; what is never closed reaches to the end. */
const REST = /(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\\?$))*/sy;

/** The preferences of a field, the first of each name (RFC 7240 section 2); what does not follow the grammar is left out. */
function parsePreferences(field: string | null): Preference[] {
  const text = field ?? '';
  const preferences = new Map<string, Preference>();
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  /** `[= value]`; an equals sign without a value is no value. */
  const takeValue = (): string => {
    if (take(EQUALS) === null) return '';
    const quoted = take(QUOTED);
    return quoted === null ? (take(TOKEN)?.[0] ?? '') : (quoted[1] ?? '').replace(/\\(.)/gs, '$1');
  };

  take(SEPARATOR);
  while (at < text.length) {
    const start = at;
    const name = take(TOKEN)?.[0]
      .toLowerCase()
      .replace(/^odata\./, '');
    const value = name === undefined ? '' : takeValue();
    // Parameters concern no preference that is read here; they stay with its text.
    while (name !== undefined && take(SEMICOLON) !== null) if (take(TOKEN) !== null) takeValue();
    const end = at;
    const hasEnded = take(SEPARATOR)?.[0].includes(',') || at === text.length;
    if (name !== undefined && hasEnded && !preferences.has(name)) {
      preferences.set(name, { name, value, text: text.slice(start, end) });
    }
    if (hasEnded) continue;
    take(REST);
    take(SEPARATOR);
  }
  return [...preferences.values()];
}
