import { BatchUsageError } from '../errors.ts';

interface ParsedUrl {
  readonly href: string;
  readonly origin: string;
  readonly username: string;
  readonly password: string;
}

/** An absolute URL that a fetch can go to, and the origin of it. */
export interface FetchableUrl {
  readonly href: string;
  readonly origin: string;
}

/**
 * Reads a URL; undefined where it is not of http or https, or has a user or a password in it, which a fetch would refuse, and
 * print.
 */
export function parseFetchable(url: string, base?: string): FetchableUrl | undefined {
  const { URL } = globalThis as unknown as { URL: new (url: string, base?: string) => ParsedUrl };
  try {
    const { href, origin, username, password } = new URL(url, base);
    const isFetchable = /^https?:/.test(href) && username === '' && password === '';
    return isFetchable ? { href, origin } : undefined;
  } catch {
    return undefined;
  }
}

/** The origin of an absolute URL. Throws BatchUsageError `invalid-url`. */
export function originOf(url: string, path: string): string {
  const parsed = parseFetchable(url);
  if (parsed !== undefined) return parsed.origin;
  const message = 'expected an absolute http or https URL without user and password';
  throw new BatchUsageError([{ path, code: 'invalid-url', message }]);
}
