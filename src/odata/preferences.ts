/** What a Prefer field says that concerns the batch as a whole. */
export interface BatchPreferences {
  /** Undefined where the field does not say: multipart batches then stop at the first failure (S-04). */
  readonly continueOnError: boolean | undefined;
  readonly respondAsync: boolean;
}

/** Reads a Prefer field; a preference without a value means true, and both spellings are taken (S-05, S-06). */
export function readPreferences(prefer: string | null): BatchPreferences {
  let continueOnError: boolean | undefined;
  let respondAsync = false;
  for (const preference of prefer?.split(',') ?? []) {
    const [, name, value = 'true'] = /^\s*([\w.-]+)\s*(?:=\s*"?(\w*)"?)?/.exec(preference) ?? [];
    const key = name?.toLowerCase().replace(/^odata\./, '');
    if (key === 'respond-async') respondAsync = true;
    if (key === 'continue-on-error') continueOnError = value.toLowerCase() !== 'false';
  }
  return { continueOnError, respondAsync };
}
