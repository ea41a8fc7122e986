const HIDDEN = '[hidden]';
/** Fields whose values are known to everybody. */
const PUBLIC = /^(?:accept(?:-.*)?|content-.*|odata-.*|prefer|user-agent|host)$/i;

/** What a request must not show: the values of its header fields, and the query of its URL. */
export function secretsOf(url: string, headers: Readonly<Record<string, string>>): readonly string[] {
  const values = Object.entries(headers).flatMap(([name, value]) =>
    // Of `Bearer abc` the second word is the secret, and may stand alone.
    PUBLIC.test(name) ? [] : [value, ...value.split(/\s+/)],
  );
  const query = /\?(.+)$/s.exec(url)?.[1];
  const given = query === undefined ? values : [...values, query, ...query.split(/[&=]/)];
  // Longest first: a part that was hidden would leave the rest of the whole.
  return [...new Set(given.filter((secret) => secret.length >= 4))].sort((a, b) => b.length - a.length);
}

/**
 * What a fetch failed with, fit for logs: its name, its message without the secrets, its code, and the same of its cause.
 * Nothing else is kept, since some fetches hang the whole request on their errors.
 */
export function withoutSecrets(failure: unknown, secrets: readonly string[]): Error {
  return clean(failure, secrets, 0);
}

function clean(failure: unknown, secrets: readonly string[], depth: number): Error {
  if (typeof failure !== 'object' || failure === null) return new Error(hide(String(failure), secrets));
  const { name, message, code, cause } = failure as Record<string, unknown>;
  const hasCause = typeof cause === 'object' && cause !== null && depth < 3;
  const error = new Error(
    hide(typeof message === 'string' ? message : 'unknown failure', secrets),
    hasCause ? { cause: clean(cause, secrets, depth + 1) } : undefined,
  );
  if (typeof name === 'string') error.name = hide(name, secrets);
  if (typeof code === 'string') Object.assign(error, { code: hide(code, secrets) });
  return error;
}

/** A text in which nothing of the secrets is left. */
export function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((hidden, secret) => hidden.split(secret).join(HIDDEN), text);
}
